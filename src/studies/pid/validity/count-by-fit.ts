import { DatamcError } from '../../../base/error.js';
import type { Component, Range } from '../../../fit/component.js';
import { fitYields } from '../../../fit/yields.js';
import type { CellSums } from '../../../hist/rate.js';

/** A fit of a cell's own events: the shapes that it adds up, and which of them are the signal. */
export interface CellFit {
  readonly components: readonly Component[];
  readonly signal: readonly string[];
  readonly range: Range;
}

/**
 * The signal among some rows by a fit of their own, in the words of sums of weights: the yield for Σw, its variance for Σw².
 * Undefined where the rows do not determine the fit, as a handful may not.
 *
 * @param own the rows' own weights; all 1 where they have none
 */
export function countByFit(
  { components, signal, range }: CellFit,
  x: Float64Array,
  own: Float64Array,
): CellSums | undefined {
  if (!x.some((v) => v >= range[0] && v <= range[1])) return { sumw: 0, sumw2: 0, entries: 0, negative: 0 };
  try {
    const weights = own.some((w) => w !== 1) ? own : undefined;
    const { yields, covariance } = fitYields(components, { x, weights }, range);
    const of = components.flatMap((c, k) => (signal.includes(c.name) ? [k] : []));
    const sumw = of.reduce((s, k) => s + yields[k], 0);
    const sumw2 = of.reduce((s, k) => s + of.reduce((v, l) => v + covariance[k][l], 0), 0);
    return { sumw, sumw2, entries: x.length, negative: sumw < 0 ? 1 : 0 };
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
