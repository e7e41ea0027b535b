import { InvalidArgumentError, type Command } from 'commander';
import path from 'node:path';
import { userError } from '../base/error.js';
import type { ParameterSetting } from '../fit/model.js';
import { action } from './action.js';
import { quickEntries, quickOption } from './globals.js';
import { assignments, atLeastTen, list, number, positiveInteger, range } from './options.js';
import { ownOption, type OwnGiven } from './own-option.js';
import { parseLabels } from './plot-arguments.js';

const examples = `
Densities: gaussian, doubleGaussian, crystalBall[:right], doubleCrystalBall, johnson, voigt, breitWigner, argus, exponential,
chebyshev:N, bernstein:N; sums with +; or all that a study file knows, in braces.

Examples:
  datamc pid fit dst.root --variable D0_M --range 1.80,1.95 --signal doubleGaussian --background chebyshev:2
  datamc pid fit dst.root --variable D0_M --range 1.80,1.95 --signal "{ pdf: doubleGaussian, mean: [1.865, 1.86, 1.87] }" \\
    --background chebyshev:2 --minos --sweights dst-weighted.parquet
  datamc pid fit jpsi.parquet --variable mass --range 2.8,3.4 --signal doubleCrystalBall --background exponential \\
    --parameter signal.nL=3 --parameter signal.nR=3 --binned 200 --json`;

/** `name=1.86` fixes, `name=1.86:1.85:1.87` starts with limits, anything else is an expression. */
function parameter(text: string, before: Readonly<Record<string, ParameterSetting>> = {}) {
  const [name, value] = Object.entries(assignments(text))[0];
  const numbers = value.split(':').map(Number);
  if (value && numbers.every(Number.isFinite)) {
    if (numbers.length === 1) return { ...before, [name]: { fixed: numbers[0] } };
    if (numbers.length !== 3) throw new InvalidArgumentError('expected NAME=VALUE or NAME=START:LOW:HIGH');
    return { ...before, [name]: { start: numbers[0], low: numbers[1], high: numbers[2] } };
  }
  return { ...before, [name]: { expression: value } };
}

/** `name=1.86,0.01` */
function constraint(text: string, before: readonly { parameter: string; value: number; error: number }[] = []) {
  const [name, value] = Object.entries(assignments(text))[0];
  const numbers = list(value).map(number);
  if (numbers.length !== 2) throw new InvalidArgumentError('expected NAME=VALUE,ERROR');
  return [...before, { parameter: name, value: numbers[0], error: numbers[1] }];
}

/** `signal.mean,signal.sigma1`, repeated */
function pair(text: string, before: readonly { parameters: [string, string] }[] = []) {
  const names = list(text);
  if (names.length !== 2) throw new InvalidArgumentError('expected NAME,NAME');
  return [...before, { parameters: [names[0], names[1]] as [string, string] }];
}

/** A component that is named twice would replace another without a word. */
function onceEach(own: Readonly<Record<string, unknown>>, further: Readonly<Record<string, unknown>> = {}): void {
  const twice = Object.keys(further).find((name) => own[name] !== undefined);
  if (twice !== undefined)
    throw userError({
      code: 'fit.component',
      message: `two components are called "${twice}"`,
      path: '--component',
      got: twice,
      hint: 'give it a name of its own: --component peaking=gaussian',
    });
}

/** Texts of the legend by component; `data` is the points. */
function legendOf(components: Readonly<Record<string, unknown>>, given: Readonly<Record<string, string>> = {}) {
  const unknown = Object.keys(given).find((name) => name !== 'data' && !Object.hasOwn(components, name));
  if (unknown !== undefined)
    throw userError({
      code: 'fit.legend',
      message: `no component is called "${unknown}"`,
      path: '--legend',
      got: unknown,
      expected: ['data', ...Object.keys(components)].join(', '),
    });
  return { dataLabel: given['data'], labels: given };
}

