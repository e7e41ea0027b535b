import { DatamcError } from '../../../base/error.js';
import type { Component } from '../../../fit/component.js';
import type { Range } from '../../../fit/density.js';
import { fitYields } from '../../../fit/yields.js';
import { invertSymmetric } from '../../../stats/symmetric.js';
import type { CellSums } from '../../../hist/rate.js';

/** A fit of a cell's own events: the shapes that it adds up, and which of them are the signal. */
export interface CellFit {
  readonly components: readonly Component[];
  readonly signal: readonly string[];
  readonly range: Range;
  /** Shapes that are histograms of simulation: their edges, and of how many (effective) events each is. */
  readonly templates?: { readonly edges: readonly number[]; readonly events: readonly number[] } | undefined;
}

/**
 * What the statistics of templates add to the variance of a yield, N_s = Σ w(x): −Σ_b w(b) Σ_k N_k δf_k(b), with multinomial δf_k, so
 * Σ_k N_k²/n_k [Σ_b f_k w² − (Σ_b f_k w)²].
 */
function templateVariance({ components, templates }: CellFit, yields: Float64Array, row: readonly number[]): number {
  if (!templates) return 0;
  const { edges, events } = templates;
  const widths = edges.slice(1).map((e, b) => e - edges[b]);
  const middles = Float64Array.from(widths, (w, b) => edges[b] + w / 2);
  const f = components.map((c) => c.density(middles).map((v, b) => v * widths[b]));
  const weight = Array.from(middles, (_, b) => {
    const total = f.reduce((s, own, k) => s + yields[k] * own[b], 0);
    return total === 0 ? 0 : f.reduce((s, own, k) => s + row[k] * own[b], 0) / total;
  });
  return f.reduce((sum, own, k) => {
    const mean = own.reduce((s, v, b) => s + v * weight[b], 0);
    const square = own.reduce((s, v, b) => s + v * weight[b] ** 2, 0);
    return sum + (yields[k] ** 2 / events[k]) * (square - mean * mean);
  }, 0);
}

/**
 * The signal among some rows by a fit of their own, in the words of sums of weights: the yield for Σw, its variance for Σw².
 * Undefined where the rows do not determine the fit, as a handful may not.
 *
 * @param own the rows' own weights; all 1 where they have none
 */
export function countByFit(fit: CellFit, x: Float64Array, own: Float64Array): CellSums | undefined {
  const { components, signal, range } = fit;
  if (!x.some((v) => v >= range[0] && v <= range[1])) return { sumw: 0, sumw2: 0, entries: 0, negative: 0 };
  try {
    const weights = own.some((w) => w !== 1) ? own : undefined;
    const { yields, covariance, information } = fitYields(components, { x, weights }, range);
    const of = components.flatMap((c, k) => (signal.includes(c.name) ? [k] : []));
    const sumw = of.reduce((s, k) => s + yields[k], 0);
    const sumw2 = of.reduce((s, k) => s + of.reduce((v, l) => v + covariance[k][l], 0), 0);
    const { matrix: v } = invertSymmetric(information);
    const row = components.map((_, l) => of.reduce((s, k) => s + v[k][l], 0));
    const known = sumw2 + templateVariance(fit, yields, row);
    return { sumw, sumw2: known, entries: x.length, negative: sumw < 0 ? 1 : 0 };
  } catch (error) {
    if (error instanceof DatamcError) return undefined;
    throw error;
  }
}

/** Passed and tried of disjoint counts. */
export const passedOf = (passed: CellSums, failed: CellSums): { passed: CellSums; tried: CellSums } => ({
  passed,
  tried: {
    sumw: passed.sumw + failed.sumw,
    sumw2: passed.sumw2 + failed.sumw2,
    entries: passed.entries + failed.entries,
    negative: passed.negative + failed.negative,
  },
});
