import { InvalidArgumentError, type Command } from 'commander';
import path from 'node:path';
import { action } from './action.js';
import { quickEntries, quickOption } from './globals.js';
import { assignments, number } from './options.js';
import { ownOption, type OwnGiven } from './own-option.js';
import { resultText } from './result-text.js';

const leak = (value: string, before: Readonly<Record<string, number>> = {}): Record<string, number> => {
  const [[region, share]] = Object.entries(assignments(value));
  if (!['B', 'C', 'D'].includes(region)) throw new InvalidArgumentError('expected B=SHARE, C=SHARE or D=SHARE');
  return { ...before, [region]: number(share) };
};

/** `datamc pid abcd-weights IN OUT --first CUT --second CUT` */
export function register(group: Command): void {
  group
    .command('abcd-weights')
    .description('weights that subtract background by two selections that are independent of each other in background')
    .addOption(quickOption())
    .argument('<in>', 'events')
    .argument('<out>', 'file to write')
    .requiredOption('--first <cut>', 'a selection')
    .requiredOption('--second <cut>', 'another')
    .option('--leakage <region=share>', 'signal in B (fails first), C (fails second), D, per signal in A; repeat', leak)
    .option('--error <share>', 'relative error of the transfer factor', number, 0)
    .option('--select <cut>', 'rows that fail it have weight 0')
    .option('--weight <expression>', 'weight of events')
    .option('--define <name=expression>', 'derived column; may be repeated', assignments)
    .addOption(ownOption())
    .option('--tree <name>', 'tree of a ROOT file')
    .addHelpText(
      'after',
      '\nExample:\n  datamc pid abcd-weights taus.root weighted.parquet --first "isolation < 0.1" --second "thrust > 0.9" --leakage B=0.05',
    )
    .action(
      action(async ({ args, options, globals, io }) => {
        const { abcdWeights } = await import('../studies/pid/one-shot/abcd-weights.js');
        const text = (key: string): string | undefined => options[key] as string | undefined;
        const result = await abcdWeights({
          files: [args[0] as string],
          entries: quickEntries(globals.quick),
          tree: text('tree'),
          select: text('select'),
          weight: text('weight'),
          first: text('first') as string,
          second: text('second') as string,
          leakage: options['leakage'] as Record<string, number> | undefined,
          error: options['error'] as number,
          define: options['define'] as Record<string, string> | undefined,
          with: options['with'] as OwnGiven | undefined,
          out: path.resolve(args[1] as string),
          jobs: globals.jobs,
          warn: io.warn,
        });
        io.print(resultText(result));
        io.result(result);
      }),
    );
}
