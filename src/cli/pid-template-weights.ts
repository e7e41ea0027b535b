import { Option, type Command } from 'commander';
import path from 'node:path';
import { action } from './action.js';
import { assignments, list } from './options.js';
import { ownOption, type OwnGiven } from './own-option.js';
import { backgroundArgument, type BackgroundArgument } from './pid-background.js';
import { resultText } from './result-text.js';

const examples = `
Examples:
  datamc pid template-weights data.root subtracted.parquet --background qqbar=qqbar.root:0.52:0.1 --background tautau=tt.root:0.5:0.02
  datamc pid template-weights data.parquet out.parquet --background mc=mc.parquet:0.25 --background-weight genWeight`;

/** `datamc pid template-weights DATA OUT --background NAME=FILE:SCALE:ERROR` */
export function register(group: Command): void {
  group
    .command('template-weights')
    .description('data and background samples in one file, with weights that subtract the backgrounds in any bin')
    .argument('<data>', 'events of the data')
    .argument('<out>', 'Parquet or CSV file to write')
    .addOption(
      new Option(
        '--background <name=file:scale:error>',
        'sample, what its events are scaled with, relative error; may be repeated',
      )
        .argParser(backgroundArgument)
        .makeOptionMandatory(),
    )
    .option('--select <cut>', 'cut on all samples')
    .option('--weight <expression>', 'weight of recorded events')
    .option('--background-weight <expression>', 'weight of simulated events')
    .option('--define <name=expression>', 'derived column; may be repeated', assignments)
    .addOption(ownOption())
    .option('--columns <names>', 'columns to keep (default: those that all files have)', list)
    .option('--tree <name>', 'tree of ROOT files')
    .addHelpText('after', examples)
    .action(
      action(async ({ args, options, globals, io }) => {
        const { templateWeights } = await import('../studies/pid/one-shot/template-weights.js');
        const text = (key: string): string | undefined => options[key] as string | undefined;
        const tree = text('tree');
        const result = await templateWeights({
          data: { files: [args[0] as string], tree, weight: text('weight') },
          backgrounds: (options['background'] as BackgroundArgument[]).map((b) => ({
            ...b,
            tree,
            weight: text('backgroundWeight'),
          })),
          define: options['define'] as Record<string, string> | undefined,
          with: options['with'] as OwnGiven | undefined,
          select: text('select'),
          columns: options['columns'] as string[] | undefined,
          out: path.resolve(args[1] as string),
          jobs: globals.jobs,
          warn: io.warn,
        });
        io.print(resultText(result));
        io.result(result);
      }),
    );
}
