import { dim } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { matmul } from './linear.js';
import { axisOf, transpose } from './reshape.js';

/**
 * Running sum along a named dimension of known size, as a product with a triangle of ones: ONNX Runtime's own CumSum is
 * far slower on short rows.
 *
 * @param options.exclusive leave each element out of its own sum: the first is 0
 */
export function cumulativeSum(x: Tensor, name: string, options: { readonly exclusive?: boolean } = {}): Tensor {
  const axis = axisOf('cumulativeSum', x, name);
  const { size } = x.shape[axis];
  if (typeof size !== 'number') throw x.graph.error('cumulativeSum', `dimension "${name}" is symbolic`, [x]);
  const counts = (of: number, at: number): number => (of < at || (of === at && !options.exclusive) ? 1 : 0);
  const square = [dim(name, size), dim(name, size)];
  const last = x.shape.length - 1;
  if (axis === last) {
    const upper = Array.from({ length: size * size }, (_, i) => counts(Math.floor(i / size), i % size));
    if (axis === 0) throw x.graph.error('cumulativeSum', 'a vector needs a second dimension', [x]);
    return matmul(x, x.graph.constant(upper, square, x.dtype));
  }
  if (axis === last - 1) {
    const lower = Array.from({ length: size * size }, (_, i) => counts(i % size, Math.floor(i / size)));
    return matmul(x.graph.constant(lower, square, x.dtype), x);
  }
  const order = x.shape.map((d) => d.name);
  const moved = [...order.filter((n) => n !== name), name];
  return transpose(cumulativeSum(transpose(x, moved), name, options), order);
}
