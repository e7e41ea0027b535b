import { dim, sameSize, shapeText, type Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { graphOf, reshapeRaw } from './broadcast.js';

const ints = (t: Tensor, values: readonly number[]): Tensor =>
  t.graph.constant(values, [dim('index', values.length)], 'int64');

/** Position of a named dimension. */
export function axisOf(operation: string, t: Tensor, name: string): number {
  const axis = t.shape.findIndex((d) => d.name === name);
  if (axis < 0) throw t.graph.error(operation, `no dimension "${name}"`, [t]);
  return axis;
}

/** The same numbers in another shape; at most one size may be symbolic. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  return x.graph.operation(
    'reshape',
    [x],
    (t) => [reshapeRaw(t, shape)],
    ([g], [t]) => [g && reshape(g, t.shape)],
  )[0];
}

/** Elements [from, to) along a named dimension. */
export function slice(x: Tensor, name: string, from: number, to: number): Tensor {
  const axis = axisOf('slice', x, name);
  const { size } = x.shape[axis];
  if (typeof size !== 'number' || from < 0 || to > size || from >= to)
    throw x.graph.error('slice', `[${from}, ${to}) of dimension "${name}" is empty or outside`, [x]);
  const shape = x.shape.map((d, i) => (i === axis ? dim(d.name, to - from) : d));
  const forward = (t: Tensor): Tensor[] => [
    t.graph.raw('Slice', [t, ints(t, [from]), ints(t, [to]), ints(t, [axis])], shape, {}, t.dtype),
  ];
  return x.graph.operation('slice', [x], forward, ([g]) => {
    if (!g) return [undefined];
    const pads = [
      ...x.shape.map((_, i) => (i === axis ? from : 0)),
      ...x.shape.map((_, i) => (i === axis ? size - to : 0)),
    ];
    return [g.graph.raw('Pad', [g, ints(g, pads)], x.shape, { mode: 'constant' }, g.dtype)];
  })[0];
}

/** Pieces of the given sizes along a named dimension. */
export function split(x: Tensor, name: string, sizes: readonly number[]): Tensor[] {
  const axis = axisOf('split', x, name);
  const total = sizes.reduce((a, b) => a + b, 0);
  if (x.shape[axis].size !== total)
    throw x.graph.error('split', `sizes ${sizes.join(' + ')} do not make up dimension "${name}"`, [x]);
  if (sizes.length === 1) return [x];
  const shapes = sizes.map((n) => x.shape.map((d, i) => (i === axis ? dim(d.name, n) : d)));
  return x.graph.operation(
    'split',
    [x],
    (t) => t.graph.rawN('Split', [t, ints(t, sizes)], shapes, { axis }, t.dtype),
    (gradients, [t]) => {
      const known = gradients.find(Boolean);
      if (!known) return [undefined];
      // Under the names of this operation: an output may have been renamed since.
      const parts = gradients.map((g, i) => (g ? { ...g, shape: shapes[i] } : zeros(t, shapes[i])));
      return [concat(parts, name)];
    },
  );
}

/** Zeros of a shape, by way of a constant where sizes are known. */
export function zeros(like: Tensor, shape: Shape): Tensor {
  const n = shape.reduce((product, { size }) => {
    if (typeof size !== 'number') throw like.graph.error('zeros', `${shapeText(shape)} has a symbolic size`, [like]);
    return product * size;
  }, 1);
  return like.graph.constant(new Float64Array(n), shape, like.dtype);
}

/** Tensors one after another along a named dimension. */
export function concat(parts: readonly Tensor[], name: string): Tensor {
  if (parts.length === 1) return parts[0];
  const graph = graphOf(...parts);
  const axis = axisOf('concat', parts[0], name);
  const sizes = parts.map((t) => {
    const { size } = t.shape[axis];
    const fits =
      t.shape.length === parts[0].shape.length &&
      t.shape.every((d, i) => i === axis || sameSize(d.size, parts[0].shape[i].size));
    if (!fits || typeof size !== 'number') throw graph.error('concat', `shapes differ outside "${name}"`, parts);
    return size;
  });
  const shape = parts[0].shape.map((d, i) =>
    i === axis
      ? dim(
          name,
          sizes.reduce((a, b) => a + b, 0),
        )
      : d,
  );
  return graph.operation(
    'concat',
    parts,
    (...ts) => [graphOf(...ts).raw('Concat', ts, shape, { axis }, ts[0].dtype)],
    ([g]) => (g ? split(g, name, sizes) : parts.map(() => undefined)),
  )[0];
}

/** Dimensions in another order, by name. */
export function transpose(x: Tensor, order: readonly string[]): Tensor {
  const perm = order.map((name) => axisOf('transpose', x, name));
  if (new Set(perm).size !== x.shape.length)
    throw x.graph.error('transpose', `"${order.join(', ')}" does not name every dimension once`, [x]);
  return permuteAxes(x, perm);
}

/** Dimensions in another order, by position. */
export function permuteAxes(x: Tensor, perm: readonly number[]): Tensor {
  const shape = perm.map((i) => x.shape[i]);
  const back = perm.map((_, i) => perm.indexOf(i));
  const forward = (t: Tensor): Tensor[] => [t.graph.raw('Transpose', [t], shape, { perm }, t.dtype)];
  return x.graph.operation('transpose', [x], forward, ([g]) => [g && permuteAxes(g, back)])[0];
}
