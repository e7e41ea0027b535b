import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { userError } from '../base/error.js';
import { didYouMean } from '../base/near.js';
import type { Column } from './column.js';
import { copyColumns } from './copy-columns.js';
import { plainColumns } from './number-columns.js';
import type { TypedArray } from './root/types.js';
import { rowWriter } from './row-writer.js';
import { checkOutput } from './output-file.js';
import { openStore } from './store.js';
import { arrayOf } from './stored-type.js';
import type { Table } from './table.js';
import type { TableOptions } from './store.js';
import type { Warning } from './warning.js';
import { treeOf } from './write-job.js';
import { listsInCsv } from './write-with.js';
import { tableFormat, type TableFormat } from './write.js';

export interface ConvertOptions extends Pick<TableOptions, 'variables' | 'functions'> {
  readonly tree?: string | undefined;
  readonly select?: string | undefined;
  readonly define?: Readonly<Record<string, string>> | undefined;
  /** Columns to keep, in this order; all by default. */
  readonly columns?: readonly string[] | undefined;
  readonly entries?: number | undefined;
  readonly explode?: string | undefined;
  readonly recover?: boolean | undefined;
  readonly cache?: string | undefined;
  readonly threads?: number | undefined;
  /** A selection may leave no rows, of which Parquet and CSV keep the names of the columns. */
  readonly mayBeEmpty?: boolean | undefined;
  /** Key-value metadata of a Parquet file. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export interface Converted {
  readonly rows: number;
  readonly columns: readonly string[];
  /** Columns that the output format cannot hold, or that cannot be read, and why. */
  readonly left: readonly { readonly name: string; readonly why: string }[];
  readonly warnings: readonly Warning[];
}

/**
 * Selects, derives and writes: several files of any format into one of Parquet, CSV, ROOT, NPY, NPZ or HDF5. Rows
 * keep their order; memory is bounded.
 */
export async function convertFiles(
  files: readonly string[],
  out: string,
  options: ConvertOptions = {},
): Promise<Converted> {
  const format = tableFormat(out);
  const inputs = files.map((f) => path.resolve(f));
  await checkOutput(out, inputs);
  const cache = options.cache ?? (await mkdtemp(path.join(tmpdir(), 'datamc-convert-')));
  const store = await openStore({ cache, threads: options.threads, temporary: options.cache === undefined });
  try {
    const { tree, entries, explode, recover, define, select, variables, functions } = options;
    const table = (await store.open(
      { files: inputs, tree, entries, explode, recover },
      { define, select, variables, functions },
    )) as Table;
    const { kept, left } = choose(
      table.columns,
      options.columns,
      format === 'parquet' || format === 'csv',
      format === 'csv' ? out : undefined,
    );
    const names = kept.map((c) => c.name);
    const from = await table.relation(names);
    const rows = await table.count();
    const keptEmpty = options.mayBeEmpty && (format === 'parquet' || format === 'csv');
    if (rows === 0 && !keptEmpty) {
      const message = select === undefined ? 'there are no rows' : 'the selection leaves no rows';
      throw userError({
        code: 'events.empty-selection',
        message: `${message} of ${files[0]}`,
        ...(select === undefined
          ? { expected: 'at least one row of events' }
          : { path: '--select', got: select, hint: `look at the ranges: datamc inspect ${files[0]}` }),
      });
    }
    if (format === 'parquet' || format === 'csv') {
      const shown = kept.map(({ name }) => ({ sql: table.sqlName(name), name }));
      await copyColumns(table.duck, shown, from, out, options.metadata);
    } else await stream(table, from, kept, format, out);
    return { rows, columns: names, left, warnings: table.warnings };
  } finally {
    await store.close();
    if (options.cache === undefined) await rm(cache, { recursive: true, force: true });
  }
}

function choose(
  columns: readonly Column[],
  wanted: readonly string[] | undefined,
  text: boolean,
  csv: string | undefined,
): { kept: Column[]; left: { name: string; why: string }[] } {
  const left: { name: string; why: string }[] = [];
  const why = (c: Column): string | undefined => {
    if (c.unreadable !== undefined) return c.unreadable;
    if (c.type === 'string' && !text) return 'this format holds numbers only';
    return c.type === 'list' && (!text || csv !== undefined) ? 'this format holds no lists' : undefined;
  };
  if (!wanted) {
    const kept = columns.filter((c) => {
      const reason = why(c);
      if (reason !== undefined) left.push({ name: c.name, why: reason });
      return reason === undefined;
    });
    if (kept.length > 0) return { kept, left };
    throw userError({ code: 'events.no-columns', message: 'none of the columns can be written', hint: left[0]?.why });
  }
  const kept = wanted.map((name) => {
    const column = columns.find((c) => c.name === name);
    if (!column) {
      const hint = didYouMean(
        name,
        columns.map((c) => c.name),
      );
      throw userError({ code: 'events.unknown-column', message: `unknown column "${name}"`, path: '--columns', hint });
    }
    if (column.type === 'list' && csv !== undefined) throw listsInCsv(name, csv);
    const reason = why(column);
    if (reason !== undefined) {
      throw userError({
        code: 'events.column-type',
        message: `column "${name}" cannot be written: ${reason}`,
        path: '--columns',
        hint: 'leave it out of --columns; .parquet holds everything that can be read',
      });
    }
    return column;
  });
  return { kept, left };
}

const BLOCK = 131_072;

async function stream(
  table: Table,
  from: string,
  kept: readonly Column[],
  format: Exclude<TableFormat, 'parquet' | 'csv'>,
  out: string,
): Promise<void> {
  const { types, values } = await plainColumns(table, from, kept);
  const sql = `SELECT ${values.map((value, i) => `${value} AS r${i}`).join(', ')} FROM ${from}`;
  const make = (n: number): TypedArray[] => types.map((type) => arrayOf(type, n));
  const names = kept.map((c) => c.name);
  const writer = await rowWriter(format, out, names, types, { tree: treeOf(table) });
  try {
    for await (const block of table.duck.blocks(sql, names, make, BLOCK)) {
      await writer.write(
        block[names[0]].length,
        names.map((n) => block[n]),
      );
    }
    await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}
