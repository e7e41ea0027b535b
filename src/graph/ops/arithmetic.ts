import type { Tensor } from '../tensor.js';
import { broadcastShape, graphOf, lift, sumTo } from './broadcast.js';

type Operand = Tensor | number;

/** The two operands as tensors of one type; at least one of them is a tensor already. */
function operands(name: string, a: Operand, b: Operand): [Tensor, Tensor] {
  const like = typeof a === 'number' ? b : a;
  if (typeof like === 'number') throw new TypeError(`${name} of two numbers: use plain arithmetic`);
  const [x, y] = [lift(a, like), lift(b, like)];
  if (x.dtype !== y.dtype) throw graphOf(x, y).error(name, `types ${x.dtype} and ${y.dtype} differ`, [x, y]);
  return [x, y];
}

type Rule = (gradient: Tensor, a: Tensor, b: Tensor, out: Tensor) => [Tensor, Tensor];

function binary(op: string, rule: Rule) {
  const name = op.toLowerCase();
  return (a: Operand, b: Operand): Tensor => {
    const [x, y] = operands(name, a, b);
    const shape = broadcastShape(name, x, y);
    const forward = (p: Tensor, q: Tensor): Tensor[] => [graphOf(p, q).raw(op, [p, q], shape, {}, p.dtype)];
    return graphOf(x, y).operation(name, [x, y], forward, ([g], [p, q], [out]) => {
      if (!g) return [undefined, undefined];
      const [gp, gq] = rule(g, p, q, out);
      return [sumTo(gp, p.shape), sumTo(gq, q.shape)];
    })[0];
  };
}

export const add = binary('Add', (g) => [g, g]);
export const sub = binary('Sub', (g) => [g, neg(g)]);
export const mul = binary('Mul', (g, a, b) => [mul(g, b), mul(g, a)]);
export const div = binary('Div', (g, _a, b, out) => {
  const ga = div(g, b);
  return [ga, neg(mul(ga, out))];
});
/** The larger of two; where they are equal the first one gets the gradient. */
export const maximum = binary('Max', (g, a, b) => [
  mul(g, indicator('GreaterOrEqual', a, b)),
  mul(g, indicator('Less', a, b)),
]);
export const minimum = binary('Min', (g, a, b) => [
  mul(g, indicator('LessOrEqual', a, b)),
  mul(g, indicator('Greater', a, b)),
]);

/** 1 where a comparison holds, else 0; no derivative. */
export function indicator(
  op: 'GreaterOrEqual' | 'Greater' | 'LessOrEqual' | 'Less' | 'Equal',
  a: Operand,
  b: Operand,
): Tensor {
  const [x, y] = operands(op, a, b);
  const g = graphOf(x, y);
  const holds = g.raw(op, [x, y], broadcastShape(op, x, y), {}, 'bool');
  return g.raw('Cast', [holds], holds.shape, { to: x.dtype === 'float64' ? 11 : 1 }, x.dtype);
}

export function neg(a: Tensor): Tensor {
  return a.graph.operation(
    'neg',
    [a],
    (x) => [x.graph.raw('Neg', [x], x.shape, {}, x.dtype)],
    ([g]) => [g && neg(g)],
  )[0];
}

/** aᵏ for a constant exponent; a must be positive unless k is a whole number. */
export function pow(a: Tensor, exponent: number): Tensor {
  const forward = (x: Tensor): Tensor[] => [x.graph.raw('Pow', [x, lift(exponent, x)], x.shape, {}, x.dtype)];
  return a.graph.operation('pow', [a], forward, ([g], [x]) => [g && mul(g, mul(pow(x, exponent - 1), exponent))])[0];
}
