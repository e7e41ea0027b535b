import { Option, type Command } from 'commander';
import type { AppliedDensity, ApplyDensityOptions } from '../studies/pid/densities/apply-density.js';
import { action, type Invocation } from './action.js';
import { assignments, list } from './options.js';
import { ownOption, type OwnGiven } from './own-option.js';

const resampleExamples = `
Examples:
  datamc pid resample densities/K_kaonID.json mc.root mc-resampled.parquet --columns p=K_p,cosTheta=K_cosTheta
  datamc pid resample densities/K_kaonID.json mc.root out.parquet --prefix K --outside nan --data data.parquet --data-weight sWeight --figures figures`;

const transformExamples = `
Examples:
  datamc pid transform densities/K_kaonID_MC.json densities/K_kaonID.json mc.root mc-transformed.parquet --prefix K
  datamc pid transform mc.json data.json mc.parquet out.parquet --compare nCDCHits,dr --figures figures`;

function addOptions(command: Command, examples: string): Command {
  return command
    .option(
      '--columns <name=expression>',
      "the density's columns as the events call them; may be repeated",
      assignments,
    )
    .option('--prefix <name>', "of the track's columns: with K, p is K_p")
    .addOption(
      new Option(
        '--outside <fate>',
        'rows without a value of their own: keep theirs, NaN, or take the end of the range',
      ).choices(['pass', 'nan', 'clamp']),
    )
    .option(
      '--identify <columns>',
      'what identifies a row: run,event,track; its random numbers then depend on it alone',
      list,
    )
    .option('--nominal-only', 'no variations: several times faster')
    .option('--suffix <word>', 'end of the new columns’ names')
    .option('--define <name=expression>', 'a derived column, of events and data; may be repeated', assignments)
    .addOption(ownOption())
    .option('--tree <name>', 'tree of a ROOT file')
    .option('--compare <columns>', 'other columns whose correlations are looked at, before and after', list)
    .option('--weight <expression>', 'weight of the events in the checks')
    .option('--data <file>', 'data to compare with')
    .option('--data-weight <expression>', 'weight of the data, such as sWeights')
    .option('--data-prefix <name>', "of the track's columns in the data")
    .option('--figures <dir>', 'write figures there')
    .addHelpText('after', examples);
}

function optionsOf({ options, globals, io }: Invocation, input: string, output: string): ApplyDensityOptions {
  const text = (key: string): string | undefined => options[key] as string | undefined;
  const data = text('data');
  return {
    input,
    output,
    columns: options['columns'] as Record<string, string> | undefined,
    prefix: text('prefix'),
    outside: text('outside') as ApplyDensityOptions['outside'],
    nominalOnly: options['nominalOnly'] === true,
    suffix: text('suffix'),
    seed: globals.seed,
    identify: options['identify'] as string[] | undefined,
    tree: text('tree'),
    define: options['define'] as Record<string, string> | undefined,
    with: options['with'] as OwnGiven | undefined,
    compare: options['compare'] as string[] | undefined,
    weight: text('weight'),
    data: data === undefined ? undefined : { file: data, weight: text('dataWeight'), prefix: text('dataPrefix') },
    jobs: globals.jobs,
    style: globals.quick ? { watermark: 'quick' } : {},
    warn: io.warn,
    progress: io.progress,
  };
}

async function show({ options, io }: Invocation, done: AppliedDensity) {
  const { writeFigures } = await import('./write-figures.js');
  const figures = await writeFigures(options['figures'] as string | undefined, done.figures);
  const { resultText } = await import('./result-text.js');
  const brief = Object.fromEntries(Object.entries(done.result).filter(([key]) => key !== 'correlations'));
  io.print(resultText(brief));
  for (const file of figures) io.print(file);
  io.result({ ...done.result, figures });
}

/** `datamc pid resample DENSITY IN OUT` */
export function register(group: Command): void {
  addOptions(
    group
      .command('resample')
      .description('draw data-like values of the variables for every row, given its kinematics')
      .argument('<density>', 'NAME.json of datamc pid kde, of data')
      .argument('<in>', 'events: ROOT, Parquet, CSV, HDF5 or NPY')
      .argument('<out>', 'file to write'),
    resampleExamples,
  ).action(
    action(async (invocation) => {
      const { resample } = await import('../studies/pid/densities/apply-density.js');
      const [density, input, output] = invocation.args as string[];
      await show(invocation, await resample(density, optionsOf(invocation, input, output)));
    }),
  );
}

/** `datamc pid transform SIMULATION DATA IN OUT` */
export function registerTransform(group: Command): void {
  addOptions(
    group
      .command('transform')
      .description('turn simulated values into data-like ones of the same rank: correlations are kept')
      .argument('<simulation>', 'NAME.json of datamc pid kde, of simulation')
      .argument('<density>', 'the same of data')
      .argument('<in>', 'events: ROOT, Parquet, CSV, HDF5 or NPY')
      .argument('<out>', 'file to write'),
    transformExamples,
  ).action(
    action(async (invocation) => {
      const { transform } = await import('../studies/pid/densities/apply-density.js');
      const [simulation, density, input, output] = invocation.args as string[];
      await show(invocation, await transform(simulation, density, optionsOf(invocation, input, output)));
    }),
  );
}
