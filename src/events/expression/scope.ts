import type { BlockForm } from './block-form.js';

/** What kind of values a column or an expression holds. Reals and integers together are the numbers. */
export type ScalarType = 'real' | 'integer' | 'boolean' | 'string';
export type ValueType = ScalarType | 'list';

/** A column as expressions see it. */
export interface ScopeColumn {
  readonly name: string;
  readonly type: ValueType;
  /** What the list holds; `list` for a list of small arrays, which hold `inner`. */
  readonly element?: ScalarType | 'list' | undefined;
  readonly inner?: ScalarType | undefined;
  /** The column in SQL, quoted. */
  readonly sql: string;
  /** Of a derived column: what it is made of, where it can be worked out on blocks. */
  readonly form?: (() => BlockForm | undefined) | undefined;
  /** Set where the column exists but cannot be used, and why. */
  readonly unreadable?: string | undefined;
}

/**
 * A custom variable: the expression it stands for, given its arguments as text. Without `arity` it takes as many as the
 * function has parameters, and one without parameters is used as a plain name: `() => 'D0_K_kaonID'`. With `arity` (fewest
 * and most) it is a function, so that a column may have the same name.
 *
 * It may throw a `VariableProblem` about one of its arguments.
 */
export interface Variable {
  (...args: string[]): string;
  readonly arity?: readonly [number, number] | undefined;
  /** What its plain name stands for, where a function is that too. */
  readonly plain?: (() => string) | undefined;
}

export type Variables = Readonly<Record<string, Variable>>;

/** A function of numbers that this scope brings beside the house's. */
export interface ScopeFunction {
  readonly arity: readonly [number, number];
  readonly sql: (...args: string[]) => string;
}

/** The names that an expression may use. */
export interface Scope {
  readonly columns: ReadonlyMap<string, ScopeColumn>;
  readonly variables?: Variables | undefined;
  readonly functions?: Readonly<Record<string, ScopeFunction>> | undefined;
  /** Where the columns come from, for hints: `datamc inspect FILE`. */
  readonly origin?: string | undefined;
}
