import type { Algebra } from '../algebra.js';
import type { Density, Range } from '../density.js';
import { plainParameter } from './parameter.js';
import { polynomialDensity } from './polynomial.js';

/** B_0 … B_n of one degree at t ∈ [0, 1], by de Casteljau's triangle. */
function bernsteins<T>(a: Algebra<T>, t: T, degree: number): readonly T[] {
  const rest = a.sub(a.constant(1), t);
  let row: T[] = [a.constant(1)];
  for (let k = 1; k <= degree; k++) {
    const next = [a.mul(rest, row[0])];
    for (let i = 1; i < k; i++) next.push(a.add(a.mul(t, row[i - 1]), a.mul(rest, row[i])));
    row = [...next, a.mul(t, row[k - 1])];
  }
  return row;
}

const unitOf = <T>(a: Algebra<T>, u: T): T => a.mul(a.constant(0.5), a.add(u, a.constant(1)));

/**
 * Σ c_k B_k with Bernstein's polynomials of degree n and c_0 = n + 1 − Σ c_k, so that its mean over the range is 1; all
 * 1 is flat, c_n alone rises like xⁿ. Positive for c_k ≥ 0, which the limits keep; c_0 is guarded (see `guarded`).
 *
 * @param order the degree n, 0 or more
 * @example bernstein([1.8, 1.95], 3).parameters.map((p) => p.name) // ['c1', 'c2', 'c3']
 */
export function bernstein(range: Range, order: number): Density {
  const first = <T>(a: Algebra<T>, c: readonly T[]): T =>
    c.reduce((rest, ck) => a.sub(rest, ck), a.constant(order + 1));
  return polynomialDensity({
    name: 'bernstein',
    range,
    degree: order,
    parameters: Array.from({ length: order }, (_, i) => plainParameter(`c${i + 1}`, 1, 0, order + 1)),
    guard: order > 0,
    polynomial: {
      value(a, u, c) {
        const b = bernsteins(a, unitOf(a, u), order);
        return c.reduce((sum, ck, i) => a.add(sum, a.mul(ck, b[i + 1])), a.mul(first(a, c), b[0]));
      },
      primitive(a, u, c) {
        // ∫₀ᵗ B_k of degree n is the sum of B_j of degree n + 1 over j > k, by n + 1; u runs twice as fast as t.
        const b = bernsteins(a, unitOf(a, u), order + 1);
        const all = [first(a, c), ...c];
        let tail = a.constant(0);
        let sum = a.constant(0);
        for (let k = order; k >= 0; k--) {
          tail = a.add(tail, b[k + 1]);
          sum = a.add(sum, a.mul(all[k], tail));
        }
        return a.mul(a.constant(2 / (order + 1)), sum);
      },
    },
  });
}
