import { concatenate } from '../base/concatenate.js';
import { userError } from '../base/error.js';
import type { Json } from '../base/json.js';
import type { EventStore, EventTable } from '../events/store.js';
import { withTemporaryStore } from '../events/temporary-store.js';
import type { ExperimentLabel, Figure, Range } from '../figures/figure.js';
import { dataSimulation } from '../figures/makers/data-simulation.js';
import type { Axis } from '../hist/axis.js';
import { chi2OfHists } from '../hist/compare.js';
import { fillInto } from '../hist/fill.js';
import { addHists, emptyHist, total, type Hist } from '../hist/hist.js';
import { resolveFile } from '../studies/samples.js';
import type { BinningSpec } from '../studies/values.js';
import { inPlaceOf, readOwnVariables, type OwnVariablesSpec } from '../studies/own-variables.js';
import type { NamedFiles } from './plot-arguments.js';
import { axisOf } from '../studies/axis-of.js';

export interface PlotOptions {
  readonly name: string;
  readonly data: readonly NamedFiles[];
  readonly simulations: readonly NamedFiles[];
  readonly x: string;
  readonly after: string | undefined;
  readonly bins: BinningSpec | undefined;
  readonly select: string | undefined;
  readonly weight: string | undefined;
  readonly dataWeight: string | undefined;
  readonly define: Readonly<Record<string, string>> | undefined;
  /** Own variables that strings may use. */
  readonly with: OwnVariablesSpec | undefined;
  readonly tree: string | undefined;
  readonly stack: boolean;
  readonly normalise: 'data' | 'none';
  readonly density: boolean | undefined;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly ratio: Range | undefined;
  readonly xLabel: string | undefined;
  readonly unit: string | undefined;
  readonly label: ExperimentLabel | undefined;
  readonly threads: number;
  readonly watermark: string | undefined;
  /** At most so many entries of each sample. */
  readonly entries: number | undefined;
  warn(message: string, count?: number): void;
  progress(done: number): void;
}

interface Drawn {
  readonly label: string;
  readonly table: EventTable;
  readonly x: string;
  /** The option that holds the expression, for errors. */
  readonly path: string;
  readonly weight: string | undefined;
}

// So many events are enough to find a binning; the histograms use all.
const enough = 1_000_000;

/** Opens the samples, fills one histogram each in one pass, and makes the figure and its χ². */
export async function plotSamples(options: PlotOptions): Promise<{ figure: Figure; summary: Record<string, Json> }> {
  return withTemporaryStore(options.threads, async (store) => {
    const { data, simulations } = await openSamples(store, options);
    for (const table of new Set([data, ...simulations].map((drawn) => drawn.table)))
      for (const { message, count } of table.warnings) options.warn(message, count);
    const names = { label: options.xLabel ?? options.x, unit: options.unit };
    const known = options.bins && !('quantiles' in options.bins);
    const sources = known ? [] : options.bins ? [data] : [data, ...simulations];
    const sample = concatenate(await Promise.all(sources.map(firstValues)));
    const axis = axisOf(options.x, options.bins, sample, { ...names, log: options.logX });
    let done = 0;
    const progress = (rows: number): void => options.progress((done += rows));
    const recorded = await histogram(data, axis, options, progress);
    const simulated: Hist[] = [];
    for (const drawn of simulations) simulated.push(await histogram(drawn, axis, options, progress));
    return figureOf(options, recorded, simulations, simulated);
  });
}

async function openSamples(store: EventStore, options: PlotOptions): Promise<{ data: Drawn; simulations: Drawn[] }> {
  const { tree, define, select, x, after, entries } = options;
  const own = inPlaceOf(await readOwnVariables(options.with, process.cwd(), '--with'));
  const open = async (files: readonly string[], option: string, weight: string | undefined): Promise<EventTable> => {
    const found = (await Promise.all(files.map((file) => resolveFile(file, process.cwd(), `--${option}`)))).flat();
    return store.open({ files: found, tree, weight, entries }, { define, select, path: `--${option}`, ...own });
  };
  const data: Drawn = {
    label: options.data[0]?.name ?? 'Data',
    table: await open(
      options.data.flatMap((group) => group.files),
      'data',
      options.dataWeight,
    ),
    x,
    path: '--x',
    weight: options.dataWeight,
  };
  const simulations: Drawn[] = [];
  for (const { name, files } of options.simulations) {
    const drawn = { table: await open(files, 'simulation', options.weight), weight: options.weight };
    simulations.push({ ...drawn, label: after === undefined ? name : `${name}, before`, x, path: '--x' });
    if (after !== undefined) simulations.push({ ...drawn, label: `${name}, after`, x: after, path: '--after' });
  }
  // Errors in expressions before anything is read.
  for (const drawn of [data, ...simulations]) drawn.table.check(drawn.x, drawn.path);
  return { data, simulations };
}