/** `datamc pid fit FILE --variable X --range A,B --signal … --background …` */
export function register(group: Command): void {
  group
    .command('fit')
    .description('fit the distribution of a variable: yields, shapes, their errors and profiles, goodness, sWeights')
    .addOption(quickOption())
    .argument('<files...>', 'events: ROOT, Parquet, CSV, HDF5 or NPY')
    .requiredOption('--variable <expression>', 'the fit variable')
    .requiredOption('--range <low,high>', 'where it is fitted', range)
    .requiredOption('--signal <density>', 'density of the signal')
    .option('--background <density>', 'density of the background')
    .option('--component <name=density>', 'a further component; may be repeated', assignments)
    .option('--systematic-signal <density>', 'of a second fit, for the weights sWeight_systematic')
    .option('--systematic-background <density>', 'of a second fit, for the weights sWeight_systematic')
    .option('--binned <n>', 'fit the contents of so many bins instead of the events', atLeastTen)
    .option('--weight <expression>', 'weight of each event; errors are then those of weighted fits')
    .option('--select <cut>', 'keep the rows where this holds')
    .option('--define <name=expression>', 'a derived column; may be repeated', assignments)
    .addOption(ownOption())
    .option('--tree <name>', 'tree of a ROOT file')
    .option('--explode <name>', 'one row an object: Muon turns the lists Muon_pt, Muon_eta, … into single values')
    .option(
      '--parameter <name=value>',
      'fix (signal.mean=1.86), start with limits (=1.86:1.85:1.87) or tie (signal.sigma2=2 * signal.sigma1); may be repeated',
      parameter,
    )
    .option('--constraint <name=value,error>', 'Gaussian constraint; may be repeated', constraint)
    .option('--minos [names]', 'profile likelihood errors, of all parameters or those named: a,b', list)
    .option('--contour <name,name>', 'profile likelihood contour of two parameters; may be repeated', pair)
    .option('--toys <n>', 'p-value from so many fitted toys', positiveInteger)
    .option('--bins <n>', 'bins of the χ² and the figure (default: 100)', atLeastTen)
    .option(
      '--sweights <file>',
      'write the events with sWeights; FILE.json: the weights as functions, for datamc apply',
    )
    .option('--log-y', 'logarithmic y axis')
    .option('--x-label <text>', 'such as "m(K^{−}π^{+})"')
    .option('--unit <text>', 'unit of the variable')
    .option(
      '--legend <name=text>',
      'how the figure calls a component, or data: signal="B^{+} → K^{+}K^{−}π^{+}"; may be repeated',
      assignments,
    )
    .option('--label <part=text>', 'experiment, status, collisions, energy, luminosity; may be repeated', assignments)
    .addHelpText('after', examples)
    .action(
      action(async ({ args, options, globals, io, exit }) => {
        const { pidFit } = await import('../studies/pid/one-shot/fit-file.js');
        const { fitJson, fitText } = await import('../studies/pid/one-shot/fit-report.js');
        const { parsePdf } = await import('../studies/pid/schema/pdf-schema.js');
        const { seedKey } = await import('../stats/key.js');
        const text = (key: string): string | undefined => options[key] as string | undefined;
        const densities = (given: Readonly<Record<string, string | undefined>>) =>
          Object.fromEntries(
            Object.entries(given).flatMap(([name, pdf]) => (pdf === undefined ? [] : [[name, parsePdf(pdf)] as const])),
          );
        const further = options['component'] as Record<string, string> | undefined;
        const own = { signal: text('signal'), background: text('background') };
        onceEach(own, further);
        const components = densities({ ...own, ...further });
        const label = parseLabels(options['label'] as Record<string, string> | undefined);
        const legend = legendOf(components, options['legend'] as Record<string, string> | undefined);
        const systematic = densities({ signal: text('systematicSignal'), background: text('systematicBackground') });
        const toys = options['toys'] as number | undefined;
        const sweights = text('sweights');
        const variable = text('variable') as string;
        const made = await pidFit({
          files: (args[0] as string[]).map((f) => path.resolve(f)),
          tree: text('tree'),
          explode: text('explode'),
          define: options['define'] as Record<string, string> | undefined,
          with: options['with'] as OwnGiven | undefined,
          select: text('select'),
          variable,
          range: options['range'] as [number, number],
          components,
          systematic: Object.keys(systematic).length ? systematic : undefined,
          weight: text('weight'),
          binned: options['binned'] as number | undefined,
          parameters: options['parameter'] as Record<string, ParameterSetting> | undefined,
          constraints: options['constraint'] as ReturnType<typeof constraint> | undefined,
          minos: options['minos'] as boolean | string[] | undefined,
          contours: options['contour'] as ReturnType<typeof pair> | undefined,
          bins: options['bins'] as number | undefined,
          toys: toys === undefined ? undefined : { count: toys, key: seedKey(globals.seed ?? 1) },
          sweights: sweights === undefined ? undefined : path.resolve(sweights),
          entries: quickEntries(globals.quick),
          jobs: globals.jobs,
          warn: io.warn,
        });
        const { fit } = made;
        if (fit.message !== 'converged') io.warn(fit.message);
        io.print(fitText(made));
        const files: string[] = made.sweights ? [made.sweights.file] : [];
        if (fit.status !== 'not converged' && (globals.out !== undefined || !globals.json)) {
          const { writeFigure } = await import('../figures/write-figure.js');
          const { fitFigure } = await import('../figures/makers/fit.js');
          const out = path.resolve(globals.out ?? 'fit');
          const figure = fitFigure({
            name: path.basename(out),
            fit,
            x: { label: text('xLabel') ?? variable, unit: text('unit') },
            logY: options['logY'] === true,
            ...legend,
            label,
            watermark: globals.quick ? 'quick' : undefined,
          });
          files.push(...(await writeFigure(path.dirname(out), figure)));
        }
        if (files.length) io.print(files.join('\n'));
        io.result({ ...fitJson(made), ...(files.length ? { files } : {}) });
        if (fit.status === 'not converged') exit(1);
      }),
    );
}
