import { userError } from '../base/error.js';
import { percentileInterval } from '../stats/bootstrap.js';
import { ONE_SIGMA } from '../stats/intervals.js';
import { normals, poissonWeights, type Key } from '../stats/key.js';
import type { CellSums } from './rate.js';

/**
 * The 68 % interval of P/T by the bootstrap: every row counts k times, k Poisson with mean 1, drawn by the key. Distances
 * from the rate of the rows themselves to the 16 % and 84 % quantiles of the replicas; replicas without any tried row
 * are left out.
 *
 * @param weights of the rows tried, of either sign
 * @param passed 1 for rows that passed
 */
export function bootstrapRate(
  key: Key,
  weights: Float64Array,
  passed: ArrayLike<number>,
  replicas: number,
): { readonly up: number; readonly down: number } {
  checkReplicas(replicas);
  let [p, t] = [0, 0];
  const values: number[] = [];
  for (let i = 0; i < weights.length; i++) {
    t += weights[i];
    if (passed[i]) p += weights[i];
  }
  for (let r = 0; r < replicas; r++) {
    const counts = poissonWeights(key.split('replica', r), weights.length);
    let [rp, rt] = [0, 0];
    for (let i = 0; i < weights.length; i++) {
      const w = counts[i] * weights[i];
      rt += w;
      if (passed[i]) rp += w;
    }
    if (rt !== 0) values.push(rp / rt);
  }
  return distances(p / t, values);
}

/**
 * The same from sums alone, for cells of many rows: P and F = T − P are independent and near normal, with variances
 * Σw² of those that pass and fail.
 */
export function bootstrapRateOfSums(
  key: Key,
  passed: CellSums,
  tried: CellSums,
  replicas: number,
): { readonly up: number; readonly down: number } {
  checkReplicas(replicas);
  const z = normals(key.split('sums'), 2 * replicas);
  const failed = tried.sumw - passed.sumw;
  const [sp, sf] = [Math.sqrt(passed.sumw2), Math.sqrt(Math.max(0, tried.sumw2 - passed.sumw2))];
  const values = Array.from({ length: replicas }, (_, r) => {
    const [p, f] = [passed.sumw + sp * z[2 * r], failed + sf * z[2 * r + 1]];
    return p / (p + f);
  });
  return distances(passed.sumw / tried.sumw, values.filter(Number.isFinite));
}

function distances(value: number, replicas: readonly number[]): { up: number; down: number } {
  if (replicas.length < 2) return { up: NaN, down: NaN };
  const { low, high } = percentileInterval(Float64Array.from(replicas), ONE_SIGMA);
  return { up: Math.max(0, high - value), down: Math.max(0, value - low) };
}

function checkReplicas(replicas: number): void {
  if (Number.isInteger(replicas) && replicas >= 2) return;
  throw userError({
    code: 'hist.replicas',
    message: 'a bootstrap needs replicas',
    got: String(replicas),
    expected: 'a whole number of at least 2',
  });
}
