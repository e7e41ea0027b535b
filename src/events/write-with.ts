import { userError } from '../base/error.js';
import { NAN } from './expression/functions.js';
import { exactColumns, plainColumns } from './number-columns.js';
import { checkOutput } from './output-file.js';
import type { Table } from './table.js';
import type { AddColumns, WriteWithJob } from './write-job.js';
import { writeJoined } from './write-joined.js';
import { writeStreamed } from './write-streamed.js';
import { tableFormat } from './write.js';

export interface WriteWithOptions {
  /** Rows per block, 122 880 by default: a row group of the Parquet file. */
  readonly rows?: number | undefined;
  /** How many blocks the function may be given before it has answered for the first; 1 by default. */
  readonly ahead?: number | undefined;
  /** Key-value metadata of a Parquet file: provenance. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** The key or option that holds the expressions, for errors. */
  readonly path?: string | undefined;
}

/**
 * See `EventTable.writeWith`. Tables of numbers pass through once; lists and text stay in DuckDB, which joins the new
 * columns row by row.
 */
export async function writeWith(
  table: Table,
  out: string,
  expressions: Readonly<Record<string, string>>,
  add: AddColumns,
  options: WriteWithOptions,
): Promise<{ rows: number }> {
  const format = tableFormat(out);
  await checkOutput(out, table.files);
  const kept = table.sample.columns.filter((c) => c.unreadable === undefined);
  const list = kept.find((c) => c.type === 'list');
  if (format === 'csv' && list) throw listsInCsv(list.name, out);
  const plain = format !== 'csv' && format !== 'parquet';
  const other = plain ? kept.find((c) => c.type === 'list' || c.type === 'string') : undefined;
  if (other) throw numbersOnly(other.name, out);
  const names = Object.keys(expressions);
  const compiled = names.map((n) => table.check(expressions[n], options.path ?? n));
  const keptNames = kept.map((c) => c.name);
  const from = await table.unselected(compiled, keptNames);
  const job: WriteWithJob = {
    table,
    out,
    from,
    kept,
    names,
    values: compiled.map((c) => `coalesce(${c.real()}, ${NAN})`),
    add,
    rows: options.rows ?? 122_880,
    ahead: options.ahead ?? 1,
    metadata: options.metadata,
  };
  const columns = plain
    ? await plainColumns(table, from, kept)
    : await exactColumns(
        table.duck,
        from,
        keptNames.map((n) => table.sqlName(n)),
      );
  return columns ? writeStreamed(job, columns) : writeJoined(job);
}

export const listsInCsv = (name: string, out: string): Error =>
  userError({
    code: 'events.lists-in-csv',
    message: `CSV has no lists, but column "${name}" is one`,
    path: out,
    hint: 'write Parquet, or make one row an object with explode',
  });

const numbersOnly = (name: string, out: string): Error =>
  userError({
    code: 'events.column-type',
    message: `column "${name}" cannot be written: this format holds numbers only`,
    path: out,
    hint: 'write Parquet',
  });
