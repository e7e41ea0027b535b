import type { Density, Range } from '../density.js';
import { growth } from './growth.js';
import { clamp } from './parameter.js';

/**
 * exp(slope · x), falling for a negative slope (−1/lifetime) and flat at 0. At most 300 e-foldings over the range.
 *
 * @example exponential([0, 5]).parameters[0].name // 'slope'
 */
export function exponential(range: Range): Density {
  const [low, high] = range;
  const span = high - low;
  // Measured from the middle, so that neither end overflows.
  const middle = 0.5 * (low + high);
  return {
    name: 'exponential',
    range,
    parameters: [
      {
        name: 'slope',
        low: -300 / span,
        high: 300 / span,
        // The mean of a weak exponential lies slope · span²/12 beside the middle.
        start: (data) => clamp((12 * (data.mean - middle)) / span ** 2, -8 / span, 8 / span),
      },
    ],
    shape: (a, x, [slope]) => a.exp(a.mul(slope, a.sub(x, a.constant(middle)))),
    integral(a, from, to, [slope]) {
      const start = a.exp(a.mul(slope, a.sub(from, a.constant(middle))));
      const length = a.sub(to, from);
      return a.mul(a.mul(start, length), growth(a, a.mul(slope, length)));
    },
  };
}
