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
  /** Set where the column exists but cannot be used, and why. */
  readonly unreadable?: string | undefined;
}

/**
 * Custom variables by definition: name → the expression it stands for, given its arguments as text.
 * A name without arguments is called with none: `{ kaonID: () => 'D0_K_kaonID' }`.
 */
export type Variables = Readonly<Record<string, (...args: string[]) => string>>;

/** The names that an expression may use. */
export interface Scope {
  readonly columns: ReadonlyMap<string, ScopeColumn>;
  readonly variables?: Variables | undefined;
  /** Where the columns come from, for hints: `datamc inspect FILE`. */
  readonly origin?: string | undefined;
}
