import { withParts, type Node } from '../../../events/expression/ast.js';
import { parse } from '../../../events/expression/parse.js';
import { print } from '../../../events/expression/print.js';
import type { Variables } from '../../../events/expression/scope.js';
import { identificationVariables } from '../../../events/variables/identification.js';

/**
 * An expression about a particle as one about columns of events: names become `<prefix><name>` where there is such a column;
 * others stay (event variables, whole names). An alias comes first, and gets the prefix in its turn. `binaryID(K,pi)` and its like
 * are those of the particle.
 *
 * @example prefixed('abs(eta)', 'K_', columns, {}) // 'abs(K_eta)'
 */
export function prefixed(
  expression: string,
  prefix: string,
  columns: ReadonlySet<string>,
  alias: Readonly<Record<string, string>>,
): string {
  const text = Object.hasOwn(alias, expression) ? alias[expression] : expression;
  const known = { has: (name: string) => columns.has(name) || columns.has(prefix + name) };
  const rename = (name: string): string => {
    const own = text === expression && Object.hasOwn(alias, name) ? alias[name] : name;
    return columns.has(prefix + own) ? prefix + own : own;
  };
  const track = prefix.replace(/_$/, '');
  const own =
    track === '' ? {} : identificationVariables({ has: (c) => columns.has(c), all: () => columns, prefix: track });
  return print(renamed(parse({ text, path: undefined }, known), rename, own));
}

/** A call of a variable of the particle, written out; as it is where the compiler will say what it lacks. */
function expanded(call: Node & { kind: 'call' }, variables: Variables): Node {
  try {
    return parse({ text: variables[call.name](...call.args.map(print)), path: undefined });
  } catch {
    return call;
  }
}

/** The same tree with other names. */
function renamed(node: Node, rename: (name: string) => string, variables: Variables): Node {
  const into = (n: Node): Node => renamed(n, rename, variables);
  switch (node.kind) {
    case 'name':
      return { ...node, name: rename(node.name) };
    case 'call':
      return Object.hasOwn(variables, node.name) ? expanded(node, variables) : withParts(node, into);
    default:
      return withParts(node, into);
  }
}
