import type { Algebra } from '../algebra.js';
import type { Density, Range } from '../density.js';
import { gaussianArea } from './gaussian-area.js';
import { peakParameter, plainParameter, widthParameter } from './parameter.js';

/** asinh, as precise for large negative numbers as for positive ones. */
function asinh<T>(a: Algebra<T>, z: T): T {
  const size = a.choose(z, a.neg(z), z);
  const result = a.log(a.add(size, a.sqrt(a.add(a.mul(size, size), a.constant(1)))));
  return a.choose(z, a.neg(result), result);
}

/**
 * Johnson's unbounded density (Biometrika 36 (1949) 149): gamma + delta · asinh((x − mu)/lambda) is a standard normal
 * number. A positive gamma makes a tail to the left; a small delta makes heavy tails; lambda/delta is the core's width.
 */
export const johnson = (range: Range): Density => ({
  name: 'johnson',
  range,
  parameters: [
    peakParameter('mu', range),
    widthParameter('lambda', range, 1.5),
    plainParameter('gamma', 0, -10, 10),
    plainParameter('delta', 1.5, 0.1, 30),
  ],
  shape(a, x, [mu, lambda, gamma, delta]) {
    const z = a.div(a.sub(x, mu), lambda);
    const r = a.add(gamma, a.mul(delta, asinh(a, z)));
    const root = a.sqrt(a.add(a.constant(1), a.mul(z, z)));
    return a.div(a.exp(a.mul(a.constant(-0.5), a.mul(r, r))), root);
  },
  integral(a, low, high, [mu, lambda, gamma, delta]) {
    const at = (x: typeof low) => a.add(gamma, a.mul(delta, asinh(a, a.div(a.sub(x, mu), lambda))));
    const area = gaussianArea(a, a.constant(0), a.constant(1), at(low), at(high));
    return a.mul(a.div(lambda, delta), area);
  },
  breaks: ([mu, lambda, gamma, delta]) =>
    [-6, -3, -1, 0, 1, 3, 6].map((r) => mu + lambda * Math.sinh((r - gamma) / delta)),
});
