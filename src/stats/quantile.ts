import { userError } from '../base/error.js';
import { checkSample, type Sample } from './check.js';
import { ecdf, monotone } from './ecdf.js';
import { sorted } from './sorted.js';

/**
 * A continuous distribution through a weighted sample: knots (x_k, p_k) at the distinct values, with p_k the cumulative
 * weight up to the middle of the value's own weight, p_k = (Σ_{j<k} w_j + w_k/2) / Σw, straight lines between.
 * With negative weights the p_k are replaced by their monotone envelope (see `monotone`).
 */
export interface Distribution {
  readonly x: Float64Array;
  readonly p: Float64Array;
  readonly effectiveSize: number;
}

/** The distribution that `weightedQuantile` inverts; build it once where many quantiles are wanted. */
export function distribution(sample: Sample): Distribution {
  if (!sample.weights || sample.weights.every((w) => w === 1)) return ofCounts(sample);
  const f = ecdf(sample);
  const middle = new Float64Array(f.x.length);
  for (let k = 0; k < middle.length; k++) middle[k] = f.cumulative[k] - 0.5 * f.mass[k];
  return { x: f.x, p: sample.weights?.some((w) => w < 0) ? monotone(middle) : middle, effectiveSize: f.effectiveSize };
}

/** The same to the last bit where every value counts once: sorting values alone is faster. */
function ofCounts(sample: Sample): Distribution {
  checkSample('distribution function', sample);
  const x = sorted(sample.values);
  const rows = x.length;
  const p = new Float64Array(rows);
  const one = 1 / rows;
  let n = 0;
  for (let i = 0; i < rows; n++) {
    // Distinct values move to the front, where nothing is read any more.
    const value = x[i];
    let mass = 0;
    for (; i < rows && x[i] === value; i++) mass += one;
    x[n] = value;
    p[n] = i / rows - 0.5 * mass;
  }
  return { x: x.subarray(0, n), p: p.subarray(0, n), effectiveSize: rows };
}

/** The value below which a fraction `p` of the weight lies; constant beyond the outermost knots. 0 ≤ p ≤ 1. */
export function quantileOf(d: Pick<Distribution, 'x' | 'p'>, p: number): number {
  if (!(p >= 0 && p <= 1)) {
    throw userError({
      code: 'stats.probability',
      message: 'a quantile outside its range',
      got: String(p),
      expected: 'a number from 0 to 1',
    });
  }
  return interpolate(d.p, d.x, p);
}

/** The fraction of the weight below `v`, the inverse of `quantileOf`. */
export const probabilityOf = (d: Pick<Distribution, 'x' | 'p'>, v: number): number => interpolate(d.x, d.p, v);

/**
 * Quantiles of a weighted sample: piecewise linear through midpoints (Hyndman–Fan type 5, "Hazen", without weights).
 * A value of integer weight k counts as k equal values. Weights may be negative as long as Σw > 0.
 *
 * @throws if the sample is empty, holds NaN, or Σw ≤ 0
 * @example weightedQuantile({ values: Float64Array.of(1, 2, 3, 4) }, [0.5]) // [2.5]
 */
export function weightedQuantile(sample: Sample, probabilities: ArrayLike<number>): Float64Array {
  const d = distribution(sample);
  return Float64Array.from(probabilities, (p) => quantileOf(d, p));
}

/** Linear interpolation in non-decreasing `from`; where several knots share a value, the middle of their range. */
function interpolate(from: Float64Array, to: Float64Array, v: number): number {
  const n = from.length;
  const above = bisect(from, v, true);
  const below = bisect(from, v, false);
  if (above > below) return 0.5 * (to[below] + to[above - 1]);
  if (below === 0) return to[0];
  if (below === n) return to[n - 1];
  const t = (v - from[below - 1]) / (from[below] - from[below - 1]);
  return to[below - 1] + t * (to[below] - to[below - 1]);
}

function bisect(sorted: Float64Array, v: number, right: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (right ? sorted[middle] <= v : sorted[middle] < v) low = middle + 1;
    else high = middle;
  }
  return low;
}
