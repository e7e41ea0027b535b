import { add, div, indicator, maximum, minimum, mul, sub } from '../graph/ops/arithmetic.js';
import { graphOf } from '../graph/ops/broadcast.js';
import { clip, exp, log } from '../graph/ops/functions.js';
import { matmul } from '../graph/ops/linear.js';
import { maxOf, sum } from '../graph/ops/reduce.js';
import { concat, reshape, slice, split } from '../graph/ops/reshape.js';
import { dim } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { curve, inverseCurve, type Tails } from './rqs-curve.js';

/** A monotone rational-quadratic spline: its number of bins, its tails and its floors. */
export interface SplineShape {
  readonly bins: number;
  /** Outside the box: a line with the edge's own, learnable slope (`linear`), or with slope 1 (`identity`). */
  readonly tails: Tails;
  /** Least width and height of a bin (as a share of the box) and least slope. */
  readonly floor: number;
}

/** How many raw numbers make one spline: K widths, K heights, and the slopes at K−1 inner or all K+1 knots. */
export const splineSize = ({ bins, tails }: SplineShape): number => 3 * bins + (tails === 'linear' ? 1 : -1);

/** Raw slope 0 stands for slope 1, so that raw zeros are the identity: slope = floor + softplus(raw + shift). */
export const slopeShift = (floor: number): number => Math.log(Math.expm1(1 - floor));

/** Raw slopes above this count as this: their exponential stays finite in single precision. */
const MOST = 80;

export type Direction = 'forward' | 'inverse';

/**
 * A spline with its own parameters at every point, as one differentiable operation.
 *
 * @param x `[one 1, one 1, point P]` in units of the box: the curved part is [−½, ½]
 * @param raw `[parameter splineSize, point P]`: logits of widths, logits of heights, raw slopes. All zero: the identity.
 * @returns the value and the derivative, both `[1, 1, P]`. The derivative stands for its logarithm: the gradient that
 * it is handed must be with respect to ln(derivative). Only `logSum` in log-derivative.ts consumes it so.
 */
export function spline(
  x: Tensor,
  raw: Tensor,
  shape: SplineShape,
  direction: Direction,
): [value: Tensor, derivative: Tensor] {
  return asOperation(`spline ${direction}`, x, raw, () => bindConditional(x, raw, shape, direction));
}

interface Bound {
  readonly value: Tensor;
  readonly derivative: Tensor;
  /** Gradients of the coordinate and of the parameters. */
  vjp(value: Tensor, logDerivative: Tensor): [Tensor, Tensor];
}

/** A spline bound to its points as one entry of the tape. */
export function asOperation(name: string, x: Tensor, parameters: Tensor, bind: () => Bound): [Tensor, Tensor] {
  let bound: Bound | undefined;
  const [value, derivative] = graphOf(x, parameters).operation(
    name,
    [x, parameters],
    () => {
      bound = bind();
      return [bound.value, bound.derivative];
    },
    ([gy, gl]) => {
      if (!bound || (!gy && !gl)) return [undefined, undefined];
      return bound.vjp(gy ?? mul(bound.value, 0), gl ?? bound.value.graph.constant(0, [], bound.value.dtype));
    },
  );
  return [value, derivative];
}

