// A second, independent meaning of the expression language: plain recursion over the tree, one row at a time.
import { TESTS, REAL_FUNCTIONS } from '../../../src/events/expression/functions.js';
import type { Node } from '../../../src/events/expression/ast.js';

export type Value = number | boolean | string | readonly number[] | null;
export type Row = Readonly<Record<string, Value>>;

const number = (v: Value): number => (v === null ? NaN : typeof v === 'boolean' ? Number(v) : (v as number));
export const truth = (v: Value): boolean => (typeof v === 'boolean' ? v : v !== null && v !== 0 && !Number.isNaN(v));
const bits = (v: Value): bigint | null => (Number.isFinite(number(v)) ? BigInt(Math.trunc(number(v))) : null);

export function evaluate(node: Node, row: Row): Value {
  const of = (n: Node): Value => evaluate(n, row);
  switch (node.kind) {
    case 'number':
    case 'string':
    case 'boolean':
      return node.value;
    case 'name':
      return row[node.name];
    case 'unary':
      return node.op === 'not' ? !truth(of(node.of)) : -number(of(node.of));
    case 'logic':
      return node.op === 'and'
        ? truth(of(node.left)) && truth(of(node.right))
        : truth(of(node.left)) || truth(of(node.right));
    case 'choice':
      return truth(of(node.test)) ? of(node.yes) : of(node.no);
    case 'index': {
      const list = of(node.of) as readonly number[] | null;
      return list?.[Math.trunc(number(of(node.index)))] ?? null;
    }
    case 'call': {
      const args = node.args.map(of);
      if (node.name in TESTS) return TESTS[node.name].value(number(args[0]));
      if (node.name === 'length') return (args[0] as readonly number[] | null)?.length ?? 0;
      return REAL_FUNCTIONS[node.name].value(...args.map(number));
    }
    case 'compare':
      return node.ops.every((op, i) => compare(op, of(node.operands[i]), of(node.operands[i + 1])));
    case 'binary':
      return binary(node.op, of(node.left), of(node.right));
  }
}

function compare(op: string, left: Value, right: Value): boolean {
  const text = typeof left === 'string' || typeof right === 'string';
  const a = text ? (left as string) : number(left);
  const b = text ? (right as string) : number(right);
  switch (op) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '==':
      return a === b;
    default:
      return a !== b;
  }
}

function binary(op: string, left: Value, right: Value): Value {
  if (op === '&' || op === '|') {
    if (typeof left === 'boolean' && typeof right === 'boolean') return op === '&' ? left && right : left || right;
    const [a, b] = [bits(left), bits(right)];
    return a === null || b === null ? null : Number(op === '&' ? a & b : a | b);
  }
  const [a, b] = [number(left), number(right)];
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return (a % b) + 0; // a remainder of integers has no signed zero
    default:
      return REAL_FUNCTIONS['pow'].value(a, b);
  }
}
