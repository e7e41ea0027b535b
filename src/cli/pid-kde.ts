import { InvalidArgumentError, type Command } from 'commander';
import path from 'node:path';
import { userError } from '../base/error.js';
import { action } from './action.js';
import { quickEntries, quickOption } from './globals.js';
import { assignments, integer, list, number, positiveInteger } from './options.js';
import { ownOption, type OwnGiven } from './own-option.js';

const examples = `
Examples:
  datamc pid kde data.parquet --variables kaonID --given p=20,cosTheta=10 --weight sWeight_nominal \\
      --systematic sweights=sWeight_systematic --prefix D0_K --out densities/K_kaonID --figures figures
  datamc pid kde mc.parquet --variables kaonID --given p=20,cosTheta=10 --axes-of densities/K_kaonID.json --out densities/K_kaonID_MC
  datamc pid kde data.root --variables probNNk --transform probNNk=probnn --given "log10(pt)=40,eta=40" --method histogram --out k`;

/** `datamc pid kde FILES --variables X --given K=N` */
export function register(group: Command): void {
  group
    .command('kde')
    .description('density of variables for given kinematics: what resample and transform draw from')
    .addOption(quickOption('only the first 20 000 entries, two replicas, two folds'))
    .argument('<files...>', 'events of one sample')
    .requiredOption('--variables <names>', 'variables or expressions, in the order of their chain: kaonID,pionID', list)
    .option('--given <name=nodes,...>', 'kinematics, with their numbers of nodes: p=20,cosTheta=10', nodesOf, {})
    .option('--method <name>', 'kernel, histogram or flow', 'kernel')
    .option('--weight <expression>', 'sWeights or other weights, of either sign (default: every row counts 1)')
    .option('--systematic <name=expression>', 'other weights: a variation syst_<name>; may be repeated', assignments)
    .option('--select <cut>', 'keep the rows where this holds')
    .option('--define <name=expression>', 'a derived column; may be repeated', assignments)
    .addOption(ownOption())
    .option('--prefix <name>', "of the probe's columns: with D0_K, kaonID is D0_K_kaonID")
    .option('--tree <name>', 'tree of a ROOT file')
    .option('--entries <n>', 'only the first n entries', positiveInteger)
    .option('--nodes <n>', 'nodes of each variable (default: 100; histogram 70)', positiveInteger)
    .option('--range <name=low:high>', 'range of an axis; may be repeated', assignments)
    .option('--transform <name=how>', 'identity, probnn, log10, log or logit of an axis; may be repeated', assignments)
    .option('--normaliser <name=how>', 'flatten, gauss, root or scale of an axis; may be repeated', assignments)
    .option('--dither <names>', 'axes of whole numbers, spread by ±½', list)
    .option(
      '--flatten <name=factor>',
      'histogram: raise sparse bins of an axis by at most this; may be repeated',
      assignments,
    )
    .option('--widths <numbers>', 'half widths in normalised units (histogram: σ in bins), given axes first', numbers)
    .option('--kernel <shape>', 'product or radial')
    .option('--approximation <kind>', 'moving, polynomial, histogram, factorised or uniform')
    .option('--adaptive', 'wider kernels where events are few')
    .option('--refinements <n>', 'how often the estimate becomes the next approximation', integer)
    .option('--folds <n>', 'parts of the cross-validation of the widths (default: 5; 0: none)', integer)
    .option('--replicas <n>', 'bootstrap replicas (default: 10)', integer)
    .option('--widths-factor <f>', 'factor on the widths of syst_widths (default: 1.5; 1: none)', number)
    .option('--atoms <share>', 'least share of a value that is kept as a point mass (default: 0.005; 0: none)', number)
    .option('--epochs <n>', 'flow: epochs of its training', positiveInteger)
    .option('--axes-of <file>', 'JSON of a density whose axes are used')
    .option('--figures <dir>', 'write its figures there')
    .addHelpText('after', examples)
    .action(
      action(async ({ options, args, globals, io }) => {
        const { kde } = await import('../studies/pid/one-shot/kde.js');
        const { densityOptions, densitySpec } = await import('../studies/pid/schema/densities-schema.js');
        const text = (key: string): string | undefined => options[key] as string | undefined;
        const given = options['given'] as Record<string, number | undefined>;
        const variables = options['variables'] as string[];
        const axes = axisSettings(options, [...Object.keys(given), ...variables]);
        const entry = densityOptions.safeParse(
          Object.fromEntries(
            Object.entries({
              method: text('method'),
              widths: options['widths'],
              kernel: text('kernel'),
              approximation: text('approximation'),
              adaptive: options['adaptive'],
              refinements: options['refinements'],
              folds: options['folds'],
              replicas: options['replicas'],
              widthsFactor: options['widthsFactor'],
              atoms: options['atoms'],
              flow: options['epochs'] === undefined ? undefined : { epochs: options['epochs'] },
            }).filter(([, v]) => v !== undefined),
          ),
        );
        if (!entry.success) throw wrongOption(entry.error.issues[0]);
        const spec = densitySpec(
          {
            ...entry.data,
            variables: variables.map((name) => ({
              name,
              nodes: options['nodes'] as number | undefined,
              ...axes(name),
            })),
            given: Object.fromEntries(Object.entries(given).map(([name, nodes]) => [name, { nodes, ...axes(name) }])),
          },
          { name: variables.join('_').replace(/[^\w.+-]+/g, '-'), seed: globals.seed ?? 1, quick: globals.quick },
        );
        const made = await kde(spec, {
          files: args[0] as string[],
          tree: text('tree'),
          prefix: text('prefix'),
          select: text('select'),
          define: options['define'] as Record<string, string> | undefined,
          with: options['with'] as OwnGiven | undefined,
          entries: (options['entries'] as number | undefined) ?? quickEntries(globals.quick),
          weight: text('weight'),
          systematics: options['systematic'] as Record<string, string> | undefined,
          axesOf: text('axesOf'),
          flow: entry.data.flow,
          out: globals.out,
          jobs: globals.jobs,
          style: globals.quick ? { watermark: 'quick' } : {},
          warn: io.warn,
          progress: (rows) => io.status(`${rows} events`),
        });
        const { writeFigures } = await import('./write-figures.js');
        const figures = await writeFigures(text('figures'), made.figures);
        const { resultText } = await import('./result-text.js');
        io.print(resultText(shortened(made.result)));
        for (const file of [...made.files, ...figures]) io.print(path.relative(process.cwd(), file) || file);
        io.result({ ...made.result, files: made.files, figures });
      }),
    );
}

