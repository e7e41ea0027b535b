import type { CompareOp, Node } from '../../../src/events/expression/ast.js';

const span = { start: 0, end: 0 };
const at = span;

/** A small linear congruential generator: tests need the same trees each time, nothing more. */
export function lcg(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)];

/** A random numeric tree over columns x, y (real), n, m (integer), b (boolean), v (list); only correctly rounded operations. */
export function numeric(random: () => number, depth: number): Node {
  const r = random();
  if (depth <= 0 || r < 0.15) {
    const leaf = random();
    if (leaf < 0.5) return { kind: 'name', name: pick(random, ['x', 'y']), quoted: false, span };
    if (leaf < 0.7) return { kind: 'name', name: pick(random, ['n', 'm']), quoted: false, span };
    if (leaf < 0.8) {
      const list: Node = { kind: 'name', name: 'v', quoted: false, span };
      const index: Node = { kind: 'number', value: 1, text: '1', span };
      return {
        kind: 'index',
        of: list,
        index: random() < 0.5 ? index : { kind: 'name', name: 'n', quoted: false, span },
        span,
      };
    }
    const text = pick(random, ['0', '1', '2.5', '1e-3', '17', '.25', '1e300']);
    return { kind: 'number', value: Number(text), text, span };
  }
  const next = (): Node => numeric(random, depth - 1);
  if (r < 0.5) {
    return { kind: 'binary', op: pick(random, ['+', '-', '*', '/']), left: next(), right: next(), at, span };
  }
  if (r < 0.6) return { kind: 'unary', op: '-', of: next(), span };
  if (r < 0.7) return { kind: 'choice', test: logical(random, depth - 1), yes: next(), no: next(), span };
  if (r < 0.8) return { kind: 'call', name: pick(random, ['min', 'max']), args: [next(), next()], span };
  if (r < 0.85) {
    const flag = (): Node => ({ kind: 'name', name: pick(random, ['n', 'm']), quoted: false, span });
    return { kind: 'binary', op: pick(random, ['&', '|', '%']), left: flag(), right: flag(), at, span };
  }
  return { kind: 'call', name: pick(random, ['abs', 'sqrt', 'floor', 'ceil', 'sign', 'round']), args: [next()], span };
}

/** A random condition. */
export function logical(random: () => number, depth: number): Node {
  const r = random();
  if (depth <= 0 || r < 0.4) {
    const length = random() < 0.25 ? 2 : 1;
    const ops = Array.from({ length }, () =>
      pick<CompareOp>(random, length > 1 ? ['<', '<=', '>', '>='] : ['<', '<=', '>', '>=', '==', '!=']),
    );
    return {
      kind: 'compare',
      operands: Array.from({ length: length + 1 }, () => numeric(random, depth - 1)),
      ops,
      span,
    };
  }
  const next = (): Node => logical(random, depth - 1);
  if (r < 0.7) return { kind: 'logic', op: pick(random, ['and', 'or']), left: next(), right: next(), span };
  if (r < 0.85) return { kind: 'unary', op: 'not', of: next(), span };
  if (r < 0.9) return { kind: 'name', name: 'b', quoted: false, span };
  return { kind: 'call', name: pick(random, ['isnan', 'isinf', 'isfinite']), args: [numeric(random, depth - 1)], span };
}

/** The tree without positions, for comparisons. */
export const bare = (node: Node): unknown =>
  JSON.parse(JSON.stringify(node, (key, value: unknown) => (key === 'span' || key === 'at' ? undefined : value)));
