import { ecdf } from './ecdf.js';
import { checkSample, type Sample } from './check.js';
import { pair } from './pair.js';
import { andersonDarlingSurvival } from './special/anderson-darling.js';

export interface AndersonDarlingResult {
  /** A², of mean near 1 if both samples come from one distribution. */
  readonly statistic: number;
  /** (A² − 1)/σ, with σ for the sizes at hand: what Scholz and Stephens tabulate. */
  readonly standardised: number;
  readonly pValue: number;
}

const LIMIT_SIGMA = Math.sqrt((2 * (Math.PI * Math.PI - 9)) / 3);

/**
 * Two-sample Anderson–Darling test: like Kolmogorov–Smirnov, but sensitive in the tails.
 *
 * Without weights: A²ₐ of Scholz and Stephens (J. Am. Stat. Assoc. 82 (1987) 918), eq. 7, midranks for ties; the p-value
 * is the limiting distribution of A² at 1 + σ∞ (A² − 1)/σ_N. With weights ≥ 0:
 * A² = n ∫ (F₁ − F₂)² / (H (1 − H)) dH, n = n₁n₂/(n₁ + n₂) and H pooled, with effective sizes (Σw)²/Σw²; same limit.
 *
 * @throws where a weight is negative: the pooled H then leaves [0, 1] and the integral has no meaning
 */
export function andersonDarling(first: Sample, second: Sample): AndersonDarlingResult {
  if (first.weights || second.weights) return weighted(first, second);
  checkSample('Anderson–Darling', first);
  checkSample('Anderson–Darling', second);
  const [m, n] = [first.values.length, second.values.length];
  const size = m + n;
  const pooledValues = new Float64Array(size);
  pooledValues.set(first.values);
  pooledValues.set(second.values, m);
  const pooled = ecdf({ values: pooledValues });
  const both = pair(first, second);
  let a = 0;
  for (let j = 0; j < pooled.x.length; j++) {
    const ties = pooled.mass[j] * size;
    const below = pooled.cumulative[j] * size - ties / 2;
    const bottom = below * (size - below) - (size * ties) / 4;
    if (bottom <= 0) continue;
    const term = (f: Float64Array, of: number): number => {
      const here = f[j] * of;
      const tied = here - (j ? f[j - 1] * of : 0);
      return (size * (here - tied / 2) - of * below) ** 2 / of;
    };
    a += (ties / size) * ((term(both.first, m) + term(both.second, n)) / bottom);
  }
  const statistic = (a * (size - 1)) / size;
  const standardised = (statistic - 1) / sigma(m, n);
  return { statistic, standardised, pValue: andersonDarlingSurvival(1 + LIMIT_SIGMA * standardised) };
}

function weighted(first: Sample, second: Sample): AndersonDarlingResult {
  checkSample('weighted Anderson–Darling', first, { signed: false });
  checkSample('weighted Anderson–Darling', second, { signed: false });
  const { first: f1, second: f2, sizes } = pair(first, second);
  const [m, n] = sizes;
  let sum = 0;
  let before = 0;
  for (let j = 0; j < f1.length; j++) {
    const h = (m * f1[j] + n * f2[j]) / (m + n);
    if (h > 0 && h < 1 - 1e-12) sum += ((f1[j] - f2[j]) ** 2 / (h * (1 - h))) * (h - before);
    before = h;
  }
  const statistic = ((m * n) / (m + n)) * sum;
  return { statistic, standardised: (statistic - 1) / LIMIT_SIGMA, pValue: andersonDarlingSurvival(statistic) };
}

/** The standard deviation of A² for two samples (Scholz and Stephens, eq. 4, with k = 2). */
function sigma(m: number, n: number): number {
  const size = m + n;
  const inverse = 1 / m + 1 / n;
  let h = 0;
  for (let i = 1; i < size; i++) h += 1 / i;
  // g = Σ_{i=1}^{N−2} Σ_{j=i+1}^{N−1} 1/((N − i) j): the inner sum runs as a suffix.
  let g = 0;
  let suffix = 0;
  for (let i = size - 2; i >= 1; i--) {
    suffix += 1 / (i + 1);
    g += suffix / (size - i);
  }
  const k = 2;
  const a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * inverse;
  const b = (2 * g - 4) * k * k + 8 * h * k + (2 * g - 14 * h - 4) * inverse - 8 * h + 4 * g - 6;
  const c = (6 * h + 2 * g - 2) * k * k + (4 * h - 4 * g + 6) * k + (2 * h - 6) * inverse + 4 * h;
  const d = (2 * h + 6) * k * k - 4 * h * k;
  return Math.sqrt((a * size ** 3 + b * size ** 2 + c * size + d) / ((size - 1) * (size - 2) * (size - 3)));
}