function bindConditional(x: Tensor, raw: Tensor, shape: SplineShape, direction: Direction): Bound {
  const g = graphOf(x, raw);
  const { bins: K, floor, tails } = shape;
  const { dtype } = x;
  const share = 1 - floor * K;
  const point = x.shape[2];
  const slopes = splineSize(shape) - 2 * K;
  const [R, D] = split(raw, raw.shape[0].name, [2 * K, slopes]);
  const logits = reshape(R, [dim('pair', 2), dim('bin', K), point]);
  // The shift by the maximum cancels in value and derivative alike: exact for logits of any size.
  const e = exp(sub(logits, maxOf(logits, 'bin')));
  // Sizes without their floors: together they fill the share of the box that the floors leave.
  const spare = mul(e, div(share, sum(e, 'bin', { keep: true })));
  // Left knots, floors included, by one constant matrix. Its first row is lowered to −1, so that rounding cannot put a
  // point at the lower edge into no bin; the knot itself is restored below.
  const cumulate = Array.from({ length: K * K }, (_, i) => {
    const [k, j] = [Math.floor(i / K), i % K];
    return k === 0 ? -1 / share : (j < k ? 1 : 0) + (floor * k - 0.5) / share;
  });
  const square = (values: readonly number[]): Tensor => g.constant(values, [dim('bin', K), dim('bin', K)], dtype);
  const knots = matmul(square(cumulate), spare);
  const which = direction === 'forward' ? 0 : 1;
  const reached = indicator('GreaterOrEqual', clip(x, -0.5, 0.5), slice(knots, 'pair', which, which + 1));
  // A point is in the last bin that it has reached.
  const last = Array.from({ length: K * K }, (_, i) => [1, -1][(i % K) - Math.floor(i / K)] ?? 0);
  const here = matmul(square(last), reached);
  const ones = (n: number): Tensor => g.constant(new Array<number>(n).fill(1), [dim('one', 1), dim('bin', n)], dtype);
  const shift = g.constant([-1, -1], [dim('pair', 2), dim('one', 1), dim('point', 1)], dtype);
  const lowered = add(matmul(ones(K), reached), shift);
  const index = g.raw('Cast', [lowered], lowered.shape, { to: 7 }, 'int64');
  const pick = (t: Tensor): Tensor => g.raw('GatherElements', [t, index], lowered.shape, { axis: 1 }, dtype);
  const left = maximum(pick(knots), -0.5);
  const size = add(pick(spare), floor);
  // Slopes at the two knots. With identity tails the edge knots have no number: nothing is picked, raw 0 is slope 1.
  const name = D.shape[0].name;
  const linear = tails === 'linear';
  const hereLeft = linear ? here : slice(here, 'bin', 1, K);
  const hereRight = linear ? here : slice(here, 'bin', 0, K - 1);
  const rename = (t: Tensor): Tensor => ({ ...t, shape: [dim('bin', t.shape[0].size), t.shape[1]] });
  const atLeft = rename(linear ? slice(D, name, 0, K) : D);
  const atRight = rename(linear ? slice(D, name, 1, K + 1) : D);
  const side = (mask: Tensor, values: Tensor): Tensor => {
    const picked = matmul(ones(linear ? K : K - 1), mul(mask, values));
    return { ...picked, shape: [dim('one', 1), dim('side', 1), point] };
  };
  const z = concat([side(hereLeft, atLeft), side(hereRight, atRight)], 'side');
  // floor + softplus(z + shift), as ln(eᶻ + e^−shift) + shift + floor; it rises no further than MOST.
  const ez = exp(minimum(z, MOST));
  const raised = add(ez, Math.exp(-slopeShift(floor)));
  const slope = add(log(raised), slopeShift(floor) + floor);
  const bound = (direction === 'forward' ? curve : inverseCurve)(x, { left, size, slope }, tails);
  const vjp = (gy: Tensor, gl: Tensor): [Tensor, Tensor] => {
    const back = bound.vjp(gy, gl);
    const v = add(mul(reached, back.left), mul(here, sub(back.size, back.left)));
    // Named again: a single bin loses its name to broadcasting.
    const sv = { ...mul(spare, v), shape: spare.shape };
    const row = g.constant(new Array<number>(K).fill(1 / share), [dim('one', 1), dim('bin', K)], dtype);
    const gLogits = sub(sv, mul(spare, matmul(row, sv)));
    const gz = mul(back.slope, div(ez, raised));
    const [g0, g1] = split(gz, 'side', [1, 1]);
    return [back.coordinate, concat([flat(gLogits, 2 * K, point), slopeRows(g0, g1)], 'parameter')];
  };
  const flat = (t: Tensor, rows: number, p: typeof point): Tensor => reshape(t, [dim('parameter', rows), p]);
  const slopeRows = (g0: Tensor, g1: Tensor): Tensor => {
    const rows = (t: Tensor): Tensor => ({ ...t, shape: [dim('one', 1), dim('bin', linear ? K : K - 1), point] });
    const l = rows(mul(hereLeft, g0));
    const r = rows(mul(hereRight, g1));
    if (!linear) return flat(add(l, r), K - 1, point);
    // Knot k is the left one of bin k and the right one of bin k − 1.
    const empty = mul(slice(l, 'bin', 0, 1), 0);
    return flat(add(concat([l, empty], 'bin'), concat([empty, r], 'bin')), K + 1, point);
  };
  return { value: bound.value, derivative: bound.derivative, vjp };
}
