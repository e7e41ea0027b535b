import { namesIn, type Node } from './ast.js';
import { blockForm, type BlockForm } from './block-form.js';
import { check } from './check.js';
import { SqlCompiler } from './compile-sql.js';
import { expressionError, type Source } from './errors.js';
import { expand } from './expand.js';
import type { Factor } from './factors.js';
import { parse } from './parse.js';
import type { ScalarType, Scope, ValueType } from './scope.js';

/** An expression ready to run. */
export interface Compiled {
  readonly source: Source;
  readonly type: ValueType;
  readonly element?: ScalarType | 'list' | undefined;
  readonly inner?: ScalarType | undefined;
  /** The columns that it reads. */
  readonly columns: ReadonlySet<string>;
  /** DOUBLE, NULL where missing. Throws a userError for text and lists. */
  real(): string;
  /** Condition for WHERE. Throws a userError for text and lists. */
  truth(): string;
  /** Conditions that must all hold for this one to hold. Throws as `truth` does. */
  factors(): readonly Factor[];
  /** In its own type. */
  native(): string;
  /** As plain data, to be worked out on blocks of numbers; undefined where only SQL can do it. */
  form(as: 'number' | 'condition'): BlockForm | undefined;
}

/**
 * From a user's string to SQL: parse, resolve names, check types, compile.
 *
 * @param source the string and the key that holds it, for errors
 * @throws userError `expression.*` with the position, a caret line and near names
 * @example compile({ text: '0.5 < pt < 10', path: 'select' }, scope).truth()
 */
export function compile(source: Source, scope: Scope): Compiled {
  const node = expand(parse(source, scope.columns), source, scope);
  const types = check(node, source, scope);
  const sql = new SqlCompiler(types, scope);
  const { type, element, inner } = types.get(node) ?? { type: 'real' };
  const scalar = (use: string): Node => {
    if (type !== 'string' && type !== 'list') return node;
    const is = type === 'list' ? 'a whole list' : 'text';
    const element = type === 'list' && node.kind === 'name' ? `name one element: ${node.name}[0]` : undefined;
    const text =
      use === 'a condition'
        ? `compare it: ${source.text.trim().slice(0, 40)} == 'EB'`
        : `datamc inspect ${scope.origin} shows which columns hold numbers`;
    const hint = element ?? (type === 'string' ? text : 'sum(…), length(…) and [n] make one value of a list');
    throw expressionError(source, node.span, 'type', `${use} is needed, but this is ${is}`, hint);
  };
  return {
    source,
    type,
    element,
    inner,
    columns: namesIn(node),
    real: () => sql.real(scalar('a number')),
    truth: () => sql.truth(scalar('a condition')),
    factors: () => sql.factors(scalar('a condition')),
    native: () => sql.native(node),
    form: (as) => blockForm(node, types, scope, as),
  };
}
