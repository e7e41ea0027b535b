import type { Command } from 'commander';
import path from 'node:path';
import { action } from './action.js';
import { list, number } from './options.js';

const examples = `
Examples:
  datamc pid convert-table K_e_fakeRate_table.csv weights.csv --to belle2
  datamc pid convert-table tables/K.csv K.json --to correctionlib
  datamc pid convert-table tables/K.csv K.csv --to belle2-legacy --charge number --angle cos`;

/** `datamc pid convert-table IN OUT --to FORMAT` */
export function register(group: Command): void {
  group
    .command('convert-table')
    .description('write tables of weights in another format; what they are is found from their content')
    .argument('<in>', 'tables: Belle II CSV, SysVar CSV or YAML, datamc CSV, ParticleWeighting JSON, correctionlib')
    .argument('<out>', 'file to write')
    .requiredOption(
      '--to <format>',
      'belle2, belle2-legacy, sysvar, particle-weighting, correctionlib, pidcalib2-binning, markdown, latex, csv',
    )
    .option('--pdg <reco,truth>', 'what the tables are about, where they do not say it: e,pi', list)
    .option('--variable <name>', 'the variable that was cut on, where they do not say it')
    .option('--threshold <cut>', 'take this one alone; or what it was, where they do not say it', number)
    .option('--not-identified <file>', 'weights of candidates that fail, for formats that hold both')
    .option('--angle <name>', 'belle2: cosTheta, cos or theta')
    .option('--charge <form>', 'belle2: range (charge_min, charge_max), sign (+ and -) or number (1 and -1)')
    .option('--working-point <name>', 'belle2: a column working_point')
    .option('--best-available', 'belle2: a column is_best_available')
    .option('--iso-score <low,high>', 'belle2: columns iso_score_min and iso_score_max of one bin', list)
    .option('--pid', 'belle2: PID, the name of the particle, instead of PDG')
    .option('--payload <name>', 'particle-weighting: its name, after "ParticleReweighting:"')
    .option('--iov <ranges>', 'particle-weighting: EXPERIMENT,RUN,EXPERIMENT,RUN, first and last (−1: open)', list)
    .option('--out-of-range <weight>', 'particle-weighting, correctionlib: weight outside the bins', number)
    .addHelpText('after', examples)
    .action(
      action(async ({ args, options, io }) => {
        const { convertTable } = await import('../studies/pid/one-shot/convert-table.js');
        const text = (key: string): string | undefined => options[key] as string | undefined;
        const result = await convertTable({
          input: path.resolve(args[0] as string),
          output: path.resolve(args[1] as string),
          to: text('to') as string,
          pdg: options['pdg'] as string[] | undefined,
          variable: text('variable'),
          threshold: options['threshold'] as number | undefined,
          notIdentified:
            options['notIdentified'] === undefined ? undefined : path.resolve(text('notIdentified') as string),
          angle: text('angle'),
          charge: text('charge'),
          workingPoint: text('workingPoint'),
          bestAvailable: options['bestAvailable'] === true,
          isoScore: (options['isoScore'] as string[] | undefined)?.map(Number),
          pid: options['pid'] === true,
          payload: text('payload'),
          iov: (options['iov'] as string[] | undefined)?.map(Number),
          outOfRange: options['outOfRange'] as number | undefined,
          warn: io.warn,
        });
        const tables = result.tables.map((t) => `  ${t.name}  ${t.bins} bins, ${t.unmeasured} without a weight`);
        io.print([...result.files, ...tables].join('\n'));
        io.result(result);
      }),
    );
}
