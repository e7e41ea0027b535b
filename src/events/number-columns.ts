import type { Column } from './column.js';
import type { Duck } from './duck.js';
import { NAN } from './expression/functions.js';
import type { StoredType } from './parquet/page.js';
import { ident } from './sql.js';
import type { Table } from './table.js';

export type NumberType = Exclude<StoredType, 'string'>;

/** How columns of numbers leave DuckDB: an SQL value for each, and the array that it fills. */
export interface NumberColumns {
  readonly types: readonly NumberType[];
  readonly values: readonly string[];
}

const EXACT: Readonly<Record<string, NumberType>> = {
  BOOLEAN: 'bool',
  TINYINT: 'int8',
  UTINYINT: 'uint8',
  SMALLINT: 'int16',
  USMALLINT: 'uint16',
  INTEGER: 'int32',
  UINTEGER: 'uint32',
  BIGINT: 'int64',
  UBIGINT: 'uint64',
  FLOAT: 'float32',
  DOUBLE: 'float64',
};

/** Columns in their own types, NULL included; undefined where one is no plain number (text, lists, decimals). */
export async function exactColumns(
  duck: Duck,
  from: string,
  sqlNames: readonly string[],
): Promise<NumberColumns | undefined> {
  if (sqlNames.length === 0) return { types: [], values: [] };
  const shown = sqlNames.map((name, i) => `${name} AS ${ident(`c${i}`)}`);
  const described = await duck.rows(`DESCRIBE SELECT ${shown.join(', ')} FROM ${from}`);
  const types: NumberType[] = [];
  for (const row of described) {
    const type = EXACT[String(row['column_type'])] as NumberType | undefined;
    if (!type) return undefined;
    types.push(type);
  }
  return { types, values: sqlNames.map((name, i) => (types[i] === 'bool' ? `CAST(${name} AS UTINYINT)` : name)) };
}

/**
 * Columns for formats without missing values: real numbers (NaN where missing), 64-bit integers, truth values as
 * bytes.
 * An integer or truth value that is missing somewhere makes its column real.
 */
export async function plainColumns(table: Table, from: string, columns: readonly Column[]): Promise<NumberColumns> {
  const whole = columns.filter((c) => c.type !== 'real');
  const counts = whole.length
    ? (
        await table.duck.rows(
          `SELECT ${whole.map((c, i) => `count(*) - count(${table.sqlName(c.name)}) AS n${i}`).join(', ')} FROM ${from}`,
        )
      )[0]
    : {};
  const types = columns.map((c): NumberType => {
    if (c.type !== 'real' && Number(counts[`n${whole.indexOf(c)}`]) > 0) return 'float64';
    if (c.type === 'integer') return /^(?:uint64|UBIGINT)$/.test(c.stored) ? 'uint64' : 'int64';
    if (c.type === 'boolean') return 'bool';
    return /^(?:float32|FLOAT)(?:\[\])?$/.test(c.stored) ? 'float32' : 'float64';
  });
  const values = columns.map((c, i) => {
    const id = table.sqlName(c.name);
    if (types[i] === 'int64') return `CAST(${id} AS BIGINT)`;
    if (types[i] === 'uint64') return `CAST(${id} AS UBIGINT)`;
    if (types[i] === 'bool') return `CAST(${id} AS UTINYINT)`;
    return types[i] === 'float32'
      ? `coalesce(CAST(${id} AS FLOAT), 'nan'::FLOAT)`
      : `coalesce(CAST(${id} AS DOUBLE), ${NAN})`;
  });
  return { types, values };
}
