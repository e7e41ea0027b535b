import type { Command } from 'commander';
import path from 'node:path';
import { action } from './action.js';

export function register(program: Command): void {
  program
    .command('apply')
    .description('add corrected columns or weights with their variations to a file of events; print the coverage')
    .argument('<product>', 'run directory, or one of its products')
    .argument('<in>', 'events: ROOT, Parquet, CSV, HDF5 or NPY')
    .argument('<out>', 'file to write')
    .option('--replicas', 'write every replica, not only the band')
    .option('--tree <name>', 'tree of a ROOT file')
    .option('--study <name>', 'the study that made the product, where the file does not say')
    .action(
      action(async ({ args, options, globals, io }) => {
        const { studyOf } = await import('./product.js');
        const product = path.resolve(args[0] as string);
        const definition = await studyOf(product, options['study'] as string | undefined);
        const result = await definition.apply({
          product,
          input: path.resolve(args[1] as string),
          output: path.resolve(args[2] as string),
          replicas: options['replicas'] === true,
          jobs: globals.jobs,
          ...(typeof options['tree'] === 'string' ? { tree: options['tree'] } : {}),
          warn: io.warn,
          progress: io.progress,
        });
        const { resultText } = await import('./result-text.js');
        io.print(resultText(result));
        io.result(result);
      }),
    );
}
