import { userError } from '../base/error.js';
import { clopperPearson, ONE_SIGMA, wilson } from '../stats/intervals.js';
import { assertSameAxes, inner, type Hist } from './hist.js';

export type EfficiencyMethod = 'clopper-pearson' | 'wilson' | 'weighted';

/** Per bin, without flow bins; NaN where nothing was tried. */
export interface Efficiency {
  readonly values: Float64Array;
  /** Ends of the interval, not lengths of error bars. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly method: EfficiencyMethod;
}

/**
 * The fraction of `all` that is in `passed` (a subset of the same entries), per bin.
 *
 * Counts: Clopper–Pearson unless told otherwise. Weights: σ² = |(1 − 2ε) Σw²_pass + ε² Σw²_all| / (Σw_all)², ROOT's
 * weighted binomial error (`TH1::Divide` option B), symmetric and not clipped: with weights of either sign ε may leave
 * [0, 1], and hiding that would bias averages.
 *
 * @example const { values, low, high } = efficiency(fill([axis], [p], passes), fill([axis], [p]))
 */
export function efficiency(
  passed: Hist,
  all: Hist,
  options: { method?: EfficiencyMethod; level?: number } = {},
): Efficiency {
  assertSameAxes(passed, all);
  const [p, t] = [inner(passed), inner(all)];
  const counts = isCounts(p) && isCounts(t);
  const method = options.method ?? (counts ? 'clopper-pearson' : 'weighted');
  if (!counts && method !== 'weighted') {
    throw userError({
      code: 'hist.efficiency',
      message: 'binomial intervals need counts',
      got: 'weighted bins',
      expected: 'method "weighted"',
    });
  }
  const values = p.values.map((v, i) => (t.values[i] === 0 ? NaN : v / t.values[i]));
  const low = new Float64Array(values.length).fill(NaN);
  const high = low.slice();
  for (let i = 0; i < values.length; i++) {
    if (t.values[i] === 0) continue;
    if (method === 'weighted') {
      const e = values[i];
      const sigma = Math.sqrt(Math.abs((1 - 2 * e) * p.variances[i] + e * e * t.variances[i])) / Math.abs(t.values[i]);
      low[i] = e - sigma;
      high[i] = e + sigma;
    } else {
      const interval = method === 'wilson' ? wilson : clopperPearson;
      ({ low: low[i], high: high[i] } = interval(p.values[i], t.values[i], options.level ?? ONE_SIGMA));
    }
  }
  return { values, low, high, method };
}

/** Unit weights: Σw² = Σw, in whole numbers. */
const isCounts = (h: { values: Float64Array; variances: Float64Array }): boolean =>
  h.values.every((v, i) => v === h.variances[i] && Number.isInteger(v));
