import { InvalidArgumentError, Option, type Command } from 'commander';
import type { JsonObject } from '../base/json.js';
import { action } from './action.js';
import { quickEntries, quickOption } from './globals.js';
import { assignments, list, number, range } from './options.js';
import { ownOption, type OwnGiven } from './own-option.js';

const edges = (text: string, before: Readonly<Record<string, number[]>> = {}): Record<string, number[]> => {
  const [[name, values]] = Object.entries(assignments(text));
  const told = values.split(',').map(number);
  if (told.length < 2 || told.some((edge, i) => i > 0 && edge <= told[i - 1]))
    throw new InvalidArgumentError('expected NAME=EDGE,EDGE,… with edges that increase');
  return { ...before, [name]: told };
};
const ranges = (text: string, before: readonly [number, number][] = []): [number, number][] => [...before, range(text)];

const examples = `
Examples:
  datamc pid factorisation data.root --variable D0_M --control D0_K_p,D0_K_cosTheta --sideband 1.80,1.83 --sideband 1.90,1.95
  datamc pid factorisation data.root --variable D0_M --control D0_K_p --bins D0_K_p=0.3,1,1.5,2.2,4 --sideband 1.80,1.83 \\
    --signal mc.root --truth "abs(D0_K_mcPDG) == 321" --json`;

/** `datamc pid factorisation FILE --variable M --control P --sideband LOW,HIGH` */
export function register(group: Command): void {
  group
    .command('factorisation')
    .description(
      'may weights of one mass fit be trusted? Kendall tests of fit variable against control variables, and bins',
    )
    .addOption(quickOption())
    .argument('<files...>', 'events of the data')
    .requiredOption('--variable <expression>', 'the fit variable')
    .addOption(
      new Option('--control <names>', 'control variables: columns or expressions')
        .argParser(list)
        .makeOptionMandatory(),
    )
    .option(
      '--bins <name=edges>',
      'edges of bins of a control variable, whose validity is told; may be repeated',
      edges,
    )
    .option('--sideband <low,high>', 'where there is background alone; may be repeated', ranges)
    .option('--signal <files...>', 'simulation, whose true signal is tested too')
    .option('--truth <cut>', 'the match to truth in simulation')
    .option('--false-alarm <p>', 'probability of any finding although all factorise', number, 0.01)
    .option('--select <cut>', 'cut on data and simulation')
    .option('--weight <expression>', 'weight of events')
    .option('--define <name=expression>', 'derived column; may be repeated', assignments)
    .addOption(ownOption())
    .option('--tree <name>', 'tree of ROOT files')
    .addHelpText('after', examples)
    .action(
      action(async ({ args, options, globals, io }) => {
        const { factorisation } = await import('../studies/pid/one-shot/factorisation.js');
        const { both } = await import('../studies/pid/both.js');
        const text = (key: string): string | undefined => options[key] as string | undefined;
        const bins = (options['bins'] ?? {}) as Record<string, number[]>;
        const names = [...new Set([...(options['control'] as string[]), ...Object.keys(bins)])];
        const tree = text('tree');
        const entries = quickEntries(globals.quick);
        const signal = options['signal'] as string[] | undefined;
        const result = await factorisation({
          files: args[0] as string[],
          entries,
          tree,
          select: text('select'),
          weight: text('weight'),
          variable: text('variable') as string,
          controls: Object.fromEntries(names.map((name) => [name, bins[name] ?? []])),
          sidebands: (options['sideband'] ?? []) as [number, number][],
          ...(signal ? { signal: { files: signal, entries, tree, select: both(text('select'), text('truth')) } } : {}),
          define: options['define'] as Record<string, string> | undefined,
          with: options['with'] as OwnGiven | undefined,
          falseAlarm: options['falseAlarm'] as number,
          jobs: globals.jobs,
          warn: io.warn,
        });
        io.print(factorisationText(result));
        io.result(result);
      }),
    );
}

type Told = {
  readonly valid: boolean;
  readonly limit: number;
  readonly tests: readonly {
    sample: string;
    control: string;
    kind: string;
    tau: number;
    z: number;
    significant: boolean;
  }[];
  readonly bins: Readonly<Record<string, readonly { low: number; high: number; status: string; reasons: string[] }[]>>;
};

function factorisationText(result: JsonObject): string {
  const { valid, limit, tests, bins } = result as unknown as Told;
  const lines = tests.map(
    (t) =>
      `${t.sample}, ${t.control}, ${t.kind}: τ = ${t.tau.toFixed(4)}, z = ${t.z.toFixed(1)}${t.significant ? '  depends' : ''}`,
  );
  for (const [control, cells] of Object.entries(bins))
    for (const { low, high, status, reasons } of cells)
      lines.push(`${control} ${low} to ${high}: ${[status, ...reasons].join('; ')}`);
  return [...lines, valid ? 'valid' : `not valid (|z| beyond ${limit.toFixed(1)}, or a bin)`].join('\n');
}
