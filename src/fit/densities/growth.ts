import type { ScalarAlgebra } from '../algebra.js';

/** (eᵘ − 1)/u, smooth through u = 0. */
export function growth<T>(a: ScalarAlgebra<T>, u: T): T {
  if (Math.abs(a.valueOf(u)) > 0.25) return a.div(a.sub(a.exp(u), a.constant(1)), u);
  // Σ uᵏ/(k + 1)!: thirteen terms are exact to rounding for |u| ≤ ¼, second derivatives included.
  let sum = a.constant(1);
  for (let k = 13; k > 1; k--) sum = a.add(a.constant(1), a.mul(a.mul(u, a.constant(1 / k)), sum));
  return sum;
}
