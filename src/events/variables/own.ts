import { userError } from '../../base/error.js';
import { didYouMean } from '../../base/near.js';
import { parts, type Node } from '../expression/ast.js';
import { FUNCTION_NAMES, functionName } from '../expression/functions.js';
import { parse } from '../expression/parse.js';
import { print, printName } from '../expression/print.js';
import { VariableProblem } from '../expression/problem.js';
import type { Variable } from '../expression/scope.js';
import type { BlockFunction } from './block-function.js';
import type { VariablesOf } from './builtin.js';
import type { ColumnNames } from './columns.js';

/** A variable that a user adds, as a module exports it. Exactly one of `expression` and `run`. */
export interface OwnVariable {
  readonly name: string;
  /** Fewest and most arguments; none by default: a plain name. */
  readonly arguments?: readonly [number, number] | undefined;
  /** Columns or expressions that it rests on; or a function of the arguments, as text, that names them. */
  readonly needs?: readonly string[] | ((...args: string[]) => readonly string[]) | undefined;
  /** What it stands for, given its arguments as text. */
  readonly expression?: string | ((...args: string[]) => string) | undefined;
  /** Block by block: the values of the arguments, then of what it needs (of the latter alone, where `needs` is a function). */
  readonly run?: ((...columns: Float64Array[]) => Float64Array) | undefined;
  /** One line, for lists. */
  readonly about?: string | undefined;
  /** Where it was defined, for errors and lists. */
  readonly origin?: string | undefined;
}

/** Users' variables, ready for `store.open(spec, { variables: trackVariables(prefix, own.variables), functions: own.functions })`. */
export interface OwnVariables {
  readonly list: readonly OwnVariable[];
  readonly variables: VariablesOf;
  readonly functions: Readonly<Record<string, BlockFunction>>;
}

const HEAD = /^\s*([A-Za-z_]\w*)\s*(?:\(\s*([^()]*?)\s*\))?\s*$/;
const WORD = /^[A-Za-z_]\w*$/;

/**
 * Reads a variable that is defined by an expression: `asym(a, b)` and `(a - b) / (a + b)`. Arguments are put in where their names
 * stand, and inside words in braces: `{track}_dr` with the argument D0_K is `D0_K_dr`.
 *
 * @param at the key that holds the definition, for errors
 * @throws userError `variables.name`, `variables.arguments`, `expression.syntax`
 */
export function definedVariable(head: string, text: string, at: string): OwnVariable {
  const match = HEAD.exec(head);
  if (!match) {
    const expected = 'a name, or a name with arguments: asym(a, b)';
    throw userError({
      code: 'variables.name',
      message: `"${head}" cannot be a variable's name`,
      path: at,
      got: head,
      expected,
    });
  }
  const [, name, list] = match;
  const names = list === undefined || list === '' ? [] : list.split(',').map((arg) => arg.trim());
  const odd = names.find((arg, i) => !WORD.test(arg) || names.indexOf(arg) !== i);
  if (odd !== undefined) {
    const message =
      names.filter((n) => n === odd).length > 1
        ? `the argument "${odd}" stands twice`
        : `"${odd}" cannot be an argument's name`;
    throw userError({
      code: 'variables.arguments',
      message,
      path: at,
      got: head,
      expected: 'different names, separated by commas',
    });
  }
  const braces = [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]);
  const strange = braces.find((word) => !names.includes(word));
  if (strange !== undefined) {
    const message = `{${strange}} is none of the arguments of ${name}`;
    throw userError({
      code: 'variables.arguments',
      message,
      path: at,
      got: text,
      expected: names.map((n) => `{${n}}`).join(', ') || 'no braces',
      hint: didYouMean(strange, names),
    });
  }
  const filled = (args: readonly string[]): string =>
    text.replace(/\{(\w+)\}/g, (_, word: string) => args[names.indexOf(word)]);
  // A mistake is found where the variable is defined, not where it is first used.
  const tree = parse({ text: filled(names), path: at });
  if (braces.length === 0) unused(names, tree, name, at, text);
  if (names.length === 0) return { name, expression: text, origin: at };
  const expression = (...args: string[]): string => {
    const by = new Map(names.map((word, i) => [word, args[i]]));
    return print(replaced(parse({ text: filled(args) }), by));
  };
  return { name, arguments: [names.length, names.length], expression, origin: at, about: text };
}

