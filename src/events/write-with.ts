import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../base/error.js';
import { NAN } from './expression/functions.js';
import { checkOutput } from './output-file.js';
import type { StoredType } from './parquet/page.js';
import { ParquetWriter } from './parquet/writer.js';
import type { TypedArray } from './root/types.js';
import { ident, text } from './sql.js';
import type { Table } from './table.js';
import { copyTo, notHere, tableFormat } from './write.js';

export type NewColumns = Readonly<Record<string, TypedArray | readonly string[]>>;
export type AddColumns = (block: Record<string, Float64Array>, firstRow: number) => NewColumns | Promise<NewColumns>;

export interface WriteWithOptions {
  /** Rows per block, 65 536 by default. */
  readonly rows?: number | undefined;
  /** Key-value metadata of a Parquet file: provenance. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** The key or option that holds the expressions, for errors. */
  readonly path?: string | undefined;
}

/** See `EventTable.writeWith`. New columns go to a file of their own first; one pass of DuckDB then joins it row by row. */
export async function writeWith(
  table: Table,
  out: string,
  expressions: Readonly<Record<string, string>>,
  add: AddColumns,
  options: WriteWithOptions,
): Promise<{ rows: number }> {
  const format = tableFormat(out);
  if (format !== 'parquet' && format !== 'csv') throw notHere(out);
  await checkOutput(out, table.files);
  const kept = table.sample.columns.filter((c) => c.unreadable === undefined);
  const list = kept.find((c) => c.type === 'list');
  if (format === 'csv' && list) throw listsInCsv(list.name, out);
  await mkdir(table.scratch, { recursive: true });
  const beside = path.join(table.scratch, `added-${randomUUID()}.parquet`);
  const names = Object.keys(expressions);
  const compiled = names.map((n) => table.check(expressions[n], options.path ?? n));
  const values = compiled.map((c, i) => `coalesce(${c.real()}, ${NAN}) AS r${i}`);
  const sql = `SELECT ${values.join(', ') || `0::DOUBLE`} FROM ${await table.unselected(compiled, [])}`;
  let writer: ParquetWriter | undefined;
  let added: string[] = [];
  let rows = 0;
  try {
    for await (const block of table.duck.doubles(sql, names.length ? names : ['row'], options.rows ?? 65_536)) {
      const n = Object.values(block)[0].length;
      const extra = await add(block, rows);
      if (!writer) {
        added = Object.keys(extra);
        const clash = added.find((name) => kept.some((c) => c.name === name));
        if (clash !== undefined) throw taken(clash, table.files[0]);
        writer = await ParquetWriter.create(
          beside,
          added.map((name, i) => ({ name: `a${i}`, type: storedType(extra[name]) })),
        );
      }
      const wrong = added.find((name) => extra[name]?.length !== n);
      if (wrong !== undefined) throw new Error(`internal: "${wrong}" has ${extra[wrong]?.length} values for ${n} rows`);
      await writer.write(
        n,
        added.map((name) => ({ values: extra[name] })),
      );
      rows += n;
    }
    await writer?.finish();
    const keptNames = kept.map((c) => c.name);
    const from = await table.unselected([], keptNames);
    const shown = [
      ...keptNames.map((name) => `t.${table.sqlName(name)} AS ${ident(name)}`),
      ...added.map((name, i) => `a.a${i} AS ${ident(name)}`),
    ];
    const joined = writer ? `${from} t POSITIONAL JOIN read_parquet(${text(beside)}) a` : `${from} t`;
    await copyTo(table.duck, `SELECT ${shown.join(', ')} FROM ${joined}`, out, options.metadata);
    return { rows };
  } catch (error) {
    await writer?.abandon();
    throw error;
  } finally {
    await rm(beside, { force: true });
  }
}

export function storedType(values: TypedArray | readonly string[]): StoredType {
  if (Array.isArray(values)) return 'string';
  const name = (values as TypedArray).constructor.name;
  const types: Readonly<Record<string, StoredType>> = {
    Float32Array: 'float32',
    Int8Array: 'int8',
    Uint8Array: 'uint8',
    Int16Array: 'int16',
    Uint16Array: 'uint16',
    Int32Array: 'int32',
    Uint32Array: 'uint32',
    BigInt64Array: 'int64',
    BigUint64Array: 'uint64',
  };
  return types[name] ?? 'float64';
}

const taken = (name: string, file: string): Error =>
  userError({
    code: 'events.column-taken',
    message: `${file} already has a column "${name}"`,
    path: file,
    hint: 'it was corrected before, or choose another name',
  });

export const listsInCsv = (name: string, out: string): Error =>
  userError({
    code: 'events.lists-in-csv',
    message: `CSV has no lists, but column "${name}" is one`,
    path: out,
    hint: 'write Parquet, or make one row an object with explode',
  });
