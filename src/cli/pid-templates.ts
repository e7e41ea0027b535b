import type { Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../base/error.js';
import { makeFolder } from '../base/make-folder.js';
import type { BinningSpec } from '../studies/values.js';
import { action } from './action.js';
import { assignments, number, positiveInteger } from './options.js';
import { ownOption, type OwnGiven } from './own-option.js';
import { required } from './pid-probe-options.js';
import { addSysvarOptions, sysvarStudyOf } from './pid-sysvar-options.js';
import { parseBins } from './plot-arguments.js';

const examples = `
Examples:
  datamc pid templates weighted.parquet --variable mass --bins 5.0:5.5:25 --keep 5 --out kaonID.json
  datamc pid templates weighted.parquet --variable mass --bins 5.0:5.5:25 --weight K_Weight --share 0.99 --form split
  datamc pid templates weighted.parquet --sysvar study_setup.yaml --systematic kaonID --out kaonID.json`;

/** `datamc pid templates FILE --variable X` */
export function register(group: Command): void {
  const command = group
    .command('templates')
    .description('a histogram of events with varied weights: its independent variations, and pyhf modifiers of them')
    .argument('<files...>', 'events with weights and their variations, as datamc apply --variations writes them')
    .option('--variable <expression>', 'the fit variable')
    .option(
      '--bins <binning>',
      'EDGE,EDGE,… or FROM:TO:BINS or log:FROM:TO:BINS or quantiles:BINS (default: found)',
      parseBins,
    )
    .option('--weight <column>', 'the weights; their variations are <column>_0, <column>_1, …', 'Weight')
    .option('--event-weight <expression>', 'a further factor of every event')
    .option('--select <cut>', 'keep the rows where this holds')
    .option('--define <name=expression>', 'a derived column; may be repeated', assignments)
    .addOption(ownOption())
    .option('--tree <name>', 'tree of a ROOT file')
    .option('--keep <k>', 'at most so many templates', positiveInteger)
    .option('--share <part>', 'as few templates as have this part of the variance, such as 0.99', number)
    .option('--name <name>', 'of the sample and its modifiers (default: the weight)')
    .option('--form <form>', 'shape: one histosys each; split: normsys and histosys of one name', 'shape');
  addSysvarOptions(command)
    .addHelpText('after', examples)
    .action(
      action(async ({ args, options, globals, io }) => {
        const { templates } = await import('../studies/pid/one-shot/templates.js');
        const text = (key: string): string | undefined => options[key] as string | undefined;
        const form = text('form');
        if (form !== 'shape' && form !== 'split')
          throw userError({ code: 'templates.form', message: 'unknown --form', got: form, expected: 'shape, split' });
        const common = {
          files: args[0] as string[],
          tree: text('tree'),
          select: text('select'),
          define: options['define'] as Record<string, string> | undefined,
          with: options['with'] as OwnGiven | undefined,
          keep: options['keep'] as number | undefined,
          share: options['share'] as number | undefined,
          form,
          jobs: globals.jobs,
          warn: io.warn,
        } as const;
        const study = await sysvarStudyOf(options);
        const weight = text('weight') as string;
        const result = study
          ? await (
              await import('../studies/pid/one-shot/sysvar-templates.js')
            ).sysvarTemplates({ ...common, study, systematic: text('systematic') })
          : await templates({
              ...common,
              variable: required(text('variable'), 'variable', '--variable mass, or --sysvar STUDY.yaml'),
              bins: options['bins'] as BinningSpec | undefined,
              weight,
              eventWeight: text('eventWeight'),
              name: text('name') ?? weight,
            });
        if (globals.out !== undefined) {
          const out = path.resolve(globals.out);
          await makeFolder(path.dirname(out));
          await writeFile(out, `${JSON.stringify(result, undefined, 1)}\n`);
          io.print(out);
        }
        const samples = 'channels' in result ? result.channels.flatMap((c) => c.samples) : [result.sample];
        const bins = samples.reduce((n, s) => n + s.data.length, 0);
        const count = new Set(samples[0].modifiers.map((m) => m.name)).size;
        io.print(
          `${count} templates of ${result.variations} variations in ${bins} bins hold ` +
            `${(100 * result.kept).toFixed(2)} % of the variance`,
        );
        io.result(result);
      }),
    );
}
