/**
 * Arithmetic that formulas of densities are written over. One formula serves plain numbers (curves, toys), numbers with first
 * and second derivatives (normalisations), and tensors of a graph with theirs (likelihoods over millions of events).
 */
export interface Algebra<T> {
  constant(value: number): T;
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
  div(a: T, b: T): T;
  neg(a: T): T;
  exp(a: T): T;
  log(a: T): T;
  sqrt(a: T): T;
  /** `negative` where test < 0, `otherwise` elsewhere; each side must be finite, derivatives included, on both sides. */
  choose(test: T, negative: T, otherwise: T): T;
  /**
   * Re and Im of w(x + iy) = exp(−z²) erfc(−iz), y > 0, where it is known better than by the arithmetic above (its
   * derivatives in closed form); else see `faddeeva`.
   */
  faddeeva?(x: T, y: T): readonly [real: T, imaginary: T];
  /** Σ weights[q] · f(places[q]), where it is done better than one by one; else see `weightedSum`. */
  weightedSum?(places: readonly number[], weights: readonly number[], f: (place: T) => T): T;
}

/** Σ weights[q] · f(places[q]): the algebra's own way where it has one. */
export function weightedSum<T>(
  a: Algebra<T>,
  places: readonly number[],
  weights: readonly number[],
  f: (place: T) => T,
): T {
  if (a.weightedSum) return a.weightedSum(places, weights, f);
  return places
    .map((place, q) => a.mul(a.constant(weights[q]), f(a.constant(place))))
    .reduce((sum, term) => a.add(sum, term));
}

/** What closed-form integrals need beyond: functions of parameters alone, never of events. */
export interface ScalarAlgebra<T> extends Algebra<T> {
  erf(a: T): T;
  /** 1 − erf(a), with its full relative precision in the tail. */
  erfc(a: T): T;
  atan(a: T): T;
  /** The value without its derivatives: for choosing between formulas. */
  valueOf(a: T): number;
}
