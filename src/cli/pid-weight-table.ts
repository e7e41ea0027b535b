import type { Command } from 'commander';
import path from 'node:path';
import { action } from './action.js';
import { quickEntries, quickOption } from './globals.js';
import {
  addCutOptions,
  addSampleOptions,
  collect,
  cutsOf,
  parseProbe,
  parseProbes,
  required,
  sampleOf,
} from './pid-probe-options.js';
import { tableText } from './pid-table-text.js';
import type { Probe } from '../studies/pid/one-shot/file-sample.js';

const examples = `
Examples:
  datamc pid weight-table --data data.parquet --weight sWeight_nominal --systematic sweights=sWeight_systematic \\
    --simulation mc.parquet --truth "K=abs(mcPDG) == 321" --truth "pi=abs(mcPDG) == 211" \\
    --probe K=D0_K --fake pi=D0_pi --cut "kaonID > 0.6" --binning "p=0.5,1,1.5,2,3,4.5;cosTheta=-0.8,0.2,0.9563" \\
    --format belle2 --format correctionlib --out tables --figures`;

export function register(group: Command): void {
  const command = group
    .command('weight-table')
    .description('data over simulation in bins: efficiencies, fake rates, their ratios with errors by source')
    .addOption(quickOption())
    .option('--probe <particle=prefix>', 'what the cut looks for, and its columns: K=D0_K', parseProbe)
    .option('--fake <particle=prefix>', 'a particle that passes by mistake: pi=D0_pi; repeat', parseProbes)
    .option('--reco <particle>', 'what the cut looks for, where there are fake rates alone')
    .option('--not-identified', 'also weights of candidates that fail the cut')
    .option('--format <name>', 'also write belle2, sysvar, particle-weighting, correctionlib, …; repeat', collect)
    .option('--figures', 'draw the tables, into DIR/figures');
  addSampleOptions(addCutOptions(command))
    .addHelpText('after', examples)
    .action(
      action(async ({ options, globals, io }) => {
        const { weightTable } = await import('../studies/pid/one-shot/weight-table.js');
        const { tableFormatOf } = await import('../formats/tables/write-tables.js');
        const entries = quickEntries(globals.quick);
        const probe = options['probe'] as Probe | undefined;
        const fakes = options['fake'] as Probe[] | undefined;
        const reco = options['reco'] as string | undefined;
        const particle = reco ?? probe?.particle;
        const { result } = await weightTable({
          data: required(sampleOf(options, 'data', entries), 'data', '--data FILE…'),
          simulation: required(sampleOf(options, 'simulation', entries), 'simulation', '--simulation FILE…'),
          probe,
          fakes,
          reco: required(particle, 'probe', '--probe K=D0_K, or --fake pi=D0_pi --reco K'),
          notIdentified: options['notIdentified'] === true,
          formats: (options['format'] as string[] | undefined)?.map(tableFormatOf),
          ...(await cutsOf(options, particle ?? '')),
          seed: globals.seed,
          out: globals.out === undefined ? undefined : path.resolve(globals.out),
          figures: options['figures'] === true,
          jobs: globals.jobs,
          watermark: globals.quick ? 'quick' : undefined,
          warn: io.warn,
        });
        io.print(tableText(result));
        io.result(result);
      }),
    );
}
