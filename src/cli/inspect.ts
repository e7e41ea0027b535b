import type { Command } from 'commander';
import { action } from './action.js';
import type { Json } from '../base/json.js';

export function register(program: Command): void {
  program
    .command('inspect')
    .description('trees, columns, types, ranges, bad values, duplicate rows')
    .argument('<files...>', 'ROOT, Parquet, CSV, HDF5, NPY or NPZ files')
    .option('--tree <name>', 'tree of a ROOT file or table of an HDF5 file')
    .option('--recover', 'read what is whole of a damaged ROOT file')
    .action(
      action(async ({ args, options, io }) => {
        const { inspectFiles } = await import('../events/inspect.js');
        const { printSummary } = await import('../events/inspect-print.js');
        const files = await inspectFiles(
          args[0] as string[],
          { tree: options['tree'] as string | undefined, recover: options['recover'] === true },
          (done, total) => io.progress(done, total, 'files'),
        );
        io.print(files.map(printSummary).join('\n\n'));
        io.result({ files } as unknown as Json);
      }),
    );
}
