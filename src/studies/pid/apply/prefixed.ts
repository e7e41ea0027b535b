import type { Node } from '../../../events/expression/ast.js';
import { parse } from '../../../events/expression/parse.js';
import { print } from '../../../events/expression/print.js';

/**
 * An expression about a particle as one about columns of events: names become `<prefix><name>` where there is such a column;
 * others stay (event variables, whole names). An alias comes first, and gets the prefix in its turn.
 *
 * @example prefixed('abs(eta)', 'K_', columns, {}) // 'abs(K_eta)'
 */
export function prefixed(
  expression: string,
  prefix: string,
  columns: { has(name: string): boolean },
  alias: Readonly<Record<string, string>>,
): string {
  const text = Object.hasOwn(alias, expression) ? alias[expression] : expression;
  const known = { has: (name: string) => columns.has(name) || columns.has(prefix + name) };
  const rename = (name: string): string => {
    const own = text === expression && Object.hasOwn(alias, name) ? alias[name] : name;
    return columns.has(prefix + own) ? prefix + own : own;
  };
  return print(renamed(parse({ text, path: undefined }, known), rename));
}

/** The same tree with other names. */
function renamed(node: Node, rename: (name: string) => string): Node {
  const into = (n: Node): Node => renamed(n, rename);
  switch (node.kind) {
    case 'number':
    case 'string':
    case 'boolean':
      return node;
    case 'name':
      return { ...node, name: rename(node.name) };
    case 'call':
      return { ...node, args: node.args.map(into) };
    case 'index':
      return { ...node, of: into(node.of), index: into(node.index) };
    case 'unary':
      return { ...node, of: into(node.of) };
    case 'binary':
    case 'logic':
      return { ...node, left: into(node.left), right: into(node.right) };
    case 'compare':
      return { ...node, operands: node.operands.map(into) };
    case 'choice':
      return { ...node, test: into(node.test), yes: into(node.yes), no: into(node.no) };
  }
}
