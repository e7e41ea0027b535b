/** Where a node stands in its text: characters [start, end). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type CompareOp = '<' | '<=' | '>' | '>=' | '==' | '!=';
export type BinaryOp = '+' | '-' | '*' | '/' | '%' | '**' | '&' | '|';

/** An expression, parsed. `and`, `&&` and the like are one; brackets are gone. */
export type Node =
  | { readonly kind: 'number'; readonly value: number; readonly text: string; readonly span: Span }
  | { readonly kind: 'string'; readonly value: string; readonly span: Span }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly span: Span }
  | { readonly kind: 'name'; readonly name: string; readonly quoted: boolean; readonly span: Span }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[]; readonly span: Span }
  | { readonly kind: 'index'; readonly of: Node; readonly index: Node; readonly span: Span }
  | { readonly kind: 'unary'; readonly op: '-' | 'not'; readonly of: Node; readonly span: Span }
  | {
      readonly kind: 'binary';
      readonly op: BinaryOp;
      readonly left: Node;
      readonly right: Node;
      /** Where the operator itself stands. */
      readonly at: Span;
      readonly span: Span;
    }
  | {
      readonly kind: 'logic';
      readonly op: 'and' | 'or';
      readonly left: Node;
      readonly right: Node;
      readonly span: Span;
    }
  | {
      /** `a < b <= c`: every neighbouring pair must hold. */
      readonly kind: 'compare';
      readonly operands: readonly Node[];
      readonly ops: readonly CompareOp[];
      readonly span: Span;
    }
  | {
      readonly kind: 'choice';
      readonly test: Node;
      readonly yes: Node;
      readonly no: Node;
      readonly span: Span;
    };

/** The direct parts of a node, in reading order. */
export function parts(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'number':
    case 'string':
    case 'boolean':
    case 'name':
      return [];
    case 'call':
      return node.args;
    case 'index':
      return [node.of, node.index];
    case 'unary':
      return [node.of];
    case 'binary':
    case 'logic':
      return [node.left, node.right];
    case 'compare':
      return node.operands;
    case 'choice':
      return [node.test, node.yes, node.no];
  }
}

/** The node with each of its direct parts replaced. */
export function withParts(node: Node, replaced: (part: Node) => Node): Node {
  switch (node.kind) {
    case 'number':
    case 'string':
    case 'boolean':
    case 'name':
      return node;
    case 'call':
      return { ...node, args: node.args.map(replaced) };
    case 'index':
      return { ...node, of: replaced(node.of), index: replaced(node.index) };
    case 'unary':
      return { ...node, of: replaced(node.of) };
    case 'binary':
    case 'logic':
      return { ...node, left: replaced(node.left), right: replaced(node.right) };
    case 'compare':
      return { ...node, operands: node.operands.map(replaced) };
    case 'choice':
      return { ...node, test: replaced(node.test), yes: replaced(node.yes), no: replaced(node.no) };
  }
}

/** The column names that an expression mentions, each once, in reading order. */
export function namesIn(node: Node, into: Set<string> = new Set()): Set<string> {
  if (node.kind === 'name') into.add(node.name);
  for (const part of parts(node)) namesIn(part, into);
  return into;
}
