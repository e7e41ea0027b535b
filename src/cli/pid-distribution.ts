import type { Command } from 'commander';
import path from 'node:path';
import type { JsonObject } from '../base/json.js';
import { action } from './action.js';
import { quickEntries, quickOption } from './globals.js';
import { assignments } from './options.js';
import { parseBins, parseLabels } from './plot-arguments.js';
import { addSampleOptions, closedOption, parseProbe, required, sampleOf } from './pid-probe-options.js';
import type { Probe } from '../studies/pid/one-shot/file-sample.js';
import type { Closed } from '../hist/cell-counts.js';
import type { BinningSpec } from '../studies/values.js';

const examples = `
Examples:
  datamc pid distribution --data data.parquet --weight sWeight_nominal --simulation mc.parquet \\
    --truth "K=abs(mcPDG) == 321" --probe K=D0_K --variable kaonID --bins 0:1:50 --log-y --out figures/kaonID`;

export function register(group: Command): void {
  const command = group
    .command('distribution')
    .description('distribution of a probe’s variable: weighted data against simulation, with their ratio')
    .addOption(quickOption())
    .option('--probe <particle=prefix>', 'K=D0_K', parseProbe)
    .option('--variable <expression>', 'what is drawn')
    .option(
      '--bins <binning>',
      'EDGE,EDGE,… or FROM:TO:BINS or log:FROM:TO:BINS or quantiles:BINS (default: about 50 of round width, of nearly all)',
      parseBins,
    )
    .option('--precut <cut>', 'preselection')
    .option('--log-x', 'logarithmic x axis')
    .option('--log-y', 'logarithmic y axis')
    .option('--x-label <text>', 'such as "p_{T}"')
    .option('--unit <text>', 'unit of x')
    .option('--label <part=text>', 'experiment, status, collisions, energy, luminosity; repeat', assignments)
    .addOption(closedOption());
  addSampleOptions(command)
    .addHelpText('after', examples)
    .action(
      action(async ({ options, globals, io }) => {
        const { distribution } = await import('../studies/pid/one-shot/distribution.js');
        const entries = quickEntries(globals.quick);
        const text = (key: string): string | undefined => options[key] as string | undefined;
        const { result } = await distribution({
          data: required(sampleOf(options, 'data', entries), 'data', '--data FILE…'),
          simulation: sampleOf(options, 'simulation', entries),
          probe: required(options['probe'] as Probe | undefined, 'probe', '--probe K=D0_K'),
          variable: required(text('variable'), 'variable', '--variable kaonID'),
          bins: options['bins'] as BinningSpec | undefined,
          closed: options['closed'] as Closed,
          precut: text('precut'),
          xLabel: text('xLabel'),
          unit: text('unit'),
          logX: options['logX'] === true,
          logY: options['logY'] === true,
          label: parseLabels(options['label'] as Record<string, string> | undefined),
          out: globals.out === undefined ? undefined : path.resolve(globals.out),
          jobs: globals.jobs,
          watermark: globals.quick ? 'quick' : undefined,
          warn: io.warn,
        });
        const { resultText } = await import('./result-text.js');
        io.print(resultText(brief(result)));
        io.result(result);
      }),
    );
}

/** Without the numbers of every bin. */
function brief(result: JsonObject): JsonObject {
  const without = (value: JsonObject): JsonObject => ({
    ...value,
    edges: undefined,
    values: undefined,
    variances: undefined,
  });
  return Object.fromEntries(
    Object.entries(result).map(([key, value]) => [
      key,
      value !== null && typeof value === 'object' && !Array.isArray(value) ? without(value as JsonObject) : value,
    ]),
  );
}
