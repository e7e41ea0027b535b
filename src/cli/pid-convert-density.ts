import type { Command } from 'commander';
import path from 'node:path';
import { action } from './action.js';
import { list, positiveInteger } from './options.js';

const examples = `
Examples:
  datamc pid convert-density K_data.json K_kaonID.root
  datamc pid convert-density K_data.json resample.json
  datamc pid convert-density K_data.json transform.json --simulation K_simulation.json
  datamc pid convert-density K_data.json localdb --payload KaonDensity --iov 7,0,26,-1`;

/** `datamc pid convert-density DENSITY OUT` */
export function register(group: Command): void {
  group
    .command('convert-density')
    .description(
      'write a density as other programs take it: trees of Meerkat, or resample and transform for correctionlib',
    )
    .argument('<density>', 'NAME.json of datamc pid kde, of data')
    .argument('<out>', 'OUT.root: Meerkat; OUT.json: correctionlib; with --payload a folder')
    .option('--simulation <density>', 'correctionlib: density of simulation; the map is then that of transform')
    .option('--variation <name>', 'Meerkat: nominal, stat0, syst_sweights, …', 'nominal')
    .option('--nodes <n>', 'Meerkat: nodes of every axis (default: those of the density)', positiveInteger)
    .option(
      '--payload <name>',
      'Meerkat’s trees as a payload of basf2’s conditions database, in a folder with database.txt',
    )
    .option('--iov <ranges>', 'EXPERIMENT,RUN,EXPERIMENT,RUN of the payload, first and last (−1: open)', list)
    .addHelpText('after', examples)
    .action(
      action(async ({ args, options, io }) => {
        const { convertDensity } = await import('../studies/pid/one-shot/convert-density.js');
        const simulation = options['simulation'] as string | undefined;
        const result = await convertDensity(path.resolve(args[0] as string), {
          output: path.resolve(args[1] as string),
          simulation: simulation === undefined ? undefined : path.resolve(simulation),
          variation: options['variation'] as string,
          nodes: options['nodes'] as number | undefined,
          payload: options['payload'] as string | undefined,
          iov: (options['iov'] as string[] | undefined)?.map(Number),
        });
        const { resultText } = await import('./result-text.js');
        io.print(resultText(result));
        io.result(result);
      }),
    );
}
