import { mul } from '../graph/ops/arithmetic.js';
import { tanh } from '../graph/ops/functions.js';
import { reshape, split } from '../graph/ops/reshape.js';
import { dim } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { affine, SCALE_LIMIT } from './affine.js';
import type { FlowSpec } from './flow-spec.js';
import { spline, splineSize, type Direction } from './rqs-spline.js';

/** New values of some points, and the factors of the derivative that led there. */
export interface Bent {
  readonly values: Tensor;
  readonly factors: readonly Tensor[];
}

/** Numbers per point that {@link bend} needs: a spline's, those of a scale and a shift, or both. */
export const bendSize = (spec: FlowSpec): number =>
  spec.kind === 'affine' ? 2 : splineSize(spec) + (spec.tails === 'linear' ? 2 : 0);

/** Raw numbers as ln(scale), within ±ln 1000, and as a shift in units of the box. */
export function scaleAndShift(raw: Tensor, spec: FlowSpec, like: Tensor): [logScale: Tensor, shift: Tensor] {
  const [s, m] = split(raw, raw.shape[0].name, [1, 1]);
  const point = (t: Tensor): Tensor => {
    const size = t.shape[1].size === 1 ? dim('one', 1) : like.shape[2];
    return reshape(t, [dim('one', 1), dim('one', 1), size]);
  };
  return [mul(tanh(mul(point(s), 1 / SCALE_LIMIT)), SCALE_LIMIT), mul(point(m), 1 / (2 * spec.bound))];
}

/**
 * Points bent by the flow's element: a spline on the box, then, with linear tails, a scale and a shift. The latter free the
 * ends of the box: a bare spline maps its box onto itself, so that any two flows would agree there and their composite would
 * be the identity, without uncertainty, in the tails.
 *
 * @param raw `[parameter bendSize, point P]`; all zero: the identity
 */
export function bend(x: Tensor, raw: Tensor, spec: FlowSpec, direction: Direction): Bent {
  if (spec.kind === 'affine') {
    const [values, factor] = affine(x, ...scaleAndShift(raw, spec, x), direction);
    return { values, factors: [factor] };
  }
  if (spec.tails === 'identity') {
    const [values, factor] = spline(x, raw, spec, direction);
    return { values, factors: [factor] };
  }
  const [curve, line] = split(raw, raw.shape[0].name, [splineSize(spec), 2]);
  const stretch = scaleAndShift(line, spec, x);
  return direction === 'forward'
    ? inTurn(
        x,
        (t) => spline(t, curve, spec, 'forward'),
        (t) => affine(t, ...stretch, 'forward'),
      )
    : inTurn(
        x,
        (t) => affine(t, ...stretch, 'inverse'),
        (t) => spline(t, curve, spec, 'inverse'),
      );
}

type Step = (x: Tensor) => [Tensor, Tensor];

/** One step after another, with the factors of both. */
export function inTurn(x: Tensor, first: Step, second: Step): Bent {
  const [middle, a] = first(x);
  const [values, b] = second(middle);
  return { values, factors: [a, b] };
}
