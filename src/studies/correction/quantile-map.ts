import { poissonWeights, type Key } from '../../stats/key.js';

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
  readonly values: Float64Array;
  readonly weights: Float64Array;
  readonly order: Uint32Array;
}

function sortByValue({ values, weights }: WeightedValues): Sorted {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a] - values[b] || a - b);
  return {
    values: Float64Array.from(order, (i) => values[i]),
    weights: Float64Array.from(order, (i) => weights[i]),
    order,
  };
}

/**
 * Distribution function at the sorted values: the share of weight below each plus half its own.
 * Negative weights can make the sum fall; the running maximum keeps it a distribution function.
 */
function distribution(weights: Float64Array): Float64Array {
  let total = 0;
  for (const w of weights) total += w;
  let below = 0;
  let highest = 0;
  return weights.map((w) => {
    highest = Math.max(highest, (below + w / 2) / total);
    below += w;
    return highest;
  });
}

/** Linear interpolation of `to(from)` at increasing points; constant beyond the ends. */
function interpolateSorted(from: Float64Array, to: Float64Array, at: Float64Array): Float64Array {
  let k = 0;
  const last = from.length - 1;
  return at.map((p) => {
    if (p <= from[0]) return to[0];
    if (p >= from[last]) return to[last];
    while (from[k + 1] < p) k++;
    const width = from[k + 1] - from[k];
    return width > 0 ? to[k] + ((to[k + 1] - to[k]) * (p - from[k])) / width : to[k + 1];
  });
}

const standardNormalSpacing = (knots: number, reach: number): Float64Array =>
  Float64Array.from({ length: knots }, (_, i) => 0.5 * (1 + Math.tanh(0.8 * reach * ((2 * i) / (knots - 1) - 1))));

/** Knots at quantiles of the source: dense where events are, and out to its first and last event. */
function knotsOf(sorted: Sorted, cdf: Float64Array, knots: number): Float64Array {
  const n = sorted.values.length;
  const reach = Math.max(1, Math.log(2 * n) / 1.6);
  const inner = interpolateSorted(cdf, sorted.values, standardNormalSpacing(Math.min(knots, n), reach));
  const all = [sorted.values[0], ...inner, sorted.values[n - 1]];
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
  const x = knotsOf(source, distribution(source.weights), options.knots ?? 400);
  const at = (sourceWeights: Float64Array, targetWeights: Float64Array): Float64Array =>
    interpolateSorted(
      distribution(targetWeights),
      target.values,
      interpolateSorted(source.values, distribution(sourceWeights), x),
    );
  const y = at(source.weights, target.weights);
  const resampled = ({ weights, order }: Sorted, key: Key): Float64Array => {
    const times = poissonWeights(key, order.length);
    return weights.map((w, i) => w * times[order[i]]);
  };
  const all = Array.from({ length: options.replicas }, (_, r) => {
    const key = options.key.split('replica', r);
    return at(resampled(source, key.split('from')), resampled(target, key.split('to')));
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
