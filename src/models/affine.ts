import { add, mul, neg, sub } from '../graph/ops/arithmetic.js';
import { graphOf, sumTo } from '../graph/ops/broadcast.js';
import { exp } from '../graph/ops/functions.js';
import type { Tensor } from '../graph/tensor.js';
import type { Direction } from './rqs-spline.js';

/**
 * y = x·eˢ + m, or its inverse x = (y − m)·e⁻ˢ, as one operation.
 *
 * @returns the value and the derivative, whose gradient must be with respect to its logarithm (see `spline`)
 */
export function affine(x: Tensor, logScale: Tensor, shift: Tensor, direction: Direction): [Tensor, Tensor] {
  const forward = direction === 'forward';
  const [value, derivative] = graphOf(x, logScale, shift).operation(
    `affine ${direction}`,
    [x, logScale, shift],
    (t, s, m) => {
      const factor = exp(forward ? s : neg(s));
      return [forward ? add(mul(t, factor), m) : mul(sub(t, m), factor), factor];
    },
    ([g, gl], [t, s, m], [y, factor]) => {
      // Scale and shift may be one number for all points: what reaches them is summed over those.
      const none = mul(t, 0);
      const gy = g ?? none;
      const gx = mul(gy, factor);
      // ln(factor) = ±s, and the scaled part of the value is y − m forward, y backward.
      const byScale = add(add(none, gl ?? none), mul(gy, forward ? mul(t, factor) : y));
      const toScale = sumTo(forward ? byScale : neg(byScale), s.shape);
      return [gx, toScale, sumTo(forward ? gy : neg(gx), m.shape)];
    },
  );
  return [value, derivative];
}

/** Keeps a log-scale within ±`most`, smoothly: most·tanh(raw/most). */
export const SCALE_LIMIT = Math.log(1000);
