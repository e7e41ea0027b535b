import type { Command } from 'commander';
import path from 'node:path';
import { action } from './action.js';
import { quickEntries, quickOption } from './globals.js';
import { assignments } from './options.js';
import type { OwnGiven } from './own-option.js';
import { addCutOptions, addReadOptions, cutsOf, parseProbe, required } from './pid-probe-options.js';
import { tableText } from './pid-table-text.js';
import type { Probe } from '../studies/pid/one-shot/file-sample.js';

const examples = `
Examples:
  datamc pid efficiency-table data.parquet --probe K=D0_K --weight sWeight_nominal --systematic sweights=sWeight_systematic \\
    --cut "kaonID > 0.6" --cut "kaonID > 0.9" --binning "p=0.5,1,1.5,2,3,4.5;charge=-2,0,2" --out tables
  datamc pid efficiency-table data.parquet --probe pi=D0_pi --reco K --cut "kaonID > 0.6" --binning bins.json --json`;

export function register(group: Command): void {
  const command = group
    .command('efficiency-table')
    .description('efficiencies or fake rates of cuts in bins, of one sample, with errors by source')
    .addOption(quickOption())
    .argument('<files...>', 'candidates: ROOT, Parquet, CSV, HDF5 or NPY; several are one sample')
    .option('--probe <particle=prefix>', 'the true particle and its columns: K=D0_K, or K', parseProbe)
    .option('--reco <particle>', 'what the cut looks for, where it is not the probe: fake rates')
    .option('--weight <expression>', 'weight of a candidate, of either sign: sWeight_nominal')
    .option('--systematic <name=weight>', 'another weight (or UP,DOWN) and its source; repeat', assignments)
    .option('--truth <particle=cut>', 'cut that finds true ones in simulation', assignments)
    .option('--closure <weight>', 'weight that finds signal without truth: the source "closure"')
    .option('--sample <name>', 'what the sample is called in the tables', 'data')
    .option('--figures', 'draw the tables, into DIR/figures');
  addReadOptions(addCutOptions(command))
    .addHelpText('after', examples)
    .action(
      action(async ({ args, options, globals, io }) => {
        const { efficiencyTable } = await import('../studies/pid/one-shot/efficiency-table.js');
        const probe = required(options['probe'] as Probe | undefined, 'probe', '--probe K=D0_K');
        const text = (key: string): string | undefined => options[key] as string | undefined;
        const maps = (key: string) => options[key] as Record<string, string> | undefined;
        const { result } = await efficiencyTable({
          sample: {
            files: args[0] as string[],
            name: text('sample'),
            tree: text('tree'),
            select: text('select'),
            define: maps('define'),
            with: options['with'] as OwnGiven | undefined,
            entries: quickEntries(globals.quick),
            weight: text('weight'),
            systematics: maps('systematic'),
            truth: maps('truth'),
            closure: text('closure'),
          },
          probe,
          reco: text('reco'),
          ...(await cutsOf(options, text('reco') ?? probe.particle)),
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
