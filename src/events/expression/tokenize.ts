import type { Span } from './ast.js';
import { expressionError, type Source } from './errors.js';

export type TokenKind = 'number' | 'string' | 'name' | 'quoted' | 'operator' | 'end';

export interface Token extends Span {
  readonly kind: TokenKind;
  /** Operators in one spelling (`&&` is `and`, `^` is `**`), names and strings without their quotes. */
  readonly text: string;
}

const SPACE = /\s+/y;
const NUMBER = /(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y;
// Dots and :: stand inside names (`V0s.fInvMass`, `TMath::Abs`), `$` as in ROOT's `Sum$`.
const NAME = /[A-Za-z_][A-Za-z0-9_$]*(?:(?:\.|::)[A-Za-z_0-9][A-Za-z0-9_$]*)*/y;
const WITH_COLONS = /[A-Za-z_][A-Za-z0-9_$.]*(?::[A-Za-z0-9_$.+-]+)+/y;
const OPERATORS = ['**', '<=', '>=', '==', '!=', '&&', '||', ...'+-*/%^<>!&|()[],?:'];
const ONE_SPELLING: Readonly<Record<string, string>> = { '&&': 'and', '||': 'or', '^': '**' };
const WORDS = new Set(['and', 'or', 'not']);
const WRONG: readonly (readonly [string, string])[] = [
  ['===', 'write =='],
  ['<>', 'write !='],
  ['<<', 'bit shifts are not part of the language: multiply by a power of two'],
  ['>>', 'bit shifts are not part of the language: divide by a power of two and use floor'],
  ['=', 'comparison for equality is written =='],
  ['~', 'negation is written not or !'],
  ['{', 'group with ( ) or [ ]'],
  ['}', 'group with ( ) or [ ]'],
  ['@', 'columns whose names hold such characters are written in back-quotes: `a@b`'],
  ['#', 'columns whose names hold such characters are written in back-quotes: `a#b`'],
];

/** Splits an expression into tokens. `known` names that hold single colons (`K:all`) are one token each. */
export function tokenize(source: Source, known?: { has(name: string): boolean }): Token[] {
  const { text } = source;
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const push = (kind: TokenKind, value: string, length: number): void => {
    tokens.push({ kind, text: value, start: at, end: at + length });
    at += length;
  };
  while (at < text.length) {
    const space = match(SPACE);
    if (space) {
      at += space.length;
      continue;
    }
    const quote = text[at];
    if (quote === '"' || quote === "'" || quote === '`') {
      const end = text.indexOf(quote, at + 1);
      if (end < 0) {
        throw expressionError(source, { start: at, end: at + 1 }, 'syntax', `the quote ${quote} is never closed`);
      }
      push(quote === '`' ? 'quoted' : 'string', text.slice(at + 1, end), end + 1 - at);
      continue;
    }
    const number = match(NUMBER);
    if (number) {
      const after = text[at + number.length];
      if (after !== undefined && /[A-Za-z_0-9.]/.test(after)) {
        const word = /[\w.]*/y;
        word.lastIndex = at;
        const whole = word.exec(text)?.[0] ?? number;
        const span = { start: at, end: at + whole.length };
        throw expressionError(source, span, 'syntax', `"${whole}" is neither a number nor a name`);
      }
      push('number', number, number.length);
      continue;
    }
    const colons = known && match(WITH_COLONS);
    const name = colons && known.has(colons) ? colons : match(NAME);
    if (name) {
      const lower = name.toLowerCase();
      const word = WORDS.has(lower) && (name === lower || name === name.toUpperCase());
      push(word ? 'operator' : 'name', word ? lower : name, name.length);
      continue;
    }
    const wrong = WRONG.find(([bad]) => text.startsWith(bad, at) && !(bad === '=' && text.startsWith('==', at)));
    if (wrong) {
      const span = { start: at, end: at + wrong[0].length };
      throw expressionError(source, span, 'syntax', `"${wrong[0]}" is not an operator`, wrong[1]);
    }
    const operator = OPERATORS.find((op) => text.startsWith(op, at));
    if (operator === undefined) {
      const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
      const span = { start: at, end: at + char.length };
      const hint = 'names with such characters are written in back-quotes';
      throw expressionError(source, span, 'syntax', `unexpected character "${char}"`, hint);
    }
    push('operator', ONE_SPELLING[operator] ?? operator, operator.length);
  }
  tokens.push({ kind: 'end', text: 'the end', start: text.length, end: text.length });
  return tokens;
}