/** Numbers for people: lists of atoms and knots are in the file. */
const shortened = (result: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(result).filter(([key]) => key !== 'variations')) as never;

/** `p=20,cosTheta=10`, or `p,cosTheta` with as many nodes as the method has by default. */
function nodesOf(text: string, before: Record<string, number | undefined>): Record<string, number | undefined> {
  const out = { ...before };
  for (const part of list(text)) {
    const [, name = part, nodes] = /^(.+?)\s*[=:]\s*(\d+)$/.exec(part) ?? [];
    if (nodes === undefined && /[^=<>!]=[^=]/.test(part)) throw new InvalidArgumentError('expected NAME or NAME=NODES');
    out[name.trim()] = nodes === undefined ? undefined : positiveInteger(nodes);
  }
  return out;
}

const numbers = (text: string): number[] => text.split(',').map(number);

/** What the repeated options say of an axis. @throws userError where one names no axis */
function axisSettings(options: Readonly<Record<string, unknown>>, names: readonly string[]) {
  const of = (key: string) => (options[key] ?? {}) as Readonly<Record<string, string>>;
  const dither = (options['dither'] ?? []) as readonly string[];
  for (const key of ['range', 'transform', 'normaliser', 'flatten', 'dither'])
    for (const name of key === 'dither' ? dither : Object.keys(of(key)))
      if (!names.includes(name)) {
        throw userError({
          code: 'kde.axis',
          message: `--${key} speaks of "${name}", which is no axis`,
          got: name,
          expected: names.join(', '),
        });
      }
  return (name: string) => ({
    ...(of('range')[name] === undefined ? {} : { range: ends(of('range')[name]) }),
    ...(of('transform')[name] === undefined ? {} : { transform: of('transform')[name] as never }),
    ...(of('normaliser')[name] === undefined ? {} : { normaliser: oneOf(of('normaliser')[name]) }),
    ...(of('flatten')[name] === undefined ? {} : { flatten: number(of('flatten')[name]) }),
    ...(dither.includes(name) ? { dither: true } : {}),
  });
}

function oneOf(text: string): 'flatten' | 'gauss' | 'scale' {
  if (text === 'flatten' || text === 'gauss' || text === 'scale') return text;
  throw userError({
    code: 'kde.normaliser',
    message: `unknown --normaliser "${text}"`,
    got: text,
    expected: 'flatten, gauss, scale',
  });
}

function ends(text: string): [number, number] {
  const parts = text.split(':').map(Number);
  if (parts.length === 2 && parts.every(Number.isFinite) && parts[0] < parts[1]) return [parts[0], parts[1]];
  throw userError({
    code: 'kde.range',
    message: `"${text}" is no range`,
    got: text,
    expected: 'LOW:HIGH with LOW < HIGH',
  });
}

function wrongOption(issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined) {
  const key = String(issue?.path[0] ?? 'method').replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
  return userError({
    code: 'kde.option',
    message: `--${key} has a wrong value`,
    expected: issue?.message.replace(/^.*?expected /, ''),
    hint: 'datamc pid kde --help',
  });
}