function unused(names: readonly string[], tree: Node, name: string, at: string, got: string): void {
  const used = new Set<string>();
  const visit = (node: Node): void => {
    if (node.kind === 'name') used.add(node.name);
    parts(node).forEach(visit);
  };
  visit(tree);
  const idle = names.find((word) => !used.has(word));
  if (idle === undefined) return;
  const message = `${name} never uses its argument "${idle}"`;
  throw userError({ code: 'variables.arguments', message, path: at, got, hint: didYouMean(idle, used) });
}

/** The tree with some names replaced by what they stand for. */
function replaced(node: Node, by: ReadonlyMap<string, string>): Node {
  if (node.kind === 'name') {
    const text = by.get(node.name);
    return text === undefined || node.quoted ? node : parse({ text: `(${text})` });
  }
  const copy: Record<string, unknown> = { ...node };
  for (const [key, value] of Object.entries(node)) {
    if (Array.isArray(value) && key !== 'ops') copy[key] = (value as Node[]).map((n) => replaced(n, by));
    else if (value !== null && typeof value === 'object' && 'kind' in value) copy[key] = replaced(value as Node, by);
  }
  return copy as unknown as Node;
}

/**
 * Checks users' variables and makes them usable.
 *
 * @throws userError `variables.name`, `variables.twice`, `variables.kind`, `variables.arguments`
 */
export function ownVariables(list: readonly OwnVariable[]): OwnVariables {
  const byName = new Map<string, OwnVariable>();
  for (const variable of list) {
    const { name, origin: path } = variable;
    const wrong = (code: string, message: string, expected?: string) =>
      userError({ code: `variables.${code}`, message, path, expected });
    if (typeof name !== 'string' || !WORD.test(name))
      throw wrong('name', `${JSON.stringify(name)} cannot be a variable's name`, 'letters, digits, underscores');
    if (FUNCTION_NAMES.includes(functionName(name)))
      throw wrong('name', `"${name}" is a function of the language`, 'another name');
    if (byName.has(name)) throw wrong('twice', `the variable "${name}" is defined twice`);
    if ((variable.expression === undefined) === (variable.run === undefined)) {
      throw wrong('kind', `the variable "${name}" needs either an expression or a function "run"`);
    }
    const [least, most] = variable.arguments ?? [0, 0];
    if (!(Number.isInteger(least) && least >= 0 && most >= least)) {
      throw wrong('arguments', `"${name}" takes from ${least} to ${most} arguments`, '[fewest, most]');
    }
    byName.set(name, variable);
  }
  const functions: Record<string, BlockFunction> = {};
  for (const { name, run } of list) if (run) functions[`own::${name}`] = { arity: [0, 64], run };
  return {
    list,
    functions,
    variables: (columns) => Object.fromEntries(list.map((v) => [v.name, made(v, columns, byName)])),
  };
}

function made(variable: OwnVariable, columns: ColumnNames, others: ReadonlyMap<string, OwnVariable>): Variable {
  const { name, expression, needs = [] } = variable;
  const text = (...args: string[]): string => {
    const wanted = typeof needs === 'function' ? needs(...args) : needs;
    for (const column of wanted) checkNeed(name, column, columns, others);
    if (typeof expression === 'string') return `(${expression})`;
    if (expression) return `(${expression(...args)})`;
    const given = typeof needs === 'function' ? wanted : [...args, ...wanted];
    return `own::${name}(${given.map((n) => (columns.has(n) ? printName(n) : n)).join(', ')})`;
  };
  const [least, most] = variable.arguments ?? [0, 0];
  return most === 0 ? () => text() : Object.assign(text, { arity: [least, most] as const });
}

function checkNeed(name: string, need: string, columns: ColumnNames, others: ReadonlyMap<string, OwnVariable>): void {
  if (!WORD.test(need) || others.has(need) || columns.has(need)) return;
  const { prefix } = columns;
  if (prefix !== undefined && ['_', '.'].some((joint) => columns.has(`${prefix}${joint}${need}`))) return;
  const known = [...columns.all()];
  const hint =
    didYouMean(prefix === undefined ? need : `${prefix}_${need}`, known) ?? `there are ${known.length} columns`;
  throw new VariableProblem('unknown-column', `variable "${name}" needs the column "${need}"`, hint);
}
