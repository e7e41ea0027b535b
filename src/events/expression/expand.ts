import { didYouMean } from '../../base/near.js';
import { parts, withParts, type Node, type Span } from './ast.js';
import { expressionError, type Source } from './errors.js';
import { CONSTANTS, FORMS, FUNCTION_NAMES, functionName, LIST_FUNCTIONS, REAL_FUNCTIONS, TESTS } from './functions.js';
import { parse } from './parse.js';
import { print } from './print.js';
import { VariableProblem } from './problem.js';
import type { Scope, Variable } from './scope.js';

const DEEPEST = 32;
const NESTED = 8;

/**
 * Resolves every name: custom variables become what they stand for, other spellings of functions become the house's,
 * constants become numbers, and `daughter(0, p)` becomes the column that basf2 writes as `daughter__bo0__cm__spp__bc`.
 *
 * @throws userError `expression.unknown-column`, `expression.unknown-function`, `expression.circular`
 */
export function expand(node: Node, source: Source, scope: Scope, trail: readonly string[] = []): Node {
  const again = (n: Node): Node => expand(n, source, scope, trail);
  switch (node.kind) {
    case 'name':
      return name(node, source, scope, trail);
    case 'call':
      return call(node, source, scope, trail);
    default:
      return withParts(node, again);
  }
}

function name(node: Node & { kind: 'name' }, source: Source, scope: Scope, trail: readonly string[]): Node {
  const variable = node.quoted || trail.includes(node.name) ? undefined : define(node.name, scope);
  const plain = variable?.plain ?? (variable && !variable.arity && variable.length === 0 ? variable : undefined);
  if (plain) return insert(told(plain, node, source), node.name, node.span, source, scope, trail);
  if (scope.columns.has(node.name)) return node;
  if (!node.quoted && Object.hasOwn(CONSTANTS, node.name)) {
    return { kind: 'number', value: CONSTANTS[node.name], text: node.name, span: node.span };
  }
  if (trail.includes(node.name)) throw circular([...trail, node.name], node.span, source);
  const plainNames = Object.entries(scope.variables ?? {}).filter(([, v]) => !v.arity || v.plain);
  const known = [...scope.columns.keys(), ...plainNames.map(([word]) => word)];
  const isFunction = variable !== undefined || FUNCTION_NAMES.includes(functionName(node.name));
  const hint = isFunction ? `${node.name} is a function: write ${node.name}(…)` : didYouMean(node.name, known);
  const count = `${scope.columns.size} columns${scope.origin ? `: datamc inspect ${scope.origin}` : ''}`;
  const message = `unknown column "${node.name}"`;
  throw expressionError(source, node.span, 'unknown-column', message, hint ?? `there are ${count}`);
}

function call(node: Node & { kind: 'call' }, source: Source, scope: Scope, trail: readonly string[]): Node {
  // A function may stand among its own arguments, but not define itself.
  const within = trail.filter((name) => name === `${node.name}()`).length;
  const variable = within < NESTED ? define(node.name, scope) : undefined;
  if (variable) return insert(standsFor(variable, node, source), `${node.name}()`, node.span, source, scope, trail);
  const column = rootCompatible(node);
  if (scope.columns.has(column)) return { kind: 'name', name: column, quoted: true, span: node.span };
  const house = functionName(node.name);
  if (house === 'TMath::Pi' || (house === 'pi' && node.args.length === 0)) {
    return { kind: 'number', value: Math.PI, text: 'pi', span: node.span };
  }
  const arity = arityOf(house, scope);
  if (!arity) {
    const names = [...FUNCTION_NAMES, ...Object.keys(scope.functions ?? {}), ...Object.keys(scope.variables ?? {})];
    const hint = trail.includes(`${node.name}()`)
      ? `${node.name} is defined by itself`
      : scope.columns.has(node.name)
        ? `"${node.name}" is a column: an element of a list is written ${node.name}[0]`
        : (didYouMean(node.name, names) ?? 'the functions are listed in docs/events.md');
    throw expressionError(source, node.span, 'unknown-function', `unknown function "${node.name}"`, hint);
  }
  const [least, most] = arity;
  if (node.args.length < least || node.args.length > most) {
    throw wrongCount(node, source, least === most ? String(least) : `${least} to ${most}`);
  }
  const args = node.args.map((arg) => expand(arg, source, scope, trail));
  return form(house, args, node.span) ?? { ...node, name: house, args };
}

