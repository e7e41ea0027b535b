import type { Algebra } from '../algebra.js';
import type { Density, DensityParameter, Range } from '../density.js';
import { clamp } from './parameter.js';
import { polynomialDensity } from './polynomial.js';

/** T_0 … T_degree at u. */
function chebyshevs<T>(a: Algebra<T>, u: T, degree: number): T[] {
  const out = [a.constant(1), u];
  const twice = a.mul(a.constant(2), u);
  for (let k = 2; k <= degree; k++) out.push(a.sub(a.mul(twice, out[k - 1]), out[k - 2]));
  return out;
}

/**
 * The coefficient of T_k beyond which 1 + Σ c_j T_j is negative somewhere whatever the other coefficients:
 * 2 cos(π/(⌊order/k⌋ + 2)) (E. Egerváry, O. Szász, Math. Z. 27 (1928) 641, on non-negative cosine polynomials).
 */
const limitOf = (k: number, order: number): number =>
  Number((2 * Math.cos(Math.PI / (Math.floor(order / k) + 2))).toFixed(12));

/**
 * 1 + c1 T₁(u) + … + c_n T_n(u), u from −1 to 1 over the range. The limits of each coefficient are necessary for a
 * positive density, but from order 2 on not sufficient: the shape is guarded besides (see `guarded`).
 *
 * @param order 0 (flat) or more
 * @example chebyshev([1.8, 1.95], 2).parameters.map((p) => p.name) // ['c1', 'c2']
 */
export function chebyshev(range: Range, order: number): Density {
  const [low, high] = range;
  const parameters = Array.from({ length: order }, (_, i): DensityParameter => {
    const limit = limitOf(i + 1, order);
    return {
      name: `c${i + 1}`,
      low: -limit,
      high: limit,
      // The mean of a straight line lies c1/3 beside the middle, in units of half the range.
      start: (data) => (i ? 0 : clamp((6 * (data.mean - 0.5 * (low + high))) / (high - low), -0.8, 0.8)),
    };
  });
  return polynomialDensity({
    name: 'chebyshev',
    range,
    degree: order,
    parameters,
    guard: order > 0,
    polynomial: {
      value(a, u, c) {
        const t = chebyshevs(a, u, order);
        return c.reduce((sum, ck, i) => a.add(sum, a.mul(ck, t[i + 1])), a.constant(1));
      },
      primitive(a, u, c) {
        const t = chebyshevs(a, u, order + 1);
        const half = (x: number) => a.constant(0.5 / x);
        return c.reduce((sum, ck, i) => {
          const k = i + 1;
          const own =
            k === 1
              ? a.mul(a.constant(0.5), a.mul(u, u))
              : a.sub(a.mul(half(k + 1), t[k + 1]), a.mul(half(k - 1), t[k - 1]));
          return a.add(sum, a.mul(ck, own));
        }, u);
      },
    },
  });
}
