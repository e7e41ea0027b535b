import type { Estimate } from './estimate.js';
import type { CellSums } from './rate.js';
import type { WeightCell } from './weight-table.js';

/** Of two rates whose candidates overlap, Σw² of the candidates tried by both. */
export interface JointSquares {
  readonly tried: number;
  /** Of those: which pass the first, the second, both. */
  readonly first: number;
  readonly second: number;
  readonly both: number;
}

type Pair = { readonly passed: CellSums; readonly tried: CellSums };

/**
 * The covariance of two rates ε₁ = P₁/T₁, ε₂ = P₂/T₂ counted on overlapping candidates, such as two cuts on one sample. A
 * candidate moves ε by w (a − ε)/T, a = 1 where it passes and 0 where not, so with sums over what both have tried
 * cov = Σ w² (a₁ − ε₁)(a₂ − ε₂)/(T₁ T₂). One rate with itself: the weighted binomial error; counts of one sample:
 * (ε₁₂ − ε₁ ε₂)/N.
 *
 * @example rateCovariance({ passed: loose, tried: all }, { passed: tight, tried: all }, { tried: 100, first: 80, second: 50, both: 50 })
 * // of 100 counts of which 80 and, among them, 50 pass: (0.5 − 0.8 · 0.5)/100
 */
export function rateCovariance(first: Pair, second: Pair, joint: JointSquares): number {
  const [e1, e2] = [first, second].map(({ passed, tried }) => passed.sumw / tried.sumw);
  const sum = joint.both - e2 * joint.first - e1 * joint.second + e1 * e2 * joint.tried;
  return sum / (first.tried.sumw * second.tried.sumw);
}

/**
 * The same as a coefficient from −1 to 1. Where all or none of the candidates of a rate pass, the formula knows no
 * error of it: 1, the bound, where the two have candidates in common. 0 where they have none, or a rate is empty.
 *
 * @example rateCorrelation({ passed: loose, tried: all }, { passed: tight, tried: all }, { tried: 100, first: 80, second: 50, both: 50 })
 * // 0.5, of the counts above
 */
export function rateCorrelation(first: Pair, second: Pair, joint: JointSquares): number {
  if (joint.tried === 0 || first.tried.sumw === 0 || second.tried.sumw === 0) return 0;
  const variance = ({ passed, tried }: Pair): number =>
    rateCovariance(
      { passed, tried },
      { passed, tried },
      { tried: tried.sumw2, first: passed.sumw2, second: passed.sumw2, both: passed.sumw2 },
    );
  const [v1, v2] = [variance(first), variance(second)];
  if (!(v1 > 0 && v2 > 0)) return 1;
  return Math.max(-1, Math.min(1, rateCovariance(first, second, joint) / Math.sqrt(v1 * v2)));
}

/**
 * The statistical correlation of two weights R = ε_data/ε_simulation in one bin, from those of their rates in each sample:
 * δR/R = δε_d/ε_d − δε_s/ε_s. 0 where a rate is not known.
 */
export function ratioCorrelation(first: WeightCell, second: WeightCell, data: number, simulation: number): number {
  const relative = ({ value, sources }: Estimate): number => {
    if (!Object.hasOwn(sources, 'stat') || value === 0) return NaN;
    return (sources['stat'].up - sources['stat'].down) / 2 / value;
  };
  const [d1, d2, s1, s2] = [first.data.rate, second.data.rate, first.simulation.rate, second.simulation.rate].map(
    relative,
  );
  const correlation = (data * d1 * d2 + simulation * s1 * s2) / (Math.hypot(d1, s1) * Math.hypot(d2, s2));
  return Number.isFinite(correlation) ? Math.max(-1, Math.min(1, correlation)) : 0;
}
