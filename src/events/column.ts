import type { ScalarType, ValueType } from './expression/scope.js';

/** A column of an event table. */
export interface Column {
  /** As the file (or `define`) has it. */
  readonly name: string;
  readonly type: ValueType;
  /** What a list holds; a list of small arrays holds lists. */
  readonly element?: ScalarType | 'list' | undefined;
  /** What the inner lists of a list of lists hold. */
  readonly inner?: ScalarType | undefined;
  /** How the file stores it: `float32`, `int64`, `DOUBLE`. For people. */
  readonly stored: string;
  /** Set where the column exists but cannot be read, and why. */
  readonly unreadable?: string | undefined;
  /** True for derived columns. */
  readonly derived?: boolean | undefined;
}

/** `list of real`, `integer`, … */
export function describeType(column: Pick<Column, 'type' | 'element' | 'inner'>): string {
  if (column.type !== 'list') return column.type;
  return column.element === 'list' ? `list of lists of ${column.inner}` : `list of ${column.element}`;
}

const INTEGERS = /^(?:TINYINT|SMALLINT|INTEGER|BIGINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT)$/;
const REALS = /^(?:DOUBLE|FLOAT|HUGEINT|UHUGEINT|DECIMAL\(.*\))$/;

const scalarOf = (sqlType: string): ScalarType | undefined =>
  INTEGERS.test(sqlType)
    ? 'integer'
    : REALS.test(sqlType)
      ? 'real'
      : sqlType === 'BOOLEAN'
        ? 'boolean'
        : /^(?:VARCHAR|DATE|TIME.*|TIMESTAMP.*|UUID|ENUM.*)$/.test(sqlType)
          ? 'string'
          : undefined;

/** A column from the type that DuckDB gives it. */
export function columnOfSqlType(name: string, sqlType: string): Column {
  const scalar = scalarOf(sqlType);
  if (scalar) return { name, type: scalar, stored: sqlType };
  const list = /^(.*)\[\d*\]$/.exec(sqlType)?.[1];
  const element = list === undefined ? undefined : scalarOf(list);
  if (element) return { name, type: 'list', element, stored: sqlType };
  const inner = list === undefined ? undefined : /^(.*)\[\d*\]$/.exec(list)?.[1];
  const inside = inner === undefined ? undefined : scalarOf(inner);
  if (inside) return { name, type: 'list', element: 'list', inner: inside, stored: sqlType };
  return {
    name,
    type: 'string',
    stored: sqlType,
    unreadable: `values of type ${sqlType} are neither numbers nor text`,
  };
}
