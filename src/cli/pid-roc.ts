import type { Command } from 'commander';
import path from 'node:path';
import type { JsonObject } from '../base/json.js';
import { userError } from '../base/error.js';
import { action } from './action.js';
import { quickEntries, quickOption } from './globals.js';
import { positiveInteger } from './options.js';
import {
  addSampleOptions,
  binningOf,
  collect,
  closedOption,
  numbers,
  parseProbe,
  required,
  sampleOf,
} from './pid-probe-options.js';
import type { Probe } from '../studies/pid/one-shot/file-sample.js';
import type { Closed } from '../hist/cell-counts.js';
import { sourceName } from '../hist/estimate.js';

const examples = `
Examples:
  datamc pid roc --data data.parquet --weight sWeight_nominal --simulation mc.parquet --truth "K=abs(mcPDG) == 321" \\
    --truth "pi=abs(mcPDG) == 211" --signal K=D0_K --background pi=D0_pi --variable kaonID --binning "p=0.5,1.5,3" \\
    --point 0.6 --out figures/kaonID`;

export function register(group: Command): void {
  const command = group
    .command('roc')
    .description('efficiency against fake rate while a threshold moves, with error bands')
    .addOption(quickOption())
    .option('--variable <expression>', 'what the threshold is put on: larger is more like signal')
    .option('--signal <particle=prefix>', 'K=D0_K', parseProbe)
    .option('--background <particle=prefix>', 'pi=D0_pi', parseProbe)
    .option('--binning <bins>', 'a curve in each bin: "p=0.5,1.5,3", or a file')
    .option('--bin-var <name>', 'which variables of the binning file; repeat', collect)
    .option('--precut <cut>', 'preselection')
    .option('--point <threshold>', 'working point to mark; repeat', numbers)
    .option(
      '--steps <n>',
      'thresholds at so many quantiles of signal and of background (default: 200)',
      positiveInteger,
    )
    .option('--log-x', 'logarithmic fake rate')
    .addOption(closedOption());
  addSampleOptions(command)
    .addHelpText('after', examples)
    .action(
      action(async ({ options, globals, io }) => {
        const { roc } = await import('../studies/pid/one-shot/roc.js');
        const entries = quickEntries(globals.quick);
        const [data, simulation] = [sampleOf(options, 'data', entries), sampleOf(options, 'simulation', entries)];
        if (!data && !simulation)
          throw userError({
            code: 'pid.missing',
            message: 'there is no sample',
            expected: '--data or --simulation, or both',
          });
        const text = (key: string): string | undefined => options[key] as string | undefined;
        const signal = required(options['signal'] as Probe | undefined, 'signal', '--signal K=D0_K');
        const { result } = await roc({
          data,
          simulation,
          variable: required(text('variable'), 'variable', '--variable kaonID'),
          signal,
          background: required(options['background'] as Probe | undefined, 'background', '--background pi=D0_pi'),
          binning:
            text('binning') === undefined
              ? undefined
              : await binningOf(text('binning') ?? '', signal.particle, options),
          closed: options['closed'] as Closed,
          precut: text('precut'),
          points: options['point'] as number[] | undefined,
          steps: options['steps'] as number | undefined,
          logX: options['logX'] === true,
          out: globals.out === undefined ? undefined : path.resolve(globals.out),
          jobs: globals.jobs,
          watermark: globals.quick ? 'quick' : undefined,
          warn: io.warn,
        });
        io.print(rocText(result));
        io.result(result);
      }),
    );
}

interface Area {
  readonly value: number;
  readonly error: number;
  readonly sources: Readonly<Record<string, { readonly up: number; readonly down: number }>>;
}

interface Point {
  readonly threshold: number;
  readonly efficiency: { readonly value: number; readonly up: number };
  readonly fakeRate: { readonly value: number; readonly up: number };
}

function rocText(result: JsonObject): string {
  const lines = (result['bins'] as readonly JsonObject[]).flatMap((bin) => {
    const bounds = Object.entries(bin['bounds'] as JsonObject).map(
      ([name, ends]) => `${name} ${(ends as number[]).join(' to ')}`,
    );
    const samples = (['data', 'simulation'] as const).flatMap((name) => {
      const curve = bin[name] as JsonObject | null | undefined;
      if (curve === undefined) return [];
      if (curve === null) return [`  ${name}  weights without a positive sum`];
      const { value, error, sources } = curve['auc'] as unknown as Area;
      const moved = Object.entries(sources).map(([source, { up, down }]) => {
        const size = Math.max(Math.abs(up), Math.abs(down));
        return `${sourceName(source)} ${size.toFixed(5)}`;
      });
      const parts = moved.length > 1 ? ` (${moved.join(', ')})` : '';
      const points = (curve['points'] as unknown as readonly Point[]).map(
        ({ threshold, efficiency: e, fakeRate: f }) =>
          `    > ${threshold}: efficiency ${e.value.toFixed(4)} ± ${e.up.toFixed(4)}, fake rate ${f.value.toFixed(4)} ± ${f.up.toFixed(4)}`,
      );
      return [`  ${name}  AUC ${value.toFixed(5)} ± ${error.toFixed(5)}${parts}`, ...points];
    });
    return [`${String(result['variable'])}${bounds.length ? `, ${bounds.join(', ')}` : ''}`, ...samples];
  });
  return [...lines, ...(result['files'] as readonly string[])].join('\n');
}