function form(house: string, args: readonly Node[], span: Span): Node | undefined {
  if (house === 'formula') return { ...args[0], span };
  if (house === 'passesCut')
    return { kind: 'unary', op: 'not', of: { kind: 'unary', op: 'not', of: args[0], span }, span };
  if (house === 'conditionalVariableSelector')
    return { kind: 'choice', test: args[0], yes: args[1], no: args[2], span };
  if (house === 'ifNANgiveX') {
    const test: Node = { kind: 'call', name: 'isnan', args: [args[0]], span };
    return { kind: 'choice', test, yes: args[1], no: args[0], span };
  }
  return undefined;
}

function arityOf(house: string, scope: Scope): readonly [number, number] | undefined {
  if (scope.functions && Object.hasOwn(scope.functions, house)) return scope.functions[house].arity;
  if (Object.hasOwn(REAL_FUNCTIONS, house)) return REAL_FUNCTIONS[house].arity;
  if (Object.hasOwn(TESTS, house) || Object.hasOwn(LIST_FUNCTIONS, house)) return [1, 1];
  if (Object.hasOwn(FORMS, house)) return [FORMS[house].arity, FORMS[house].arity];
  return undefined;
}

/** What a call of a custom variable stands for, as text. */
function standsFor(variable: Variable, node: Node & { kind: 'call' }, source: Source): string {
  const { length } = variable;
  const [least, most] = variable.arity ?? (length > 0 ? [length, length] : [0, Infinity]);
  if (node.args.length < least || node.args.length > most) {
    throw wrongCount(
      node,
      source,
      least === most ? String(least) : most === Infinity ? `${least} or more` : `${least} to ${most}`,
    );
  }
  return told(() => variable(...node.args.map(print)), node, source);
}

/** The text of a variable; what it has against its arguments points at them. */
function told(text: () => string, node: Node & { kind: 'call' | 'name' }, source: Source): string {
  try {
    return text();
  } catch (error) {
    if (!(error instanceof VariableProblem)) throw error;
    const span = node.kind === 'call' && error.argument !== undefined ? node.args[error.argument].span : node.span;
    throw expressionError(source, span, error.code, error.message, error.hint);
  }
}

const define = (word: string, scope: Scope): Variable | undefined =>
  scope.variables && Object.hasOwn(scope.variables, word) ? scope.variables[word] : undefined;

function insert(text: string, key: string, span: Span, source: Source, scope: Scope, trail: readonly string[]): Node {
  const next = [...trail, key];
  if (next.length > DEEPEST) {
    throw expressionError(
      source,
      span,
      'circular',
      `the variables ${next.slice(0, 4).join(', ')}, … define each other`,
    );
  }
  return expand(moved(parse({ text, path: source.path }, scope.columns), span), source, scope, next);
}

function circular(trail: readonly string[], span: Span, source: Source): Error {
  const way = [...trail.slice(0, 5), ...(trail.length > 5 ? ['…'] : [])].join(' → ');
  return expressionError(source, span, 'circular', `variables are defined by each other: ${way}`);
}

/** Everything inside a custom variable points at the place where the user wrote the variable. */
function moved(node: Node, span: Span): Node {
  const copy: Record<string, unknown> = { ...node, span };
  if (parts(node).length > 0) {
    for (const [key, value] of Object.entries(node)) {
      if (key === 'args' || key === 'operands') copy[key] = (value as readonly Node[]).map((n) => moved(n, span));
      else if (value !== null && typeof value === 'object' && 'kind' in value) copy[key] = moved(value as Node, span);
    }
  }
  return copy as unknown as Node;
}

function wrongCount(node: Node & { kind: 'call' }, source: Source, expected: string): Error {
  const message = `${node.name} takes ${expected} argument${expected === '1' ? '' : 's'}, not ${node.args.length}`;
  return expressionError(source, node.span, 'arguments', message);
}

const WRITTEN: Readonly<Record<string, string>> = { '(': '__bo', ')': '__bc', ',': '__cm', ' ': '__sp', '.': '__pt' };

/** basf2's `makeROOTCompatible`: how an ntuple names the column of `daughter(0, p)`. */
function rootCompatible(node: Node & { kind: 'call' }): string {
  return print(node).replace(/[(), .]/g, (c) => WRITTEN[c]);
}
