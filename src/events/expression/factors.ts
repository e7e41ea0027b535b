import type { CompareOp, Node } from './ast.js';

/** A value held against a number: `value` is SQL of the value, `limit` of the number. */
export interface Bound {
  readonly value: string;
  readonly limit: string;
  readonly at: number;
  readonly op: '<' | '<=' | '>' | '>=';
  /** Whether the value may be NaN, which is above every number for DuckDB. */
  readonly mayBeNan: boolean;
}

/** One of the conditions that must all hold. `sql` is NULL or false where it does not. */
export interface Factor {
  readonly sql: string;
  readonly bound?: Bound | undefined;
}

/** The conditions that must all hold for a condition to hold: what `and` joins, and the pairs of `a < b < c`. */
export function conjuncts(node: Node): readonly Node[] {
  if (node.kind === 'logic' && node.op === 'and') return [...conjuncts(node.left), ...conjuncts(node.right)];
  if (node.kind !== 'compare' || node.ops.length === 1) return [node];
  return node.ops.map((op, i) => ({ ...node, ops: [op], operands: node.operands.slice(i, i + 2) }));
}

/** The number that a node is, if it is written as one. */
export function numberOf(node: Node): number | undefined {
  if (node.kind === 'number') return node.value;
  const of = node.kind === 'unary' && node.op === '-' ? numberOf(node.of) : undefined;
  return of === undefined ? undefined : -of;
}

const FLIPPED = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

/** The comparison with the value on the left; undefined for == and !=. */
export function ordered(op: CompareOp, flipped: boolean): Bound['op'] | undefined {
  if (op === '==' || op === '!=') return undefined;
  return flipped ? FLIPPED[op] : op;
}

/**
 * A bound as a column's value. Above a number it is asked of the negatives, which NaN does not pass: cheaper than asking
 * for NaN as well. (In WHERE the plain form is better, since a reader can leave out whole blocks by it.)
 */
export function boundSql({ value, limit, op, mayBeNan }: Bound): string {
  return mayBeNan && (op === '>' || op === '>=')
    ? `(-(${value}) ${FLIPPED[op]} -(${limit}))`
    : `(${value} ${op} ${limit})`;
}
