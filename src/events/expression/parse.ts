import type { BinaryOp, CompareOp, Node, Span } from './ast.js';
import { expressionError, type Source } from './errors.js';
import { tokenize, type Token } from './tokenize.js';

/**
 * Parses one expression in the users' dialects (basf2 and ROOT) into a tree.
 *
 * From loosest to tightest: `? :`, `or ||`, `and &&`, `not`, `|`, `&`, comparisons (chained: `0.5 < pt < 10`),
 * `+ -`, `* / %`, unary `- + !`, `** ^` (to the right), `[n]`. Brackets `( )` and, where an operand is due, `[ ]`.
 * `known`: column names; needed only for names that hold single colons.
 *
 * @throws userError `expression.syntax`, with a caret under the place
 * @example parse({ text: '0.5 < pt < 10 and not isMuon' })
 */
export function parse(source: Source, known?: { has(name: string): boolean }): Node {
  return new Parser(source, tokenize(source, known)).whole();
}

const COMPARISONS = new Set(['<', '<=', '>', '>=', '==', '!=']);
const LITERALS: Readonly<Record<string, boolean>> = { true: true, false: false, True: true, False: false };
const DEEPEST = 400;

const join = (a: Span, b: Span): Span => ({ start: a.start, end: b.end });

class Parser {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly source: Source,
    private readonly tokens: readonly Token[],
  ) {}

  whole(): Node {
    if (this.tokens.length === 1) {
      const hint = 'leave it out, or write one such as 0.5 < pt < 10';
      throw expressionError(this.source, { start: 0, end: 1 }, 'syntax', 'the expression is empty', hint);
    }
    const node = this.choice();
    const rest = this.peek();
    if (rest.kind !== 'end') throw this.unexpected(rest);
    return node;
  }

  private peek(): Token {
    return this.tokens[this.at];
  }

  private is(...ops: string[]): boolean {
    const token = this.peek();
    return token.kind === 'operator' && ops.includes(token.text);
  }

  private take(): Token {
    return this.tokens[this.at++];
  }

  private unexpected(token: Token): Error {
    const before = this.tokens[this.at - 1];
    const what = token.kind === 'end' ? 'the expression ends too early' : `unexpected "${this.spelled(token)}"`;
    const twoOperands = token.kind !== 'operator' && token.kind !== 'end' && before && before.kind !== 'operator';
    const hint = twoOperands ? 'an operator is missing before it' : undefined;
    const span = { start: token.start, end: Math.max(token.end, token.start + 1) };
    return expressionError(this.source, span, 'syntax', what, hint);
  }

  private spelled(token: Token): string {
    return this.source.text.slice(token.start, token.end);
  }

  private deeper(parse: () => Node): Node {
    if (++this.depth > DEEPEST) {
      throw expressionError(this.source, this.peek(), 'syntax', 'the expression is nested too deeply');
    }
    const node = parse();
    this.depth--;
    return node;
  }

  private choice(): Node {
    const test = this.deeper(() => this.either());
    if (!this.is('?')) return test;
    const mark = this.take();
    const yes = this.choice();
    if (!this.is(':')) {
      throw expressionError(this.source, mark, 'syntax', 'the "?" has no ":"', 'write test ? value : otherwise');
    }
    this.take();
    const no = this.deeper(() => this.choice());
    return { kind: 'choice', test, yes, no, span: join(test.span, no.span) };
  }

  private either(): Node {
    let left = this.both();
    while (this.is('or')) {
      this.take();
      const right = this.both();
      left = { kind: 'logic', op: 'or', left, right, span: join(left.span, right.span) };
    }
    return left;
  }

  private both(): Node {
    let left = this.negation();
    while (this.is('and')) {
      this.take();
      const right = this.negation();
      left = { kind: 'logic', op: 'and', left, right, span: join(left.span, right.span) };
    }
    return left;
  }

  private negation(): Node {
    if (!this.is('not')) return this.binary(0);
    const start = this.take();
    const of = this.deeper(() => this.negation());
    return { kind: 'unary', op: 'not', of, span: join(start, of.span) };
  }

  private static readonly LEVELS: readonly (readonly string[])[] = [['|'], ['&'], [], ['+', '-'], ['*', '/', '%']];

  private binary(level: number): Node {
    if (level === 2) return this.comparison();
    if (level === Parser.LEVELS.length) return this.unary();
    let left = this.binary(level + 1);
    while (this.is(...Parser.LEVELS[level])) {
      const token = this.take();
      const right = this.binary(level + 1);
      const at = { start: token.start, end: token.end };
      left = { kind: 'binary', op: token.text as BinaryOp, left, right, at, span: join(left.span, right.span) };
    }
    return left;
  }

  private comparison(): Node {
    const first = this.binary(3);
    const operands = [first];
    const ops: CompareOp[] = [];
    while (this.peek().kind === 'operator' && COMPARISONS.has(this.peek().text)) {
      const token = this.take();
      ops.push(token.text as CompareOp);
      const equality = ops.filter((op) => op === '==' || op === '!=').length;
      if (ops.length > 1 && equality > 0) {
        const hint = 'put brackets round the comparison that is meant first';
        throw expressionError(this.source, token, 'syntax', '== and != cannot be part of a chain', hint);
      }
      operands.push(this.binary(3));
    }
    if (ops.length === 0) return first;
    return { kind: 'compare', operands, ops, span: join(first.span, operands[operands.length - 1].span) };
  }

  private unary(): Node {
    if (!this.is('-', '+', '!')) return this.power();
    const start = this.take();
    const of = this.deeper(() => this.unary());
    if (start.text === '+') return of;
    return { kind: 'unary', op: start.text === '-' ? '-' : 'not', of, span: join(start, of.span) };
  }

  private power(): Node {
    const left = this.postfix();
    if (!this.is('**')) return left;
    const token = this.take();
    const right = this.deeper(() => this.unary());
    const at = { start: token.start, end: token.end };
    return { kind: 'binary', op: '**', left, right, at, span: join(left.span, right.span) };
  }

  private postfix(): Node {
    let of = this.operand();
    while (this.is('[')) {
      const open = this.take();
      const index = this.choice();
      const close = this.close(open, ']');
      of = { kind: 'index', of, index, span: join(of.span, close) };
    }
    return of;
  }

  private close(open: Token, bracket: string): Token {
    if (this.is(bracket)) return this.take();
    const rest = this.peek();
    if (rest.kind !== 'end' && !this.is(')', ']', ',')) throw this.unexpected(rest);
    throw expressionError(this.source, open, 'syntax', `the bracket "${this.spelled(open)}" is never closed`);
  }

  private operand(): Node {
    const token = this.take();
    const span = { start: token.start, end: token.end };
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text), text: token.text, span };
    if (token.kind === 'string') return { kind: 'string', value: token.text, span };
    if (token.kind === 'quoted') return { kind: 'name', name: token.text, quoted: true, span };
    if (token.kind === 'name') {
      if (this.is('(')) return this.call(token);
      if (Object.hasOwn(LITERALS, token.text)) return { kind: 'boolean', value: LITERALS[token.text], span };
      return { kind: 'name', name: token.text, quoted: false, span };
    }
    if (token.kind === 'operator' && (token.text === '(' || token.text === '[')) {
      const inner = this.choice();
      const close = this.close(token, token.text === '(' ? ')' : ']');
      return { ...inner, span: join(token, close) };
    }
    this.at--;
    throw this.unexpected(token);
  }

  private call(name: Token): Node {
    const open = this.take();
    const args: Node[] = [];
    if (!this.is(')')) {
      do args.push(this.choice());
      while (this.is(',') && this.take());
    }
    const close = this.close(open, ')');
    return { kind: 'call', name: name.text, args, span: join(name, close) };
  }
}
