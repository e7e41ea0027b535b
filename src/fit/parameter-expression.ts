import type { Node } from '../events/expression/ast.js';
import { namesIn } from '../events/expression/ast.js';
import { expressionError, type Source } from '../events/expression/errors.js';
import { parse } from '../events/expression/parse.js';
import { didYouMean } from '../base/near.js';
import type { ScalarAlgebra } from './algebra.js';

/** A parameter given by others. */
export interface ParameterExpression {
  /** The parameters that it needs. */
  readonly names: readonly string[];
  evaluate<T>(a: ScalarAlgebra<T>, value: (name: string) => T): T;
}

const functions = ['exp', 'log', 'sqrt'] as const;

/**
 * Compiles a formula of parameters: numbers, names, + − * / **, exp, log, sqrt; in any algebra, so that its derivatives
 * are exact. The grammar is that of cuts.
 *
 * @param known names of parameters, for errors
 * @throws userError `expression.…` with a caret under the place
 * @example parameterExpression({ text: 'total * (1 - efficiency)' }, ['total', 'efficiency'])
 */
export function parameterExpression(source: Source, known: readonly string[]): ParameterExpression {
  const root = parse(source);
  check(root, source, new Set(known));
  return { names: [...namesIn(root)], evaluate: (a, value) => evaluate(root, a, value) };
}

function check(node: Node, source: Source, known: ReadonlySet<string>): void {
  const refuse = (message: string, hint?: string): Error =>
    expressionError(source, node.span, 'parameter', message, hint);
  switch (node.kind) {
    case 'number':
      return;
    case 'name':
      if (!known.has(node.name))
        throw refuse(
          `unknown parameter "${node.name}"`,
          didYouMean(node.name, known) ?? `there are ${[...known].join(', ')}`,
        );
      return;
    case 'unary':
      if (node.op !== '-') break;
      return check(node.of, source, known);
    case 'binary':
      if (!['+', '-', '*', '/', '**'].includes(node.op)) break;
      check(node.left, source, known);
      return check(node.right, source, known);
    case 'call':
      if (!(functions as readonly string[]).includes(node.name) || node.args.length !== 1)
        throw refuse(`a parameter's expression knows ${functions.join(', ')} of one argument`);
      return check(node.args[0], source, known);
    default:
  }
  throw refuse('a parameter is given by numbers, parameters, + - * / ** and functions alone');
}

function evaluate<T>(node: Node, a: ScalarAlgebra<T>, value: (name: string) => T): T {
  const of = (inner: Node): T => evaluate(inner, a, value);
  if (node.kind === 'number') return a.constant(node.value);
  if (node.kind === 'name') return value(node.name);
  if (node.kind === 'unary') return a.neg(of(node.of));
  if (node.kind === 'call') return a[node.name as (typeof functions)[number]](of(node.args[0]));
  if (node.kind !== 'binary') throw new TypeError('checked before');
  const left = of(node.left);
  if (node.op === '**') return power(a, left, node.right, of);
  const right = of(node.right);
  if (node.op === '+') return a.add(left, right);
  if (node.op === '-') return a.sub(left, right);
  return node.op === '*' ? a.mul(left, right) : a.div(left, right);
}

/** Whole exponents are products, so that negative bases keep their sign. */
function power<T>(a: ScalarAlgebra<T>, base: T, exponent: Node, of: (node: Node) => T): T {
  const negative = exponent.kind === 'unary' && exponent.of.kind === 'number' ? -exponent.of.value : undefined;
  const k = exponent.kind === 'number' ? exponent.value : negative;
  if (k === undefined || !Number.isInteger(k) || Math.abs(k) > 64) return a.exp(a.mul(of(exponent), a.log(base)));
  let product = a.constant(1);
  for (let i = 0; i < Math.abs(k); i++) product = a.mul(product, base);
  return k < 0 ? a.div(a.constant(1), product) : product;
}
