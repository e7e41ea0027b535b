import { userError } from '../../base/error.js';
import { erf } from '../../stats/special/erf.js';

/** A compiled formula: the values of its variables in, the value out. */
export type FormulaFunction = (values: ArrayLike<number>) => number;

const VARIABLES = ['x', 'y', 'z', 't'];
const UNARY: Readonly<Record<string, (v: number) => number>> = {
  log: Math.log,
  log10: Math.log10,
  exp: Math.exp,
  erf,
  sqrt: Math.sqrt,
  abs: Math.abs,
  cos: Math.cos,
  sin: Math.sin,
  tan: Math.tan,
  acos: Math.acos,
  asin: Math.asin,
  atan: Math.atan,
  cosh: Math.cosh,
  sinh: Math.sinh,
  tanh: Math.tanh,
  acosh: Math.acosh,
  asinh: Math.asinh,
  atanh: Math.atanh,
};
const BINARY: Readonly<Record<string, (a: number, b: number) => number>> = {
  atan2: Math.atan2,
  pow: Math.pow,
  max: Math.max,
  min: Math.min,
};
const OPERATORS: readonly Readonly<Record<string, (a: number, b: number) => number>>[] = [
  { '||': (a, b) => Number(a !== 0 || b !== 0) },
  { '&&': (a, b) => Number(a !== 0 && b !== 0) },
  { '==': (a, b) => Number(a === b), '!=': (a, b) => Number(a !== b) },
  {
    '>=': (a, b) => Number(a >= b),
    '<=': (a, b) => Number(a <= b),
    '>': (a, b) => Number(a > b),
    '<': (a, b) => Number(a < b),
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => a / b },
];
const TOKEN = /\s*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z]\w*)|\[(\d+)\]|(\|\||&&|[=!<>]=|[-+*/^()<>,]))/y;

interface Token {
  readonly kind: 'number' | 'name' | 'parameter' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

/**
 * Compiles the part of ROOT's TFormula that correctionlib knows: arithmetic with ^ for powers, comparisons, && and ||,
 * one- and two-argument functions, parameters [0], [1], … and up to four variables x, y, z, t.
 *
 * @throws at the position of what it cannot read
 * @example compileFormula('[0]+[1]*x', [1, 2])([3]) // 7
 */
export function compileFormula(expression: string, parameters: readonly number[] = []): FormulaFunction {
  const tokens = tokenize(expression);
  let next = 0;
  const fail = (token: Token, message: string) =>
    userError({
      code: 'correctionlib.formula',
      message,
      path: `formula "${expression}", position ${token.at + 1}`,
      got: token.text || 'the end',
    });
  const accept = (text: string): boolean => tokens[next].kind === 'sign' && tokens[next].text === text && next++ >= 0;
  const demand = (text: string): void => {
    if (!accept(text)) throw fail(tokens[next], `expected "${text}"`);
  };

  const level = (depth: number): FormulaFunction => {
    if (depth === OPERATORS.length) return power();
    let left = level(depth + 1);
    for (;;) {
      const token = tokens[next];
      const operation = token.kind === 'sign' ? OPERATORS[depth][token.text] : undefined;
      if (!operation) return left;
      next++;
      const [a, b] = [left, level(depth + 1)];
      left = (v) => operation(a(v), b(v));
    }
  };
  // A sign binds closer than a power (−x^2 is (−x)^2) and powers group to the right: as in correctionlib, not as in C.
  const power = (): FormulaFunction => {
    const base = signed();
    if (!accept('^')) return base;
    const exponent = power();
    return (v) => base(v) ** exponent(v);
  };
  const signed = (): FormulaFunction => {
    if (!accept('-')) return atom();
    const of = signed();
    return (v) => -of(v);
  };
  const atom = (): FormulaFunction => {
    const token = tokens[next++];
    if (token.kind === 'number') return constant(Number(token.text));
    if (token.kind === 'parameter') {
      const index = Number(token.text);
      if (index >= parameters.length) throw fail(token, `formula needs parameter [${index}]`);
      return constant(parameters[index]);
    }
    if (token.kind === 'name') return named(token);
    if (token.kind === 'sign' && token.text === '(') {
      const inside = level(0);
      demand(')');
      return inside;
    }
    throw fail(token, 'cannot read formula');
  };
  const named = (token: Token): FormulaFunction => {
    const variable = VARIABLES.indexOf(token.text);
    if (variable >= 0) return (v) => v[variable];
    const name = token.text;
    demand('(');
    const a = level(0);
    const one = UNARY[name];
    const two = BINARY[name];
    if (two) {
      demand(',');
      const b = level(0);
      demand(')');
      return (v) => two(a(v), b(v));
    }
    demand(')');
    if (!one) throw fail(token, 'unknown function in formula');
    return (v) => one(a(v));
  };

  const whole = level(0);
  if (tokens[next].kind !== 'end') throw fail(tokens[next], 'cannot read formula');
  return whole;
}

const constant =
  (value: number): FormulaFunction =>
  () =>
    value;

function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  const end = expression.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(expression);
    if (!match)
      throw userError({
        code: 'correctionlib.formula',
        message: 'cannot read formula',
        path: `formula "${expression}", position ${at + 1}`,
      });
    const kinds = ['number', 'name', 'parameter', 'sign'] as const;
    const which = kinds.findIndex((_, i) => match[i + 1] !== undefined);
    tokens.push({ kind: kinds[which], text: match[which + 1], at: TOKEN.lastIndex - match[which + 1].length });
  }
  return [...tokens, { kind: 'end', text: '', at: end }];
}
