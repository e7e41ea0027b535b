import { chi2Survival } from '../stats/special/gamma.js';
import type { Goodness } from './result.js';

// Below so many expected events the spread of a count is far from normal: such bins are joined with their neighbours.
const ENOUGH = 5;

/** Contents of bins and what is expected there. */
export interface Compared {
  readonly edges: Float64Array;
  readonly counts: Float64Array;
  readonly variances: Float64Array;
  readonly expected: Readonly<Record<string, Float64Array>>;
}

/**
 * Pearson's χ² of bins against their expectation, neighbours joined until at least five events are expected. Weighted bins
 * have the variance Σw²/Σw · expected over the joined bins.
 *
 * @param free number of fitted parameters that the expectation depends on: ndf = bins − free
 */
export function goodnessOf(compared: Compared, free: number): Goodness {
  const { counts, variances, expected } = compared;
  const n = counts.length;
  const total = counts.map((_, b) => Object.values(expected).reduce((sum, e) => sum + e[b], 0));
  const sum = (a: Float64Array): number => a.reduce((s, v) => s + v, 0);
  const share = sum(variances) / sum(counts);
  const pulls = counts.map((c, b) =>
    total[b] / share >= 1 ? (c - total[b]) / Math.sqrt(total[b] * share) : Number.NaN,
  );
  let [chi2, bins] = [0, 0];
  let [c, v, e] = [0, 0, 0];
  const groups: { c: number; v: number; e: number }[] = [];
  for (let b = 0; b < n; b++) {
    c += counts[b];
    v += variances[b];
    e += total[b];
    if (e / share < ENOUGH) continue;
    groups.push({ c, v, e });
    [c, v, e] = [0, 0, 0];
  }
  // What is left at the end joins the last group.
  const last = groups.at(-1);
  if (last) Object.assign(last, { c: last.c + c, v: last.v + v, e: last.e + e });
  for (const g of groups) {
    const scale = g.c > 0 && g.v > 0 ? g.v / g.c : share;
    chi2 += (g.c - g.e) ** 2 / (g.e * scale);
    bins++;
  }
  const ndf = bins - free;
  return { ...compared, chi2, ndf, pValue: ndf > 0 ? chi2Survival(chi2, ndf) : 1, pulls };
}
