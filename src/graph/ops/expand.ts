import { dim, sameSize, type Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { broadcastShape, sumTo } from './broadcast.js';

/**
 * The same numbers repeated along dimensions of size 1, and along new leading ones, to a shape of known sizes.
 *
 * @throws where a size of x is neither 1 nor the one asked for
 * @example broadcast(bias, [dim('feature', 6), dim('batch', 512)]) // bias [feature 6, one 1]
 */
export function broadcast(x: Tensor, shape: Shape): Tensor {
  const sizes = shape.map(({ size }) => {
    if (typeof size !== 'number')
      throw x.graph.error('broadcast', 'a symbolic size is taken from another tensor: use broadcastLike', [
        x,
        { ...x, shape },
      ]);
    return size;
  });
  checkFits('broadcast', x, shape);
  if (x.shape.length === shape.length && x.shape.every((d, i) => sameSize(d.size, shape[i].size))) return x;
  return x.graph.operation(
    'broadcast',
    [x],
    (t) => [
      t.graph.raw('Expand', [t, t.graph.constant(sizes, [dim('rank', sizes.length)], 'int64')], shape, {}, t.dtype),
    ],
    ([g], [t]) => [g && sumTo(g, t.shape)],
  )[0];
}

/** As {@link broadcast}, to the shape of another tensor, whose sizes may be symbolic and whose numbers do not matter. */
export function broadcastLike(x: Tensor, like: Tensor): Tensor {
  const { shape } = like;
  if (shape.every((d) => typeof d.size === 'number')) return broadcast(x, shape);
  checkFits('broadcast', x, shape);
  return x.graph.operation(
    'broadcast',
    [x],
    (t) => {
      const sizes = t.graph.raw('Shape', [like], [dim('rank', shape.length)], {}, 'int64');
      return [t.graph.raw('Expand', [t, sizes], shape, {}, t.dtype)];
    },
    ([g], [t]) => [g && sumTo(g, t.shape)],
  )[0];
}

function checkFits(operation: string, x: Tensor, shape: Shape): void {
  const to = { ...x, shape };
  const joint = broadcastShape(operation, x, to);
  if (x.shape.length > shape.length || joint.some((d, i) => !sameSize(d.size, shape[i].size)))
    throw x.graph.error(operation, 'the numbers do not fit the shape asked for', [x, to]);
}
