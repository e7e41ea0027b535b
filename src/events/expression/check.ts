import type { Node } from './ast.js';
import { expressionError, type Source } from './errors.js';
import { LIST_FUNCTIONS, TESTS } from './functions.js';
import type { ScalarType, Scope, ValueType } from './scope.js';

/** The type of every node of a checked expression. */
export interface ExpressionType {
  readonly type: ValueType;
  readonly element?: ScalarType | 'list' | undefined;
  readonly inner?: ScalarType | undefined;
}
export type Types = ReadonlyMap<Node, ExpressionType>;

/**
 * Finds the type of every part of an expanded expression.
 * Truth values count as 0 and 1 where a number is due; a number is true where it is neither 0 nor NaN.
 *
 * @throws userError `expression.type` where an operand is text, a whole list, or otherwise of the wrong kind
 */
export function check(node: Node, source: Source, scope: Scope): Types {
  const types = new Map<Node, ExpressionType>();
  const visit = (n: Node): ExpressionType => {
    const type = typeOf(n, source, scope, visit);
    types.set(n, type);
    return type;
  };
  visit(node);
  return types;
}

const INTEGER = /^(?:\d{1,18}|0[xX][0-9a-fA-F]{1,15})$/;
const KINDS: Readonly<Record<ValueType, string>> = {
  real: 'a number',
  integer: 'a number',
  boolean: 'a truth value',
  string: 'text',
  list: 'a list',
};

function typeOf(node: Node, source: Source, scope: Scope, visit: (n: Node) => ExpressionType): ExpressionType {
  const number = (n: Node, use: string): ExpressionType => {
    const t = visit(n);
    if (t.type === 'string' || t.type === 'list') throw wrong(n, t, `${use} needs a number`, source);
    return t;
  };
  switch (node.kind) {
    case 'number':
      return { type: INTEGER.test(node.text) ? 'integer' : 'real' };
    case 'string':
      return { type: 'string' };
    case 'boolean':
      return { type: 'boolean' };
    case 'name': {
      const column = scope.columns.get(node.name);
      if (!column) throw expressionError(source, node.span, 'unknown-column', `unknown column "${node.name}"`);
      if (column.unreadable !== undefined) {
        const message = `column "${node.name}" cannot be read`;
        throw expressionError(source, node.span, 'unreadable-column', message, column.unreadable);
      }
      return { type: column.type, element: column.element, inner: column.inner };
    }
    case 'call': {
      if (Object.hasOwn(LIST_FUNCTIONS, node.name)) {
        const t = visit(node.args[0]);
        const countable = node.name === 'length' || (t.element !== 'string' && t.element !== 'list');
        if (t.type !== 'list' || !countable)
          throw wrong(node.args[0], t, `${node.name} needs a list of numbers`, source);
        return { type: node.name === 'length' ? 'integer' : 'real' };
      }
      for (const arg of node.args) number(arg, node.name);
      return { type: Object.hasOwn(TESTS, node.name) ? 'boolean' : 'real' };
    }
    case 'index': {
      const of = visit(node.of);
      if (of.type !== 'list') {
        const hint = 'brackets [n] after a name pick an element of a list column';
        throw wrong(node.of, of, 'only a list has elements', source, hint);
      }
      number(node.index, 'an index');
      if (node.index.kind === 'unary' && node.index.op === '-' && node.index.of.kind === 'number') {
        throw expressionError(source, node.index.span, 'type', 'elements are counted from 0');
      }
      return of.element === 'list' ? { type: 'list', element: of.inner } : { type: of.element ?? 'real' };
    }
    case 'unary':
      number(node.of, node.op === 'not' ? '"not"' : 'the sign');
      // A negative literal stays an integer, so that `pdgId == -11` is compared exactly.
      if (node.op === '-' && node.of.kind === 'number' && INTEGER.test(node.of.text)) return { type: 'integer' };
      return { type: node.op === 'not' ? 'boolean' : 'real' };
    case 'logic':
      number(node.left, `"${node.op}"`);
      number(node.right, `"${node.op}"`);
      return { type: 'boolean' };
    case 'binary': {
      const left = number(node.left, `"${node.op}"`);
      const right = number(node.right, `"${node.op}"`);
      if (node.op === '&' || node.op === '|') return bitwise(node, left, right, source);
      const integers = left.type !== 'real' && right.type !== 'real';
      return { type: node.op === '%' && integers ? 'integer' : 'real' };
    }
    case 'compare': {
      const types = node.operands.map(visit);
      types.forEach((t, i) => {
        if (t.type === 'list')
          throw wrong(node.operands[i], t, 'a whole list cannot be compared', source, element(node.operands[i]));
        const other = types[i === 0 ? 1 : i - 1];
        if ((t.type === 'string') !== (other.type === 'string') && t.type === 'string') {
          throw wrong(node.operands[i], t, 'text is compared with a number', source, "text is written in quotes: 'EB'");
        }
      });
      return { type: 'boolean' };
    }
    case 'choice': {
      number(node.test, '"?"');
      const yes = visit(node.yes);
      const no = visit(node.no);
      if (yes.type === 'list' || no.type === 'list')
        throw wrong(node.yes, yes, 'a choice is between single values', source);
      if ((yes.type === 'string') !== (no.type === 'string')) {
        const message = `one side of ":" is ${KINDS[yes.type]}, the other ${KINDS[no.type]}`;
        throw expressionError(source, node.no.span, 'type', message);
      }
      if (yes.type === no.type) return yes;
      return { type: yes.type === 'real' || no.type === 'real' ? 'real' : 'integer' };
    }
  }
}

function bitwise(
  node: Node & { kind: 'binary' },
  left: ExpressionType,
  right: ExpressionType,
  source: Source,
): ExpressionType {
  if (left.type === 'boolean' && right.type === 'boolean') return { type: 'boolean' };
  if (left.type !== 'boolean' && right.type !== 'boolean') return { type: 'integer' };
  const message = `"${node.op}" stands between a truth value and a number`;
  const word = node.op === '&' ? 'and' : 'or';
  const hint = `write "${word}", or brackets round the bits: (flags ${node.op} 4) != 0`;
  throw expressionError(source, node.at, 'type', message, hint);
}

const element = (node: Node): string | undefined =>
  node.kind === 'name' ? `name one element: ${node.name}[0]; or make one row an object with explode` : undefined;

function wrong(node: Node, got: ExpressionType, message: string, source: Source, hint?: string): Error {
  const name = node.kind === 'name' ? `column "${node.name}"` : 'this';
  const is = `${name} is ${KINDS[got.type]}`;
  return expressionError(
    source,
    node.span,
    'type',
    `${message}, but ${is}`,
    hint ?? (got.type === 'list' ? element(node) : undefined),
  );
}
