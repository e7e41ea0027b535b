import type { Tensor } from '../tensor.js';
import { add, div, indicator, mul, neg, sub } from './arithmetic.js';

type Rule = (gradient: Tensor, x: Tensor, y: Tensor) => Tensor;

const bare = (op: string, x: Tensor): Tensor => x.graph.raw(op, [x], x.shape, {}, x.dtype);

function unary(op: string, rule: Rule) {
  const name = op.toLowerCase();
  return (x: Tensor): Tensor =>
    x.graph.operation(
      name,
      [x],
      (t) => [bare(op, t)],
      ([g], [t], [y]) => [g && rule(g, t, y)],
    )[0];
}

export const exp = unary('Exp', (g, _x, y) => mul(g, y));
export const log = unary('Log', (g, x) => div(g, x));
export const sqrt = unary('Sqrt', (g, _x, y) => div(mul(g, 0.5), y));
export const tanh = unary('Tanh', (g, _x, y) => mul(g, sub(1, mul(y, y))));
export const sigmoid = unary('Sigmoid', (g, _x, y) => mul(g, mul(y, sub(1, y))));
export const abs = unary('Abs', (g, x) => mul(g, bare('Sign', x)));
export const sin = unary('Sin', (g, x) => mul(g, cos(x)));
export const cos = unary('Cos', (g, x) => neg(mul(g, sin(x))));

export const square = (x: Tensor): Tensor => mul(x, x);

/** max(x, 0). In single precision its mask is min(1, max(0, 10³⁰ y)): one vectorised node instead of a compare and a cast. */
export function relu(x: Tensor): Tensor {
  return x.graph.operation(
    'relu',
    [x],
    (t) => [bare('Relu', t)],
    ([g], _, [y]) => {
      if (!g) return [undefined];
      const mask =
        y.dtype === 'float32'
          ? y.graph.raw('HardSigmoid', [y], y.shape, { alpha: { float: 1e30 }, beta: { float: 0 } })
          : indicator('Greater', y, 0);
      return [mul(g, mask)];
    },
  )[0];
}

/** ln(1 + eˣ) without overflow: max(x, 0) + ln(1 + e^(−|x|)); ONNX Runtime's own Softplus is far slower. */
export function softplus(x: Tensor): Tensor {
  const forward = (t: Tensor): Tensor[] => [add(bare('Relu', t), log(add(exp(neg(abs(t))), 1)))];
  return x.graph.operation('softplus', [x], forward, ([g], [t]) => [g && mul(g, bare('Sigmoid', t))])[0];
}

/** x·σ(x). */
export function silu(x: Tensor): Tensor {
  // ONNX Runtime fuses x·σ(x) into an operation that has no double-precision kernel: written otherwise there.
  const forward = (t: Tensor): Tensor[] => [
    t.dtype === 'float64' ? div(t, add(exp(neg(t)), 1)) : mul(t, bare('Sigmoid', t)),
  ];
  return x.graph.operation('silu', [x], forward, ([g], [t], [y]) => {
    if (!g) return [undefined];
    const s = bare('Sigmoid', t);
    return [mul(g, add(s, mul(y, sub(1, s))))];
  })[0];
}

const GELU = Math.sqrt(2 / Math.PI);

/** x·Φ(x) in its tanh form (Hendrycks & Gimpel, arXiv:1606.08415 §2), which exists in double precision too. */
export const gelu = (x: Tensor): Tensor =>
  mul(mul(x, 0.5), add(tanh(mul(add(x, mul(mul(mul(x, x), x), 0.044715)), GELU)), 1));

/** x kept within [low, high]; the derivative is 1 inside and 0 outside. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  const forward = (t: Tensor): Tensor[] => [
    t.graph.raw(
      'Clip',
      [t, t.graph.constant(low, [], t.dtype), t.graph.constant(high, [], t.dtype)],
      t.shape,
      {},
      t.dtype,
    ),
  ];
  return x.graph.operation('clip', [x], forward, ([g], [t]) => [
    g && mul(g, mul(indicator('GreaterOrEqual', t, low), indicator('LessOrEqual', t, high))),
  ])[0];
}
