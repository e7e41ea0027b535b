import { sameSize, type Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { graphOf, sumTo } from './broadcast.js';
import { permuteAxes } from './reshape.js';

/** Matrix product over the last two dimensions; the first operand may be a matrix shared by a stack. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const inner = a.shape[a.shape.length - 1];
  const contracted = b.shape[b.shape.length - 2];
  if (!inner || !contracted || !sameSize(inner.size, contracted.size))
    throw graphOf(a, b).error('matmul', 'inner sizes differ', [a, b]);
  const stack = (b.shape.length >= a.shape.length ? b : a).shape.slice(0, -2);
  const shape: Shape = [...stack, a.shape[a.shape.length - 2], b.shape[b.shape.length - 1]];
  const turn = (t: Tensor): Tensor => {
    const last = t.shape.length - 1;
    return permuteAxes(
      t,
      [...t.shape.keys()].map((i) => (i === last ? last - 1 : i === last - 1 ? last : i)),
    );
  };
  return graphOf(a, b).operation(
    'matmul',
    [a, b],
    (x, y) => [graphOf(x, y).raw('MatMul', [x, y], shape, {}, x.dtype)],
    ([g], [x, y]) =>
      g ? [sumTo(matmul(g, turn(y)), x.shape), sumTo(matmul(turn(x), g), y.shape)] : [undefined, undefined],
  )[0];
}

interface GemmOptions {
  readonly alpha?: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** One Gemm node: alpha·op(a)·op(b) + c. No derivative. */
export function gemm(a: Tensor, b: Tensor, c: Tensor | undefined, options: GemmOptions = {}): Tensor {
  const rows = a.shape[options.transposeA ? 1 : 0];
  const columns = b.shape[options.transposeB ? 0 : 1];
  return graphOf(a, b).raw(
    'Gemm',
    c ? [a, b, c] : [a, b],
    [rows, columns],
    {
      ...(options.transposeA ? { transA: 1 } : {}),
      ...(options.transposeB ? { transB: 1 } : {}),
      ...(options.alpha !== undefined && options.alpha !== 1 ? { alpha: { float: options.alpha } } : {}),
    },
    a.dtype,
  );
}

/**
 * alpha·W·x + b for x [in, batch], W [out, in] (or [in, out] with `transposed`: its gradient then has few rows, which is
 * twice as fast), b [out, 1].
 */
export function linear(
  x: Tensor,
  w: Tensor,
  b: Tensor,
  options: { readonly alpha?: number; readonly transposed?: boolean } = {},
): Tensor {
  const { alpha = 1, transposed = false } = options;
  const contracted = w.shape[transposed ? 0 : 1];
  if (x.shape.length !== 2 || w.shape.length !== 2 || !sameSize(contracted.size, x.shape[0].size))
    throw graphOf(x, w).error('linear', 'the weights do not fit the input', [w, x]);
  return graphOf(x, w, b).operation(
    'linear',
    [x, w, b],
    (t, m, c) => [gemm(m, t, c, { alpha, transposeA: transposed })],
    ([g], [t, m, c]) =>
      g
        ? [
            gemm(m, g, undefined, { alpha, transposeA: !transposed }),
            transposed
              ? gemm(t, g, undefined, { alpha, transposeB: true })
              : gemm(g, t, undefined, { alpha, transposeB: true }),
            sumTo(g, c.shape),
          ]
        : [undefined, undefined, undefined],
  )[0];
}
