import { parse } from '../../../events/expression/parse.js';
import { print } from '../../../events/expression/print.js';
import type { Node } from '../../../events/expression/ast.js';

/** What a cut is put on, and where. */
export interface CutParts {
  readonly variable: string;
  /** NaN where the cut is more than one comparison of something with a number. */
  readonly threshold: number;
}

/**
 * The variable and the threshold of a cut; one that has not just one of each is its own variable.
 *
 * @throws userError `expression.syntax`
 * @example cutParts('kaonID > 0.9') // { variable: 'kaonID', threshold: 0.9 }
 */
export function cutParts(cut: string, path?: string): CutParts {
  const node = parse({ text: cut, path });
  if (node.kind === 'compare' && node.ops.length === 1 && !['==', '!='].includes(node.ops[0])) {
    const [left, right] = node.operands;
    const [a, b] = [numberOf(left), numberOf(right)];
    if (a === undefined && b !== undefined) return { variable: print(left), threshold: b };
    if (b === undefined && a !== undefined) return { variable: print(right), threshold: a };
  }
  return { variable: cut.trim(), threshold: NaN };
}

function numberOf(node: Node): number | undefined {
  if (node.kind === 'number') return node.value;
  if (node.kind === 'unary' && node.op === '-') {
    const value = numberOf(node.of);
    return value === undefined ? undefined : -value;
  }
  return undefined;
}
