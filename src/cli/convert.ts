import type { Command } from 'commander';
import { userError } from '../base/error.js';
import { action } from './action.js';
import { quickEntries, quickOption } from './globals.js';
import type { Json } from '../base/json.js';
import { assignments, list, positiveInteger } from './options.js';
import { ownOption, type OwnGiven } from './own-option.js';

export function register(program: Command): void {
  program
    .command('convert')
    .description('select, define and write: Parquet, CSV, ROOT, NPY, NPZ, HDF5')
    .addOption(quickOption())
    .argument('<files...>', 'input files of any format, then the output')
    .option('--tree <name>', 'tree of a ROOT file or table of an HDF5 file')
    .option('--select <cut>', 'keep the rows where this holds: "0.5 < pt < 10 and not isMuon"')
    .option('--define <name=expression>', 'a derived column; may be repeated', assignments)
    .addOption(ownOption())
    .option('--columns <names>', 'columns to keep, in this order', list)
    .option('--entries <n>', 'only the first n entries', positiveInteger)
    .option('--explode <prefix>', 'one row an object: Muon turns Muon_pt, Muon_eta, … into single values')
    .option('--recover', 'read what is whole of a damaged ROOT file')
    .action(
      action(async ({ args, options, globals, io }) => {
        const files = args[0] as string[];
        if (files.length < 2) {
          throw userError({
            code: 'cli.convert',
            message: 'convert needs an input and an output',
            expected: 'datamc convert IN… OUT',
          });
        }
        const out = files[files.length - 1];
        const { convertFiles } = await import('../events/convert.js');
        const { readOwnVariables } = await import('../studies/own-variables.js');
        const { trackVariables } = await import('../events/variables/builtin.js');
        const spec = options['with'] as OwnGiven | undefined;
        const own = await readOwnVariables(spec, process.cwd(), '--with');
        const done = await convertFiles(files.slice(0, -1), out, {
          tree: options['tree'] as string | undefined,
          select: options['select'] as string | undefined,
          define: options['define'] as Record<string, string> | undefined,
          columns: options['columns'] as string[] | undefined,
          entries: (options['entries'] as number | undefined) ?? quickEntries(globals.quick),
          explode: options['explode'] as string | undefined,
          recover: options['recover'] === true,
          variables: trackVariables(undefined, own.variables),
          functions: own.functions,
        });
        for (const w of done.warnings) io.warn(w.message, w.count);
        for (const { name, why } of done.left.slice(0, 5)) io.warn(`column "${name}" is left out: ${why}`);
        if (done.left.length > 5) io.warn('further columns are left out', done.left.length - 5);
        io.print(`${out}  ${done.rows} rows, ${done.columns.length} columns`);
        io.result({ out, ...done } as unknown as Json);
      }),
    );
}
