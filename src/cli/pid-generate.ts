import { Option, type Command } from 'commander';
import type { Json } from '../base/json.js';
import { action } from './action.js';
import { grouped } from './io.js';
import { positiveInteger } from './options.js';

export function register(group: Command): void {
  group
    .command('generate')
    .description(
      'candidates of a control mode with background and known truth: Dst, Dst-pi0, Lambda0, KS, Jpsi-mu, Jpsi-e, Radmumu, TwoPhoton-mu, TwoPhoton-e, Tau-mu, Tau-e, Bplus',
    )
    .argument('<mode>', 'which mode')
    .argument('<out>', 'where to: Parquet, CSV, ROOT, HDF5, NPY or NPZ')
    .option('--events <n>', 'how many candidates', positiveInteger, 20_000)
    .addOption(
      new Option('--sample <sample>', 'simulation identifies better than data')
        .choices(['data', 'simulation'])
        .default('data'),
    )
    .option('--likelihoods', 'write log-likelihoods by hypothesis and detector')
    .option('--no-truth', 'leave out isSignal and the true codes')
    .option('--correlation', 'Dst, Dst-pi0: background that follows the momentum below 1.5 GeV')
    .action(
      action(async ({ args, options, globals, io }) => {
        const { pidGenerate } = await import('../studies/pid/one-shot/generate.js');
        const done = await pidGenerate(args[0] as string, args[1] as string, {
          events: options['events'] as number,
          sample: options['sample'] as 'data' | 'simulation',
          seed: globals.seed,
          likelihoods: options['likelihoods'] === true,
          truth: options['truth'] !== false,
          correlation: options['correlation'] === true,
        });
        io.print(`${done.out}  ${grouped(done.rows)} rows, ${done.columns.length} columns`);
        io.result(done as unknown as Json);
      }),
    );
}
