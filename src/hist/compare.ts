import { chi2Weighted, type Bins, type Chi2Result } from '../stats/chi2.js';
import { assertSameAxes, inner, type Hist } from './hist.js';

/** χ² of two histograms with equal axes, flow bins left out. Bins with Σw² = Σw throughout count as counts. */
export function chi2OfHists(a: Hist, b: Hist, options: { normalisation?: 'shape' | 'absolute' } = {}): Chi2Result {
  assertSameAxes(a, b);
  return chi2Weighted(bins(a), bins(b), options);
}

function bins(h: Hist): Bins {
  const { values, variances } = inner(h);
  return values.every((v, i) => v === variances[i]) ? { values } : { values, variances };
}
