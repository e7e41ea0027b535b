import { argsort } from './argsort.js';
import { checkSample, type Sample } from './check.js';

/** A weighted step function: the fraction of Σw at or below each distinct value. */
export interface Ecdf {
  /** Distinct values, increasing. */
  readonly x: Float64Array;
  /** Weight at each value, as a fraction of Σw. */
  readonly mass: Float64Array;
  /** F(x) at each value; the last is 1. Not monotone where weights are negative: see `monotone`. */
  readonly cumulative: Float64Array;
  readonly effectiveSize: number;
}

/**
 * The empirical distribution function of a weighted sample. Weights may be negative as long as Σw > 0.
 *
 * @example ecdf({ values: Float64Array.of(1, 2, 2, 3) }).cumulative // [0.25, 0.75, 1]
 */
export function ecdf(sample: Sample): Ecdf {
  const sum = checkSample('distribution function', sample);
  const { values, weights } = sample;
  const order = argsort(values);
  const x = new Float64Array(values.length);
  const mass = new Float64Array(values.length);
  const cumulative = new Float64Array(values.length);
  let at = -1;
  let running = 0;
  for (const i of order) {
    const w = weights ? weights[i] : 1;
    if (at < 0 || values[i] !== x[at]) x[++at] = values[i];
    mass[at] += w / sum;
    running += w;
    cumulative[at] = running / sum;
  }
  const n = at + 1;
  cumulative[at] = 1;
  return {
    x: x.slice(0, n),
    mass: mass.slice(0, n),
    cumulative: cumulative.slice(0, n),
    effectiveSize: effectiveSampleSize(weights ?? values.length),
  };
}

/** F(v) of a step function: the cumulative weight of all values ≤ v (bisection). */
export function evaluateEcdf(f: Ecdf, v: number): number {
  let low = 0;
  let high = f.x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (f.x[middle] <= v) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : f.cumulative[low - 1];
}

/**
 * (Σw)² / Σw² (Kish): the number of unweighted events with the same relative statistical error. Of a number, itself.
 *
 * @example effectiveSampleSize(Float64Array.of(1, 1, 2)) // 16 / 6
 */
export function effectiveSampleSize(weights: ArrayLike<number> | number): number {
  if (typeof weights === 'number') return weights;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i];
    squares += weights[i] * weights[i];
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}

/**
 * The monotone function nearest to `f` in the largest deviation, within [0, 1]: the mean of its upper envelope
 * max_{j ≤ k} f_j and its lower envelope min_{j ≥ k} f_j. Negative weights make a cumulative sum fall; quantiles need it
 * to rise. Where `f` rises already it is returned as it is.
 */
export function monotone(f: Float64Array): Float64Array {
  const out = Float64Array.from(f, (v) => Math.min(1, Math.max(0, v)));
  const n = out.length;
  const upper = out.slice();
  for (let i = 1; i < n; i++) upper[i] = Math.max(upper[i], upper[i - 1]);
  for (let i = n - 2; i >= 0; i--) out[i] = Math.min(out[i], out[i + 1]);
  for (let i = 0; i < n; i++) out[i] = 0.5 * (out[i] + upper[i]);
  return out;
}
