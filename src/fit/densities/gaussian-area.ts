import type { ScalarAlgebra } from '../algebra.js';

const ROOT_HALF_PI = Math.sqrt(Math.PI / 2);

/** ∫ exp(−((x − mean)/sigma)²/2) dx over [low, high]; precise in the tails too, where both ends lie on one side. */
export function gaussianArea<T>(a: ScalarAlgebra<T>, mean: T, sigma: T, low: T, high: T): T {
  const scale = a.mul(sigma, a.constant(Math.SQRT2));
  const [from, to] = [a.div(a.sub(low, mean), scale), a.div(a.sub(high, mean), scale)];
  const factor = a.mul(sigma, a.constant(ROOT_HALF_PI));
  if (a.valueOf(from) > 0) return a.mul(factor, a.sub(a.erfc(from), a.erfc(to)));
  if (a.valueOf(to) < 0) return a.mul(factor, a.sub(a.erfc(a.neg(to)), a.erfc(a.neg(from))));
  return a.mul(factor, a.sub(a.erf(to), a.erf(from)));
}
