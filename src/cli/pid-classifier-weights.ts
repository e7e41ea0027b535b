import { Option, type Command } from 'commander';
import path from 'node:path';
import { action } from './action.js';
import { quickOption } from './globals.js';
import { assignments, list, positiveInteger } from './options.js';
import { ownOption, type OwnGiven } from './own-option.js';
import { backgroundArgument, type BackgroundArgument } from './pid-background.js';
import { resultText } from './result-text.js';

const examples = `
Example:
  datamc pid classifier-weights data.root weighted.parquet --signal tau.root --background qqbar=qqbar.root \\
    --features thrust,visibleEnergy,pt --control electronID,p`;

/** `datamc pid classifier-weights DATA OUT --signal MC --background NAME=MC --features A,B` */
export function register(group: Command): void {
  group
    .command('classifier-weights')
    .description('sWeights without a mass peak: in the output of a classifier of simulated signal against background')
    .addOption(quickOption('five passes over simulation in training'))
    .argument('<data>', 'events of the data')
    .argument('<out>', 'file to write')
    .requiredOption('--signal <files...>', 'simulated signal')
    .addOption(
      new Option('--background <name=file>', 'simulated background; may be repeated')
        .argParser(backgroundArgument)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--features <names>', 'kinematic variables, none of identification')
        .argParser(list)
        .makeOptionMandatory(),
    )
    .option('--control <names>', 'variables that the output must not depend on, such as the identification', list)
    .option('--replicas <n>', 'bootstrap replicas of the templates, as columns', positiveInteger)
    .option('--folds <n>', 'networks, each blind to its share of simulation', positiveInteger, 5)
    .option('--bins <n>', 'bins of the templates', positiveInteger, 20)
    .option('--epochs <n>', 'passes over simulation in training', positiveInteger)
    .option('--select <cut>', 'cut on all samples; data that fail it have weight 0')
    .option('--weight <expression>', 'weight of recorded events')
    .option('--simulation-weight <expression>', 'weight of simulated events')
    .option('--define <name=expression>', 'derived column; may be repeated', assignments)
    .addOption(ownOption())
    .option('--tree <name>', 'tree of ROOT files')
    .addHelpText('after', examples)
    .action(
      action(async ({ args, options, globals, io }) => {
        const { classifierWeights } = await import('../studies/pid/one-shot/classifier-weights.js');
        const text = (key: string): string | undefined => options[key] as string | undefined;
        const count = (key: string): number | undefined => options[key] as number | undefined;
        const tree = text('tree');
        const weight = text('simulationWeight');
        const epochs = count('epochs') ?? (globals.quick ? 5 : undefined);
        const result = await classifierWeights({
          data: { files: [args[0] as string], tree, weight: text('weight') },
          signal: { files: options['signal'] as string[], tree, weight },
          backgrounds: (options['background'] as BackgroundArgument[]).map(({ name, files }) => ({
            name,
            files,
            tree,
            weight,
          })),
          features: options['features'] as string[],
          controls: options['control'] as string[] | undefined,
          define: options['define'] as Record<string, string> | undefined,
          with: options['with'] as OwnGiven | undefined,
          select: text('select'),
          out: path.resolve(args[1] as string),
          seed: globals.seed,
          folds: count('folds'),
          bins: count('bins'),
          replicas: count('replicas'),
          epochs,
          jobs: globals.jobs,
          warn: io.warn,
        });
        io.print(resultText(result));
        io.result(result);
      }),
    );
}
