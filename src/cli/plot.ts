import type { Command } from 'commander';
import path from 'node:path';
import type { Json } from '../base/json.js';
import { userError } from '../base/error.js';
import { action } from './action.js';
import { quickEntries, quickOption } from './globals.js';
import { assignments, range } from './options.js';
import { ownOption, type OwnGiven } from './own-option.js';
import { parseBins, parseLabels, parseSamples } from './plot-arguments.js';
import type { BinningSpec } from '../studies/values.js';

const examples = `
Examples:
  datamc plot --data data.root --simulation mc.root --x "log10(ip)" --bins=-4:0:50 --out figures/ip
  datamc plot --data data.root --simulation mc.root --x ip --after ip_corrected --bins quantiles:20
  datamc plot --data d.parquet --simulation Signal=s.root Background=b.root --stack --x mass --weight genWeight
  datamc plot runs/ip/figures/ip.json --out ip-again`;

export function register(program: Command): void {
  program
    .command('plot')
    .description('data against simulation, with their ratio, from files; or a figure again from its numbers')
    .addOption(quickOption())
    .argument('[figure]', 'NAME.json of an earlier figure, to draw again')
    .option('--data <files...>', 'events of the data')
    .option('--simulation <files...>', 'events of the simulation; NAME=FILE tells several simulations apart')
    .option('--x <expression>', 'what is drawn')
    .option('--after <expression>', 'the same in simulation after a correction: drawn besides --x')
    .option(
      '--bins <binning>',
      'EDGE,EDGE,… or FROM:TO:BINS or log:FROM:TO:BINS or quantiles:BINS (default: found)',
      parseBins,
    )
    .option('--select <cut>', 'cut on both samples')
    .option('--weight <expression>', 'weight of simulated events')
    .option('--data-weight <expression>', 'weight of recorded events, such as sWeights')
    .option('--define <name=expression>', 'derived column; may be repeated', assignments)
    .addOption(ownOption())
    .option('--tree <name>', 'tree of ROOT files')
    .option('--stack', 'simulations lie on each other')
    .option('--normalise <to>', 'data: simulation is scaled to the data; none: as it is', 'data')
    .option('--density', 'contents per unit of x')
    .option('--log-x', 'logarithmic x axis')
    .option('--log-y', 'logarithmic y axis')
    .option('--ratio <low,high>', 'range of the ratio', range)
    .option('--x-label <text>', 'such as "p_{T}"')
    .option('--unit <text>', 'unit of x')
    .option('--label <part=text>', 'experiment, status, collisions, energy, luminosity; may be repeated', assignments)
    .addHelpText('after', examples)
    .action(
      action(async ({ args, options, globals, io }) => {
        const { writeFigure } = await import('../figures/write-figure.js');
        const text = (key: string): string | undefined => options[key] as string | undefined;
        const files = (key: string): string[] | undefined => options[key] as string[] | undefined;
        const again = args[0] as string | undefined;
        const out = path.resolve(globals.out ?? (again ? path.basename(again, '.json') : 'plot'));
        const place = { dir: path.dirname(out), name: path.basename(out) };
        if (again) {
          const { readFigure } = await import('../figures/read-figure.js');
          const figure = { ...(await readFigure(path.resolve(again))), name: place.name };
          const written = await writeFigure(place.dir, figure);
          io.print(written.join('\n'));
          return io.result({ files: written });
        }
        const normalise = text('normalise');
        if (normalise !== 'data' && normalise !== 'none')
          throw userError({
            code: 'plot.normalise',
            message: 'unknown --normalise',
            got: String(normalise),
            expected: 'data, none',
          });
        const { plotSamples } = await import('./plot-samples.js');
        const { figure, summary } = await plotSamples({
          name: place.name,
          data: parseSamples(required(files('data'), 'data'), 'Data'),
          simulations: parseSamples(required(files('simulation'), 'simulation'), 'Simulation'),
          x: required(text('x'), 'x'),
          after: text('after'),
          bins: options['bins'] as BinningSpec | undefined,
          select: text('select'),
          weight: text('weight'),
          dataWeight: text('dataWeight'),
          define: options['define'] as Record<string, string> | undefined,
          with: options['with'] as OwnGiven | undefined,
          tree: text('tree'),
          stack: options['stack'] === true,
          normalise,
          density: options['density'] === true ? true : undefined,
          logX: options['logX'] === true,
          logY: options['logY'] === true,
          ratio: options['ratio'] as [number, number] | undefined,
          xLabel: text('xLabel'),
          unit: text('unit'),
          label: parseLabels(options['label'] as Record<string, string> | undefined),
          threads: globals.jobs,
          watermark: globals.quick ? 'quick' : undefined,
          entries: quickEntries(globals.quick),
          warn: io.warn,
          progress: (done) => io.status(`${done.toLocaleString('en').replaceAll(',', '\u202f')} events`),
        });
        const written = await writeFigure(place.dir, figure);
        const width = Math.max(...Object.keys(summary).map((key) => key.length));
        const lines = Object.entries(summary).map(([key, value]) => `${key.padEnd(width)}  ${asText(value)}`);
        io.print([...lines, ...written].join('\n'));
        io.result({ files: written, ...summary });
      }),
    );
}

const asText = (value: Json): string => (typeof value === 'number' ? plainNumber(value) : String(value));

/** Four digits, as people read them. */
const plainNumber = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));

/** The value of an option that must be there. */
function required<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  throw userError({
    code: 'plot.missing',
    message: `--${name} is missing`,
    expected: '--data FILE… --simulation FILE… --x EXPRESSION',
    hint: 'datamc plot --help shows examples',
  });
}
