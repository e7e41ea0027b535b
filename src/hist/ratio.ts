import { assertSameAxes, inner, type Hist } from './hist.js';

/** Per bin, without flow bins. Bins without a denominator hold NaN. */
export interface Ratio {
  readonly values: Float64Array;
  /** Absolute errors of the ratio, both histograms' fluctuations in quadrature. */
  readonly errors: Float64Array;
  /** The part of the numerator alone, σ(a)/|b|: for points in a split ratio panel. */
  readonly numeratorErrors: Float64Array;
  /** The part of the denominator relative to 1, σ(b)/|b|: for the band around 1. */
  readonly denominatorErrors: Float64Array;
}

/**
 * a / b of two independent histograms: σ² = σ(a)²/b² + a² σ(b)²/b⁴ with σ² = Σw². Also right where the ratio is far from
 * one or the numerator is zero.
 *
 * @example const { values, errors } = ratio(fill([axis], [data]), fill([axis], [simulation]))
 */
export function ratio(a: Hist, b: Hist): Ratio {
  assertSameAxes(a, b);
  const top = inner(a);
  const bottom = inner(b);
  const of = (f: (i: number) => number): Float64Array =>
    Float64Array.from(top.values, (_, i) => (bottom.values[i] === 0 ? NaN : f(i)));
  const values = of((i) => top.values[i] / bottom.values[i]);
  const numeratorErrors = of((i) => Math.sqrt(top.variances[i]) / Math.abs(bottom.values[i]));
  const denominatorErrors = of((i) => Math.sqrt(bottom.variances[i]) / Math.abs(bottom.values[i]));
  const errors = of((i) => Math.hypot(numeratorErrors[i], values[i] * denominatorErrors[i]));
  return { values, errors, numeratorErrors, denominatorErrors };
}

/** (a − b)/√(σ(a)² + σ(b)²) per bin, 0 where both are empty. */
export function pulls(a: Hist, b: Hist): Float64Array {
  assertSameAxes(a, b);
  const [x, y] = [inner(a), inner(b)];
  return x.values.map((v, i) => {
    const variance = x.variances[i] + y.variances[i];
    return variance > 0 ? (v - y.values[i]) / Math.sqrt(variance) : 0;
  });
}
