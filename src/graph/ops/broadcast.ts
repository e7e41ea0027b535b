import { dim, elements, sameSize, type Shape } from '../shape.js';
import type { Graph } from '../graph.js';
import type { Tensor } from '../tensor.js';

/** The innermost graph among operands: a loop's body sees what lies outside it, not the other way round. */
export function graphOf(...tensors: readonly Tensor[]): Graph {
  return tensors.reduce((deepest, t) => (t.graph.depth > deepest.depth ? t.graph : deepest), tensors[0].graph);
}

/** A number becomes a scalar constant of the other operand's type. */
export const lift = (value: Tensor | number, like: Tensor): Tensor =>
  typeof value === 'number' ? like.graph.constant(value, [], like.dtype) : value;

/**
 * Shape of an elementwise operation: right-aligned; sizes agree, or one of them is 1. Where both are larger than 1 their
 * names must agree as well.
 */
export function broadcastShape(operation: string, a: Tensor, b: Tensor): Shape {
  const rank = Math.max(a.shape.length, b.shape.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a.shape[a.shape.length - rank + i];
    const y = b.shape[b.shape.length - rank + i];
    if (!x || !y) return x ?? y;
    if (x.size === 1) return y;
    if (y.size === 1) return x;
    if (!sameSize(x.size, y.size))
      throw graphOf(a, b).error(operation, `sizes of dimension "${x.name}" and "${y.name}" differ`, [a, b]);
    if (x.name !== y.name) throw graphOf(a, b).error(operation, `dimension "${x.name}" meets "${y.name}"`, [a, b]);
    return x;
  });
}

const isOne = (shape: Shape, i: number): boolean => i < 0 || shape[i].size === 1;

/** Sums a gradient over the dimensions along which its operand was stretched. */
export function sumTo(gradient: Tensor, shape: Shape): Tensor {
  const rank = gradient.shape.length;
  const g = gradient.graph;
  const missing = rank - shape.length;
  const axes = gradient.shape.map((_, i) => i).filter((i) => isOne(shape, i - missing) && gradient.shape[i].size !== 1);
  let out = gradient;
  if (axes.length) {
    const reduced = gradient.shape.map((d, i) => (axes.includes(i) ? dim(d.name, 1) : d));
    out = g.raw(
      'ReduceSum',
      [gradient, g.constant(axes, [dim('axis', axes.length)], 'int64')],
      reduced,
      { keepdims: 1 },
      gradient.dtype,
    );
  }
  return missing === 0 ? out : reshapeRaw(out, shape);
}

/** Target sizes of an ONNX Reshape; the symbolic one, if any, is −1. */
export function reshapeRaw(t: Tensor, shape: Shape): Tensor {
  const sizes = shape.map(({ size }) => (typeof size === 'number' ? size : -1));
  if (!sameSize(elements(t.shape), elements(shape)))
    throw t.graph.error('reshape', 'the number of elements differs', [t, { ...t, shape }]);
  return t.graph.raw('Reshape', [t, t.graph.constant(sizes, [dim('rank', sizes.length)], 'int64')], shape, {}, t.dtype);
}
