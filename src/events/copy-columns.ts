import { userError } from '../base/error.js';
import type { Duck } from './duck.js';
import { exactColumns } from './number-columns.js';
import { ParquetWriter } from './parquet/writer.js';
import { ident } from './sql.js';
import { arrayOf } from './stored-type.js';
import { copyTo, tableFormat } from './write.js';

/** A column of a query: its SQL, and what it is called in the file. */
export interface NamedColumn {
  readonly sql: string;
  readonly name: string;
}

const ROWS = 122_880;

/** The first two names that are one to DuckDB, such as `p` and `P`. */
function sameButCase(columns: readonly NamedColumn[]): readonly [string, string] | undefined {
  const seen = new Map<string, string>();
  for (const { name } of columns) {
    const before = seen.get(name.toLowerCase());
    if (before !== undefined) return [before, name];
    seen.set(name.toLowerCase(), name);
  }
  return undefined;
}

/**
 * Writes columns of a query to Parquet or CSV, each under its own name. DuckDB would call the second of `p` and `P` `P_1`: then the
 * header of a CSV file, or the Parquet file, is written here.
 *
 * @param from FROM clause
 * @throws userError `events.same-but-case` for Parquet with lists or text beside such names
 */
export async function copyColumns(
  duck: Duck,
  columns: readonly NamedColumn[],
  from: string,
  out: string,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const same = sameButCase(columns);
  const shown = columns.map(({ sql, name }, i) => `${sql} AS ${ident(same ? `c${i}` : name)}`);
  const query = `SELECT ${shown.join(', ')} FROM ${from}`;
  if (!same) return copyTo(duck, query, out, metadata);
  const names = columns.map((c) => c.name);
  if (tableFormat(out) === 'csv') return copyTo(duck, query, out, metadata, names);
  const exact = await exactColumns(
    duck,
    from,
    columns.map((c) => c.sql),
  );
  if (!exact) throw twice(same, out);
  const writer = await ParquetWriter.create(
    out,
    names.map((name, i) => ({ name, type: exact.types[i], optional: true })),
    metadata,
  );
  try {
    const values = exact.values.map((value, i) => `${value} AS c${i}`);
    const make = (n: number) => exact.types.map((type) => arrayOf(type, n));
    for await (const block of duck.columns(`SELECT ${values.join(', ')} FROM ${from}`, make, ROWS)) {
      await writer.write(block.rows, block.columns);
      block.free();
    }
    await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

const twice = ([one, other]: readonly [string, string], out: string): Error =>
  userError({
    code: 'events.same-but-case',
    message: `the columns "${one}" and "${other}" differ in capitals alone, and there are lists or text beside them`,
    path: out,
    hint: 'keep one of the two, or leave lists and text out: datamc convert IN OUT --columns NAMES',
  });