async function firstValues({ table, x, path: option }: Drawn): Promise<Float64Array> {
  const blocks: Float64Array[] = [];
  let rows = 0;
  for await (const { x: block = new Float64Array() } of table.scan({ x }, { path: option })) {
    blocks.push(block);
    rows += block.length;
    if (rows >= enough) break;
  }
  return concatenate(blocks);
}

/** One pass in bounded memory. Events without a value are left out and counted. */
async function histogram(
  drawn: Drawn,
  axis: Axis,
  options: PlotOptions,
  progress: (rows: number) => void,
): Promise<Hist> {
  const hist = emptyHist([axis]);
  const { table, x, weight, label } = drawn;
  let missing = 0;
  let sum = 0;
  const expressions = { x, ...(weight === undefined ? {} : { w: weight }) };
  for await (const { x: values = new Float64Array(), w } of table.scan(expressions, { path: drawn.path })) {
    const bad = (i: number): boolean => Number.isNaN(values[i]) || (w !== undefined && Number.isNaN(w[i]));
    const good = values.some((_, i) => bad(i)) ? Array.from(values.keys()).filter((i) => !bad(i)) : undefined;
    const keep = (column: Float64Array): Float64Array =>
      good ? Float64Array.from(good, (i) => column[i] ?? 0) : column;
    missing += good ? values.length - good.length : 0;
    const weights = w && keep(w);
    fillInto(hist, [keep(values)], weights);
    sum += weights ? weights.reduce((a, b) => a + b, 0) : values.length;
    progress(values.length);
  }
  if (missing) options.warn(`${label}: no value of ${x}, left out`, missing);
  if (!(sum > 0)) throw notPositive(drawn, sum);
  return hist;
}

const notPositive = ({ label, table, weight }: Drawn, sum: number): Error =>
  userError({
    code: 'events.weights',
    message: `the weights of ${label} (${table.files[0]}) add up to ${Number(sum.toPrecision(6))}`,
    path: label === 'Data' ? '--data-weight' : '--weight',
    got: weight,
    expected: 'a positive sum',
    hint: 'negative weights are welcome as long as the sample as a whole has a positive one',
  });

/** `38.2/40`, or undefined where there is nothing to compare. */
function agreement(data: Hist, simulation: Hist, normalise: 'data' | 'none') {
  if (!(total(data).sumw > 0 && total(simulation).sumw > 0)) return undefined;
  const { chi2, ndf, pValue } = chi2OfHists(data, simulation, {
    normalisation: normalise === 'data' ? 'shape' : 'absolute',
  });
  return ndf > 0 ? { chi2, ndf, pValue, text: `χ^{2}/ndf = ${chi2.toFixed(1)}/${ndf}` } : undefined;
}

function figureOf(
  options: PlotOptions,
  data: Hist,
  drawn: readonly Drawn[],
  simulated: readonly Hist[],
): { figure: Figure; summary: Record<string, Json> } {
  const [first, ...others] = simulated;
  const compared =
    options.stack && first
      ? [{ label: 'Simulation', hist: addHists(first, ...others) }]
      : simulated.map((hist, i) => ({ label: drawn[i]?.label ?? '', hist }));
  const results = compared.map(({ label, hist }) => ({ label, ...agreement(data, hist, options.normalise) }));
  const lines = results.flatMap(({ label, text }) => (text ? [results.length > 1 ? `${label}: ${text}` : text] : []));
  const flow = (hist: Hist): number => total(hist, { flow: true }).sumw - total(hist).sumw;
  const summary: Record<string, Json> = { 'data.sum': total(data).sumw, 'data.outside': flow(data) };
  simulated.forEach((hist, i) => {
    const label = drawn[i]?.label ?? String(i);
    summary[`${label}.sum`] = total(hist).sumw;
    summary[`${label}.outside`] = flow(hist);
  });
  for (const { label, chi2, ndf, pValue } of results)
    if (chi2 !== undefined && ndf !== undefined && pValue !== undefined)
      Object.assign(summary, { [`${label}.chi2`]: chi2, [`${label}.ndf`]: ndf, [`${label}.pValue`]: pValue });
  const figure = dataSimulation({
    name: options.name,
    label: options.label,
    watermark: options.watermark,
    data,
    dataLabel: options.data[0]?.name,
    simulations: simulated.map((hist, i) => ({ hist, label: drawn[i]?.label ?? '' })),
    stack: options.stack,
    normalise: options.normalise,
    density: options.density,
    logY: options.logY,
    ratio: options.ratio,
    x: { scale: options.logX ? 'log' : 'linear' },
    text: lines.length <= 2 ? lines : [],
    caption: `${options.x}: data against simulation${options.normalise === 'data' ? ', scaled to the data' : ''}`,
  });
  return { figure, summary };
}
