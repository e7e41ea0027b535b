import { dim, type Shape } from '../shape.js';
import type { DType, Tensor } from '../tensor.js';
import { broadcastShape, graphOf, lift, sumTo } from './broadcast.js';
import { axisOf } from './reshape.js';

const CODE: Readonly<Record<DType, number>> = { float32: 1, int64: 7, bool: 9, float64: 11 };

/** The same numbers in another type. The gradient comes back in the type of x; integers and booleans have none. */
export function cast(x: Tensor, dtype: DType): Tensor {
  if (x.dtype === dtype) return x;
  const real = dtype.startsWith('float') && x.dtype.startsWith('float');
  const convert = (t: Tensor): Tensor => t.graph.raw('Cast', [t], t.shape, { to: CODE[dtype] }, dtype);
  if (!real) return convert(x);
  return x.graph.operation(
    'cast',
    [x],
    (t) => [convert(t)],
    ([g], [t]) => [g && cast(g, t.dtype)],
  )[0];
}

/** True where a comparison holds: for {@link where}. */
export function compare(
  op: 'GreaterOrEqual' | 'Greater' | 'LessOrEqual' | 'Less' | 'Equal',
  a: Tensor,
  b: Tensor | number,
): Tensor {
  const y = lift(b, a);
  return graphOf(a, y).raw(op, [a, y], broadcastShape(op, a, y), {}, 'bool');
}

/** `yes` where the condition holds, else `no`. What is not chosen gets the gradient 0, even where it is not finite. */
export function where(condition: Tensor, yes: Tensor | number, no: Tensor | number): Tensor {
  const like = typeof yes === 'number' ? no : yes;
  if (typeof like === 'number') throw new TypeError('where between two numbers: use indicator');
  const [a, b] = [lift(yes, like), lift(no, like)];
  if (condition.dtype !== 'bool')
    throw graphOf(condition, a, b).error('where', `the condition is ${condition.dtype}, not bool`, [condition]);
  const shape = broadcastShape('where', condition, { ...a, shape: broadcastShape('where', a, b) });
  const choose = (c: Tensor, x: Tensor, y: Tensor): Tensor =>
    graphOf(c, x, y).raw('Where', [c, x, y], shape, {}, x.dtype);
  return graphOf(condition, a, b).operation(
    'where',
    [condition, a, b],
    (c, x, y) => [choose(c, x, y)],
    ([g], [c, x, y]) => {
      if (!g) return [undefined, undefined, undefined];
      const zero = lift(0, g);
      return [undefined, sumTo(choose(c, g, zero), x.shape), sumTo(choose(c, zero, g), y.shape)];
    },
  )[0];
}

/**
 * Elements along a named dimension by their numbers: `index` (int64, one dimension) takes that dimension's place. An
 * element taken several times collects every gradient.
 *
 * @example gather(table, 'bin', bin) // [feature 3, bin 8] and [point 100] → [feature 3, point 100]
 */
export function gather(x: Tensor, name: string, index: Tensor): Tensor {
  const axis = axisOf('gather', x, name);
  const graph = graphOf(x, index);
  if (index.dtype !== 'int64' || index.shape.length !== 1)
    throw graph.error('gather', 'the index must be int64 with one dimension', [x, index]);
  const shape: Shape = x.shape.map((d, i) => (i === axis ? index.shape[0] : d));
  return graph.operation(
    'gather',
    [x, index],
    (t, at) => [graphOf(t, at).raw('Gather', [t, at], shape, { axis }, t.dtype)],
    ([g], [t, at]) => [g && scatter(g, t, axis, at), undefined],
  )[0];
}

/** Σ of the gradient's slices at each number: a product with the index's one-hot matrix. */
function scatter(g: Tensor, like: Tensor, axis: number, index: Tensor): Tensor {
  const graph = graphOf(g, index);
  const { size } = like.shape[axis];
  if (typeof size !== 'number') throw graph.error('gather', 'its gradient needs a known size', [like]);
  const last = like.shape.length - 1;
  const [taken] = index.shape;
  const numbers = graph.constant(
    Array.from({ length: size }, (_, i) => i),
    [dim('number', size)],
    'int64',
  );
  const column = graph.raw(
    'Reshape',
    [index, graph.constant([-1, 1], [dim('rank', 2)], 'int64')],
    [taken, dim('one', 1)],
    {},
    'int64',
  );
  const hit = graph.raw('Equal', [column, numbers], [taken, dim('number', size)], {}, 'bool');
  const oneHot = cast(hit, g.dtype);
  const swap = (t: Tensor): Tensor => {
    if (axis === last) return t;
    const perm = [...t.shape.keys()].map((i) => (i === axis ? last : i === last ? axis : i));
    return graph.raw(
      'Transpose',
      [t],
      perm.map((i) => t.shape[i]),
      { perm },
      t.dtype,
    );
  };
  const turned = swap(g);
  const summed = graph.raw('MatMul', [turned, oneHot], [...turned.shape.slice(0, -1), like.shape[axis]], {}, g.dtype);
  return { ...swap(summed), shape: like.shape };
}
