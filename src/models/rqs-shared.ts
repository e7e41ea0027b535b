import { add, indicator, maximum, mul } from '../graph/ops/arithmetic.js';
import { graphOf } from '../graph/ops/broadcast.js';
import { clip, softplus } from '../graph/ops/functions.js';
import { gemm, matmul } from '../graph/ops/linear.js';
import { softmax } from '../graph/ops/reduce.js';
import { concat, reshape, slice, split } from '../graph/ops/reshape.js';
import { dim } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { curve, inverseCurve } from './rqs-curve.js';
import { asOperation, slopeShift, splineSize, type Direction, type SplineShape } from './rqs-spline.js';

/**
 * One spline for all points, as a table `[entry 6, bin K]`: left corners (x, y), sizes (x, y), slopes (left, right).
 * It is built once per step from the raw numbers by ordinary operations and costs nothing beside the points.
 *
 * @param raw `[parameter splineSize, 1]`, in the same order as for the conditional spline
 */
export function splineTable(raw: Tensor, shape: SplineShape): Tensor {
  const { bins: K, floor, tails } = shape;
  const g = raw.graph;
  const { dtype } = raw;
  const name = raw.shape[0].name;
  const [R, D] = split(raw, name, [2 * K, splineSize(shape) - 2 * K]);
  const entries = (t: Tensor): Tensor => ({ ...t, shape: [dim('entry', t.shape[0].size), dim('bin', K)] });
  const size = add(mul(softmax(reshape(R, [dim('entry', 2), dim('bin', K)]), 'bin'), 1 - floor * K), floor);
  const before = Array.from({ length: K * K }, (_, i) => (Math.floor(i / K) < i % K ? 1 : 0));
  const left = add(matmul(size, g.constant(before, [dim('bin', K), dim('bin', K)], dtype)), -0.5);
  const row = (t: Tensor): Tensor => reshape(t, [dim('entry', 1), dim('knot', t.shape[0].size)]);
  const zero = g.constant([0], [dim('entry', 1), dim('knot', 1)], dtype);
  const inner = row(D);
  const raws = tails === 'linear' ? inner : concat([zero, inner, zero], 'knot');
  const slopes = add(softplus(add(raws, slopeShift(floor))), floor);
  const atLeft = entries(slice(slopes, 'knot', 0, K));
  const atRight = entries(slice(slopes, 'knot', 1, K + 1));
  return concat([entries(left), entries(size), atLeft, atRight], 'entry');
}

/**
 * The spline of a {@link splineTable} at every point, as one differentiable operation: a point reads its bin as
 * ΔT·1[x ≥ knot], a small matrix product, and the table's gradient is another one.
 *
 * @param x `[one 1, one 1, point P]` in units of the box
 * @returns value and derivative, both `[1, 1, P]`; for the derivative's gradient see `spline`
 */
export function sharedSpline(
  x: Tensor,
  table: Tensor,
  shape: SplineShape,
  direction: Direction,
): [value: Tensor, derivative: Tensor] {
  const { bins: K, tails } = shape;
  return asOperation(`shared spline ${direction}`, x, table, () => {
    const g = graphOf(x, table);
    const point = x.shape[2];
    // Column k holds what changes at knot k.
    const step = Array.from({ length: K * K }, (_, i) => {
      const [r, c] = [Math.floor(i / K), i % K];
      return r === c ? 1 : r === c - 1 ? -1 : 0;
    });
    const telescope = g.constant(step, [dim('bin', K), dim('bin', K)], x.dtype);
    const steps = matmul(table, telescope);
    const which = direction === 'forward' ? 0 : 1;
    const knots = reshape(slice(table, 'entry', which, which + 1), [dim('bin', K), dim('one', 1)]);
    const reached = indicator('GreaterOrEqual', clip(x, -0.5, 0.5), knots);
    const read = split(matmul(steps, reached), 'entry', [2, 2, 2]);
    const one = dim('one', 1);
    const pairs = (t: Tensor): Tensor => reshape(t, [dim('pair', 2), one, point]);
    // The telescoping sum rounds: no knot below the edge, no bin of size or slope zero.
    const bins = {
      left: maximum(pairs(read[0]), -0.5),
      size: maximum(pairs(read[1]), shape.floor / 2),
      slope: maximum(reshape(read[2], [one, dim('side', 2), point]), shape.floor / 2),
    };
    const bound = (direction === 'forward' ? curve : inverseCurve)(x, bins, tails);
    return {
      value: bound.value,
      derivative: bound.derivative,
      vjp: (gy, gl) => {
        const back = bound.vjp(gy, gl);
        const matrix = (t: Tensor, rows: number): Tensor => reshape(t, [dim('entry', rows), point]);
        const all = concat([matrix(back.left, 2), matrix(back.size, 2), matrix(back.slope, 2)], 'entry');
        const toSteps = gemm(all, reshape(reached, [dim('bin', K), point]), undefined, { transposeB: true });
        return [back.coordinate, gemm(toSteps, telescope, undefined, { transposeB: true })];
      },
    };
  });
}
