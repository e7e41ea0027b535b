import { argsort } from '../../stats/argsort.js';
import { monotone } from '../../stats/ecdf.js';
import { poissonWeights, type Key } from '../../stats/key.js';
import { probabilityOf, quantileOf, type Distribution } from '../../stats/quantile.js';

/** Values of one variable with their weights; the two arrays have the same length. */
export interface WeightedValues {
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

/** A monotone piecewise-linear map: strictly increasing `x`, non-decreasing `y`; beyond its ends it shifts by a constant. */
export interface MonotoneTable {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** A map with its bootstrap band, all on the same knots `x`. */
export interface BandedTable extends MonotoneTable {
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Standard deviation of the replicas at each knot. */
  readonly sigma: Float64Array;
  /** The map under each replica, on the same knots. */
  readonly replicas: readonly Float64Array[];
}

interface Sorted {
  /** The distinct values that have weight, increasing. */
  readonly values: Float64Array;
  /** For every row the place of its value among those; rows without weight are left out. */
  readonly rows: Uint32Array;
  readonly places: Uint32Array;
  readonly weights: Float64Array;
}

function sortByValue({ values, weights }: WeightedValues): Sorted {
  const rows = argsort(values).filter((row) => weights[row] !== 0);
  const distinct: number[] = [];
  const places = Uint32Array.from(rows, (row) => {
    if (values[row] !== distinct[distinct.length - 1]) distinct.push(values[row]);
    return distinct.length - 1;
  });
  return { values: Float64Array.from(distinct), rows, places, weights };
}

type Knots = Pick<Distribution, 'x' | 'p'>;

/**
 * Distribution function at the distinct values that have weight: the share of weight below each plus half its own, so that
 * a row of weight k counts as k rows and one of none as no row. Where negative weights make it fall, its monotone envelope.
 */
function distribution({ values, rows, places }: Sorted, weights: Float64Array): Knots {
  const mass = new Float64Array(values.length);
  for (let i = 0; i < rows.length; i++) mass[places[i]] += weights[rows[i]];
  const total = mass.reduce((sum, w) => sum + w, 0);
  const x = new Float64Array(values.length);
  const p = new Float64Array(values.length);
  let n = 0;
  let below = 0;
  let falls = false;
  mass.forEach((w, k) => {
    if (w === 0) return;
    below += w;
    falls ||= w < 0;
    x[n] = values[k];
    p[n++] = (below - w / 2) / total;
  });
  return { x: x.subarray(0, n), p: falls ? monotone(p.subarray(0, n)) : p.subarray(0, n) };
}

/** How often a bootstrap replica takes each row; drawn anew where the weights it takes do not add up to anything. */
function resampled(weights: Float64Array, key: Key): Float64Array {
  for (let attempt = 0; ; attempt++) {
    const times = poissonWeights(attempt ? key.split('again', attempt) : key, weights.length);
    const taken = weights.map((w, row) => w * times[row]);
    if (taken.reduce((sum, w) => sum + w, 0) > 0) return taken;
  }
}

const standardNormalSpacing = (knots: number, reach: number): Float64Array =>
  Float64Array.from({ length: knots }, (_, i) => 0.5 * (1 + Math.tanh(0.8 * reach * ((2 * i) / (knots - 1) - 1))));

/** Knots at quantiles of the source: dense where events are, and out to its first and last event. */
function knotsOf(source: Knots, knots: number): Float64Array {
  const n = source.x.length;
  const reach = Math.max(1, Math.log(2 * n) / 1.6);
  const inner = standardNormalSpacing(Math.max(2, Math.min(knots, n)), reach).map((p) => quantileOf(source, p));
  const all = [source.x[0], ...inner, source.x[n - 1]];
  return Float64Array.from(all.filter((value, i) => i === 0 || value > all[i - 1]));
}

/**
 * The exact monotone map F_to⁻¹ ∘ F_from between two weighted samples, tabulated at quantiles of the source.
 *
 * In one dimension without conditioning it is the only monotone map that carries one distribution into the other, so it
 * is the reference for every flow. Its band comes from bootstrap replicas of both samples (Poisson weights).
 *
 * @param replicas number of bootstrap replicas behind the band
 * @param knots how many quantiles are tabulated
 */
export function quantileMap(
  from: WeightedValues,
  to: WeightedValues,
  options: { readonly key: Key; readonly replicas: number; readonly knots?: number },
): BandedTable {
  const source = sortByValue(from);
  const target = sortByValue(to);
  const at = (x: Float64Array, sourceWeights: Float64Array, targetWeights: Float64Array): Float64Array => {
    const [below, above] = [distribution(source, sourceWeights), distribution(target, targetWeights)];
    return x.map((value) => quantileOf(above, probabilityOf(below, value)));
  };
  const x = knotsOf(distribution(source, source.weights), options.knots ?? 400);
  const y = at(x, source.weights, target.weights);
  const all = Array.from({ length: options.replicas }, (_, r) => {
    const key = options.key.split('replica', r);
    return at(x, resampled(source.weights, key.split('from')), resampled(target.weights, key.split('to')));
  });
  const sigma = x.map((_, k) => standardDeviation(all.map((replica) => replica[k])));
  return { x, y, sigma, replicas: all, low: y.map((v, k) => v - sigma[k]), high: y.map((v, k) => v + sigma[k]) };
}

/** Standard deviation about the mean, with n − 1 in the denominator; 0 for fewer than two values. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1));
}

/** Value of a monotone table at any point; beyond the ends the map is a shift by the end's difference. NaN stays NaN. */
export function evaluateTable({ x, y }: MonotoneTable, values: Float64Array): Float64Array {
  const last = x.length - 1;
  return values.map((value) => {
    if (!(value > x[0])) return value + (y[0] - x[0]);
    if (value >= x[last]) return value + (y[last] - x[last]);
    let low = 0;
    let high = last;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (x[middle] <= value) low = middle;
      else high = middle;
    }
    return y[low] + ((y[high] - y[low]) * (value - x[low])) / (x[high] - x[low]);
  });
}
