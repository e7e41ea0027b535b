import type { Sample } from './check.js';
import { pair } from './pair.js';
import { kolmogorovSurvival } from './special/kolmogorov.js';

export interface KsResult {
  /** D = max |F₁ − F₂|. */
  readonly statistic: number;
  /** Where the distance is largest. */
  readonly location: number;
  readonly pValue: number;
  readonly method: 'exact' | 'asymptotic';
  /** n₁n₂/(n₁ + n₂), with effective sizes where there are weights. */
  readonly effectiveSize: number;
}

/** Exact p-values up to this product of sizes. */
const EXACT_LIMIT = 1_000_000;

/**
 * Two-sample Kolmogorov–Smirnov test, two-sided; weights of either sign with Σw > 0.
 *
 * Without weights and for n₁n₂ ≤ 10⁶ the p-value is exact, also with ties (lattice paths, conditional on the ties:
 * Schröer and Trenkler, Comput. Stat. Data Anal. 20 (1995) 185). Otherwise it is Kolmogorov's limit at
 * (√n + 0.12 + 0.11/√n) D, n = n₁n₂/(n₁ + n₂) (Stephens, J. R. Stat. Soc. B 32 (1970) 115), with the effective sizes
 * (Σw)²/Σw²: right as long as the weights do not depend strongly on the variable.
 *
 * @example ksTwoSample({ values: data }, { values: simulation, weights }).pValue
 */
export function ksTwoSample(first: Sample, second: Sample): KsResult {
  const p = pair(first, second);
  let statistic = 0;
  let location = p.x[0];
  for (let i = 0; i < p.x.length; i++) {
    const d = Math.abs(p.first[i] - p.second[i]);
    if (d > statistic) {
      statistic = d;
      location = p.x[i];
    }
  }
  const [n1, n2] = p.sizes;
  const effectiveSize = (n1 * n2) / (n1 + n2);
  if (!first.weights && !second.weights && n1 * n2 <= EXACT_LIMIT) {
    return {
      statistic,
      location,
      pValue: exact(first.values, second.values, statistic),
      method: 'exact',
      effectiveSize,
    };
  }
  const root = Math.sqrt(effectiveSize);
  const pValue = kolmogorovSurvival((root + 0.12 + 0.11 / root) * statistic);
  return { statistic, location, pValue, method: 'asymptotic', effectiveSize };
}

/** The probability that a random path through the pooled, tied values leaves the band |F₁ − F₂| < d. */
function exact(first: Float64Array, second: Float64Array, d: number): number {
  const pooled = new Float64Array(first.length + second.length);
  pooled.set(first);
  pooled.set(second, first.length);
  pooled.sort();
  // A step between equal values cannot be seen: the band is tested where a run of ties ends.
  const ends = pooled.map((v, k) => (k + 1 < pooled.length && pooled[k + 1] === v ? 0 : 1));
  const [m, n] = [first.length, second.length];
  // Distances are multiples of 1/(mn): half of that absorbs rounding.
  const bound = d - 0.5 / (m * n);
  const outside = (i: number, j: number): boolean =>
    i + j > 0 && ends[i + j - 1] === 1 && Math.abs(i / m - j / n) >= bound;
  const u = new Float64Array(n + 1);
  for (let j = 1; j <= n; j++) u[j] = outside(0, j) ? 1 : u[j - 1];
  for (let i = 1; i <= m; i++) {
    if (outside(i, 0)) u[0] = 1;
    for (let j = 1; j <= n; j++) u[j] = outside(i, j) ? 1 : (i * u[j] + j * u[j - 1]) / (i + j);
  }
  return Math.min(1, u[n]);
}
