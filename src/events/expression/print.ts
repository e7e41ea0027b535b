import type { Node } from './ast.js';

const PLAIN = /^[A-Za-z_][A-Za-z0-9_$]*(?:(?:\.|::)[A-Za-z_0-9][A-Za-z0-9_$]*)*$/;
const RESERVED = /^(?:and|or|not|AND|OR|NOT|true|false|True|False)$/;

/** A column name as an expression writes it: in back-quotes where it is not a plain name. */
export const printName = (name: string): string => (PLAIN.test(name) && !RESERVED.test(name) ? name : `\`${name}\``);

/** Writes a tree back as text that parses to the same tree. Brackets where needed and round every nested operation. */
export function print(node: Node): string {
  switch (node.kind) {
    case 'number':
      return node.text;
    case 'string':
      return node.value.includes("'") ? `"${node.value}"` : `'${node.value}'`;
    case 'boolean':
      return String(node.value);
    case 'name':
      return printName(node.name);
    case 'call':
      return `${node.name}(${node.args.map(print).join(', ')})`;
    case 'index':
      return `${inner(node.of)}[${print(node.index)}]`;
    case 'unary':
      return node.op === 'not' ? `not ${inner(node.of)}` : `-${inner(node.of)}`;
    case 'binary':
    case 'logic':
      return `${inner(node.left)} ${node.op} ${inner(node.right)}`;
    case 'compare':
      return node.operands.map((o, i) => (i ? `${node.ops[i - 1]} ${inner(o)}` : inner(o))).join(' ');
    case 'choice':
      return `${inner(node.test)} ? ${inner(node.yes)} : ${inner(node.no)}`;
  }
}

const ATOMS = new Set(['number', 'string', 'boolean', 'name', 'call', 'index']);

const inner = (node: Node): string => (ATOMS.has(node.kind) ? print(node) : `(${print(node)})`);
