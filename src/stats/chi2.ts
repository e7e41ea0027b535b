import { userError } from '../base/error.js';
import { chi2Survival } from './special/gamma.js';

/** Contents and variances of a histogram's bins; without variances the contents are counts. */
export interface Bins {
  readonly values: ArrayLike<number>;
  readonly variances?: ArrayLike<number> | undefined;
}

export interface Chi2Result {
  readonly chi2: number;
  readonly ndf: number;
  readonly pValue: number;
  /** Bins left out because neither histogram has an entry there. */
  readonly skipped: number;
  /** Signed root of each bin's contribution; 0 in skipped bins. */
  readonly residuals: Float64Array;
}

/**
 * χ² of two histograms' shapes (free relative normalisation): counts or weighted, each on its own.
 *
 * Counts against counts, weighted against weighted, and counts against weighted (the common probability of each bin
 * profiled, the first weighted moment known): N. Gagunashvili, NIM A 596 (2008) 439, as in ROOT's `TH1::Chi2Test`
 * options UU, WW, UW. Bins empty in both are left out, ndf = bins − 1 − skipped.
 * With `normalisation: 'absolute'` the contents are compared as they stand: Σ (v₁ − v₂)²/(σ₁² + σ₂²), ndf = bins.
 *
 * @throws where a filled bin has no variance, lengths differ or totals are not positive
 */
export function chi2Weighted(
  first: Bins,
  second: Bins,
  options: { normalisation?: 'shape' | 'absolute' } = {},
): Chi2Result {
  const n = first.values.length;
  if (second.values.length !== n)
    throw invalid('histograms differ in their number of bins', String(second.values.length), String(n));
  if (options.normalisation === 'absolute') return absolute(first, second);
  // Counts against weighted is written with the counts first; swapping back turns the residuals' sign.
  const swap = Boolean(first.variances) && !second.variances;
  const [a, b] = swap ? [second, first] : [first, second];
  const [sumA, sumB] = [total(a), total(b)];
  const square = compare(a, b, sumA, sumB);
  return collect(n, (i) => (isEmpty(a, i) && isEmpty(b, i) ? undefined : square(i, swap ? -1 : 1)), 1);
}

type Contribution = readonly [chi2: number, residual: number];

function compare(a: Bins, b: Bins, sumA: number, sumB: number): (i: number, sign: number) => Contribution {
  if (Boolean(a.variances) === Boolean(b.variances)) {
    return (i, sign) => {
      const delta = sumB * a.values[i] - sumA * b.values[i];
      const variance = a.variances
        ? sumA * sumA * varianceOf(b, i) + sumB * sumB * varianceOf(a, i)
        : sumA * sumB * (a.values[i] + b.values[i]);
      if (!(variance > 0)) throw invalid(`bin ${i} has contents and no variance`, '0', 'a variance above zero');
      const pull = (sign * delta) / Math.sqrt(variance);
      return [pull * pull, pull];
    };
  }
  return (i, sign) => countsAgainstWeighted(a, b, i, sumA, sumB, sign);
}

function countsAgainstWeighted(a: Bins, b: Bins, i: number, sumA: number, sumB: number, sign: number): Contribution {
  const w = b.values[i];
  // An empty weighted bin: one event of the mean weight is the scale of what could have been there (as ROOT does).
  const s2 = varianceOf(b, i) > 0 ? varianceOf(b, i) : totalVariance(b) / sumB;
  let n = a.values[i];
  let sum = sumA;
  // √(v² + …) + v is twice the profiled probability, times Σ². Zero gives no expectation to divide by: ROOT adds one
  // count until it is positive.
  const twice = (): number => {
    const v = sumB * w - sum * s2;
    return v + Math.sqrt(v * v + 4 * sumB * sumB * n * s2);
  };
  while (!(twice() > 0)) {
    n++;
    sum++;
  }
  const p = twice() / (2 * sumB * sumB);
  const counts = (n - p * sum) ** 2 / (p * sum);
  const weights = (w - p * sumB) ** 2 / s2;
  return [counts + weights, sign * Math.sign(n - p * sum) * Math.sqrt(counts + weights)];
}

function absolute(a: Bins, b: Bins): Chi2Result {
  const counts = (h: Bins, i: number): number => (h.variances ? h.variances[i] : h.values[i]);
  return collect(
    a.values.length,
    (i) => {
      const variance = counts(a, i) + counts(b, i);
      const delta = a.values[i] - b.values[i];
      if (variance === 0 && delta === 0) return undefined;
      if (!(variance > 0)) throw invalid(`bin ${i} has contents and no variance`, '0', 'a variance above zero');
      return [(delta * delta) / variance, delta / Math.sqrt(variance)];
    },
    0,
  );
}

function collect(n: number, square: (i: number) => Contribution | undefined, constraints: number): Chi2Result {
  const residuals = new Float64Array(n);
  let chi2 = 0;
  let skipped = 0;
  for (let i = 0; i < n; i++) {
    const c = square(i);
    if (!c) skipped++;
    else {
      chi2 += c[0];
      residuals[i] = c[1];
    }
  }
  const ndf = n - constraints - skipped;
  return { chi2, ndf, pValue: ndf > 0 ? chi2Survival(chi2, ndf) : 1, skipped, residuals };
}

const varianceOf = (h: Bins, i: number): number => (h.variances ? h.variances[i] : h.values[i]);
const isEmpty = (h: Bins, i: number): boolean => h.values[i] === 0 && varianceOf(h, i) === 0;
const sumOf = (v: ArrayLike<number>): number => Array.from(v).reduce((s, x) => s + x, 0);
const totalVariance = (h: Bins): number => sumOf(h.variances ?? h.values);

function total(h: Bins): number {
  const sum = sumOf(h.values);
  if (!(sum > 0)) throw invalid('a histogram to compare has no positive content', String(sum), 'a sum above zero');
  return sum;
}

const invalid = (message: string, got: string, expected: string) =>
  userError({ code: 'stats.chi2', message, got, expected });
