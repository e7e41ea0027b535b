import { InvalidArgumentError, Option, type Command } from 'commander';
import path from 'node:path';
import { userError } from '../base/error.js';
import { action } from './action.js';
import { assignments, number } from './options.js';
import type { OwnGiven } from './own-option.js';
import { addReadOptions, closedOption, required } from './pid-probe-options.js';
import type { Closed } from '../hist/cell-counts.js';
import type { CorrelationOptions } from '../studies/pid/one-shot/track-correlations.js';
import type { TrackOptions } from '../studies/pid/one-shot/calibrate.js';

const examples = `
Examples:
  datamc pid calibrate mc.root --tables tables/tables.json --track "Bach=K,DLLK > 4" --out mc-calibrated.parquet
  datamc pid calibrate mc.root --track h1=pi.csv --track h2=pi.csv --column P=P --json`;

export function register(group: Command): void {
  const command = group
    .command('calibrate')
    .description('efficiency of every track and event of a sample, looked up in tables, and its mean with errors')
    .argument('<files...>', 'the sample: ROOT, Parquet, CSV, HDF5 or NPY')
    .option('--tables <file>', 'tables.json of datamc pid efficiency-table')
    .option(
      '--track <prefix=table>',
      'PREFIX=PARTICLE,CUT of --tables, or PREFIX=FILE of a CSV table or of histograms passing and total (UHI JSON); repeat',
      parseTracks,
    )
    .option('--precut <cut>', 'preselection of the tables, where --tables has several')
    .option('--sample <name>', 'sample of the tables, where --tables has several (default: data)')
    .option(
      '--column <axis=column>',
      'column for an axis of the tables, where it is called otherwise; repeat',
      assignments,
    )
    .option('--weight <expression>', 'weight of an event in the mean')
    .addOption(closedOption())
    .addOption(
      new Option('--errors <how>', 'tracks in one bin share its error, or each counts for itself as in PIDCalib2')
        .choices(['shared', 'independent'])
        .default('shared'),
    )
    .option(
      '--correlation <how>',
      'of the errors of tables that do not tell: a number from -1 to 1, "bound" (1), or PREFIX,PREFIX=either for one pair; repeat',
      parseCorrelation,
    )
    .option('--missing <number>', 'what stands where there is no efficiency, such as -999 (default: NaN)', number);
  addReadOptions(command)
    .addHelpText('after', examples)
    .action(
      action(async ({ args, options, globals, io }) => {
        const { calibrate } = await import('../studies/pid/one-shot/calibrate.js');
        const text = (key: string): string | undefined => options[key] as string | undefined;
        const maps = (key: string) => options[key] as Record<string, string> | undefined;
        const tracks = required(options['track'] as Track[] | undefined, 'track', '--track "Bach=K,DLLK > 4"');
        const { result } = await calibrate({
          files: args[0] as string[],
          tree: text('tree'),
          define: maps('define'),
          with: options['with'] as OwnGiven | undefined,
          tracks: tracks.map((track) => ({
            ...trackOf(track, text('tables')),
            precut: text('precut'),
            sample: text('sample'),
          })),
          columns: maps('column'),
          select: text('select'),
          weight: text('weight'),
          closed: options['closed'] as Closed,
          errors: options['errors'] as 'shared' | 'independent',
          correlation: options['correlation'] as CorrelationOptions | undefined,
          missing: options['missing'] as number | undefined,
          out: globals.out === undefined ? undefined : path.resolve(globals.out),
          jobs: globals.jobs,
          warn: io.warn,
        });
        const { resultText } = await import('./result-text.js');
        io.print(resultText({ ...result, columns: undefined }));
        io.result(result);
      }),
    );
}

function parseCorrelation(text: string, before: CorrelationOptions = {}): CorrelationOptions {
  const at = text.lastIndexOf('=');
  const word = text.slice(at + 1).trim();
  const rho = word === 'bound' ? ('bound' as const) : Number(word);
  if (word === '' || (rho !== 'bound' && !(Math.abs(rho) <= 1)))
    throw new InvalidArgumentError('expected a number from -1 to 1, "bound", or PREFIX,PREFIX=either');
  if (at < 0) return { ...before, others: rho };
  return { ...before, pairs: { ...before.pairs, [text.slice(0, at).trim()]: rho } };
}

interface Track {
  readonly prefix: string;
  readonly table: string;
}

function parseTracks(text: string, before: readonly Track[] = []): Track[] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('expected PREFIX=PARTICLE,CUT or PREFIX=FILE');
  return [...before, { prefix: text.slice(0, at).trim(), table: text.slice(at + 1).trim() }];
}

function trackOf({ prefix, table }: Track, tables: string | undefined): TrackOptions {
  const comma = table.indexOf(',');
  if (/\.(csv|json)$/i.test(table)) return { prefix, file: path.resolve(table) };
  if (tables === undefined)
    throw userError({
      code: 'pid.track',
      message: `no table for the track "${prefix}"`,
      path: '--track',
      got: `${prefix}=${table}`,
      expected: 'PREFIX=FILE.csv, or PREFIX=PARTICLE,CUT beside --tables tables.json',
    });
  const file = path.resolve(tables);
  return comma < 0
    ? { prefix, file, particle: table }
    : { prefix, file, particle: table.slice(0, comma).trim(), cut: table.slice(comma + 1).trim() };
}
