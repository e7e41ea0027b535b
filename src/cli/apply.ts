import type { Command } from 'commander';
import path from 'node:path';
import { action } from './action.js';
import { assignments } from './options.js';
import { ownOption, type OwnGiven } from './own-option.js';
import { addWeightOptions, weightOptions, weightOptionsGiven } from './apply-weights.js';

const examples = `
Examples:
  datamc apply runs/ip mc.root corrected.parquet
  datamc apply K_pi.csv mc.root weighted.parquet --particle prefix=K_ --particle prefix=pi_ --variations 100
  datamc apply weights/Dst.json data.root weighted.parquet
  datamc apply densities/K_kaonID.json mc.root resampled.parquet --particle prefix=K_
  datamc apply tables.json mc.parquet weighted.parquet --threshold K=kaonID,0.6 --fill 1`;

export function register(program: Command): void {
  const command = program
    .command('apply')
    .description('add corrected columns or weights with their variations to a file of events; print the coverage')
    .argument('<product>', 'run directory, one of its products (weights/Dst.json), or a table of weights')
    .argument('<in>', 'events: ROOT, Parquet, CSV, HDF5 or NPY')
    .argument('<out>', 'file to write')
    .option('--replicas', 'write every replica, not only the band; of sWeights, every component')
    .option('--tree <name>', 'tree of a ROOT file')
    .option('--define <name=expression>', 'a derived column of the events; may be repeated', assignments)
    .addOption(ownOption())
    .option('--study <name>', 'the study that made the product, where the file does not say')
    .addHelpText('after', examples)
    .action(
      action(async ({ args, options, globals, io }) => {
        const { applierOf } = await import('./product.js');
        const product = path.resolve(args[0] as string);
        const given = weightOptionsGiven(options);
        const apply = await applierOf(product, options['study'] as string | undefined, given);
        const result = await apply({
          product,
          input: path.resolve(args[1] as string),
          output: path.resolve(args[2] as string),
          replicas: options['replicas'] === true,
          jobs: globals.jobs,
          tree: options['tree'] as string | undefined,
          define: options['define'] as Record<string, string> | undefined,
          with: options['with'] as OwnGiven | undefined,
          weights: weightOptions(options, globals.seed),
          warn: io.warn,
          progress: io.progress,
        });
        const { resultText } = await import('./result-text.js');
        io.print(resultText(result));
        io.result(result);
      }),
    );
  addWeightOptions(command);
}
