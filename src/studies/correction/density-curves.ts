import type { SessionCache } from '../../graph/session.js';
import { logProb, sample } from '../../models/evaluate-flow.js';
import type { FlowModel } from '../../models/flow.js';
import { permutation, type Key } from '../../stats/key.js';
import { quantileOf } from './bins.js';
import type { PreparedSample } from './prepare.js';
import type { DensityCurve } from './trained.js';

const POINTS = 161;
const CONDITIONS = 200;
const SAMPLED = 100_000;
const SAMPLED_BINS = 160;
/** Passes of (1, 2, 1)/4 over the sampled bins: a bell of 2.4 bins, a few hundredths of the width of the distribution. */
const SMOOTHING = 12;

/** Range of a variable for a curve: its central 99.8 % and a tenth more at either side. */
function rangeOf(values: Float64Array, weights: Float64Array): [number, number] {
  const [low, high] = quantileOf({ values, weights }, [0.001, 0.999]);
  const margin = 0.1 * (high - low || 1);
  return [low - margin, high + margin];
}

/**
 * Given columns of so many events, each drawn in proportion to the size of its weight: averages run over them. Draws lie
 * evenly along the summed weights of the shuffled events, so equal weights come equally often.
 */
function conditions({ given, weights }: PreparedSample, key: Key, count: number): Float64Array[] {
  const order = permutation(key, weights.length);
  const total = weights.reduce((sum, w) => sum + Math.abs(w), 0);
  let at = 0;
  let upTo = Math.abs(weights[order[0]]);
  const rows = Uint32Array.from({ length: count }, (_, i) => {
    while (upTo < (total * (i + 0.5)) / count && at < order.length - 1) upTo += Math.abs(weights[order[++at]]);
    return order[at];
  });
  return given.map((column) => Float64Array.from(rows, (row) => column[row]));
}

/** The exact density of a one-dimensional flow on a grid, averaged over the events' given columns. */
async function exactCurve(
  model: FlowModel,
  events: PreparedSample,
  key: Key,
  sessions: SessionCache,
): Promise<DensityCurve> {
  const [low, high] = rangeOf(events.variables[0], events.weights);
  const x = Array.from({ length: POINTS }, (_, i) => low + ((high - low) * i) / (POINTS - 1));
  const given = conditions(events, key, Math.min(CONDITIONS, events.weights.length));
  const count = given.length ? given[0].length : 1;
  const values = Float64Array.from({ length: POINTS * count }, (_, i) => x[Math.floor(i / count)]);
  const repeated = given.map((column) => Float64Array.from({ length: POINTS * count }, (_, i) => column[i % count]));
  const densities = (await logProb(model, [values], repeated, { sessions })).map(Math.exp);
  const y = x.map((_, p) => densities.subarray(p * count, (p + 1) * count).reduce((a, b) => a + b, 0) / count);
  return { x, y };
}

/** Counts smoothed by so many passes of (1, 2, 1)/4; what would leave at an end stays in the last bin. */
export function smoothed(counts: readonly number[], passes: number): number[] {
  const last = counts.length - 1;
  let now = [...counts];
  for (let pass = 0; pass < passes; pass++)
    now = now.map((n, i) => (now[Math.max(0, i - 1)] + 2 * n + now[Math.min(last, i + 1)]) / 4);
  return now;
}

/** Marginal densities of a flow of several variables, from events drawn from it. */
async function sampledCurves(
  model: FlowModel,
  events: PreparedSample,
  key: Key,
  sessions: SessionCache,
): Promise<DensityCurve[]> {
  const given = conditions(events, key.split('rows'), SAMPLED);
  const drawn = await sample(model, key.split('sample'), SAMPLED, given, { sessions });
  return events.variables.map((values, k) => {
    const [low, high] = rangeOf(values, events.weights);
    const width = (high - low) / SAMPLED_BINS;
    const counts = new Array<number>(SAMPLED_BINS).fill(0);
    for (const v of drawn[k]) {
      const bin = Math.floor((v - low) / width);
      if (bin >= 0 && bin < SAMPLED_BINS) counts[bin]++;
    }
    const smooth = smoothed(counts, SMOOTHING);
    return { x: counts.map((_, i) => low + (i + 0.5) * width), y: smooth.map((n) => n / (SAMPLED * width)) };
  });
}

/** The density of each variable as the flow has learnt it. */
export async function densityCurves(
  model: FlowModel,
  events: PreparedSample,
  key: Key,
  sessions: SessionCache,
): Promise<DensityCurve[]> {
  if (events.variables.length === 1) return [await exactCurve(model, events, key, sessions)];
  return sampledCurves(model, events, key, sessions);
}
