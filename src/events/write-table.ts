import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { makeFolder } from '../base/make-folder.js';
import type { StoredType } from './parquet/page.js';
import type { TypedArray } from './root/types.js';
import { rowWriter, type RowWriterOptions } from './row-writer.js';
import { storedType } from './stored-type.js';
import { tableFormat } from './write.js';

export interface NewColumn {
  readonly name: string;
  readonly values: TypedArray | readonly string[];
}

const BLOCK = 131_072;

/**
 * Writes columns in memory as a table: Parquet, CSV, ROOT, NPY (structured), NPZ or HDF5 by the file's ending.
 * Same values, same bytes. Text columns go to Parquet and CSV only.
 *
 * @param options.metadata key-value metadata of a Parquet file
 * @param options.tree name of a ROOT file's tree; `events` by default
 */
export async function writeTable(
  out: string,
  columns: readonly NewColumn[],
  options: RowWriterOptions = {},
): Promise<void> {
  const format = tableFormat(out);
  const rows = columns[0]?.values.length ?? 0;
  const short = columns.find((c) => c.values.length !== rows);
  if (short) throw new Error(`internal: column "${short.name}" has ${short.values.length} values, not ${rows}`);
  if (format === 'csv') return writeCsv(out, columns, rows);
  const types = columns.map((c): StoredType => storedType(c.values));
  const writer = await rowWriter(
    format,
    out,
    columns.map((c) => c.name),
    types,
    options,
  );
  try {
    for (let from = 0; from < rows; from += BLOCK) {
      const to = Math.min(rows, from + BLOCK);
      const part = columns.map(({ values }) =>
        Array.isArray(values)
          ? (values as readonly string[]).slice(from, to)
          : (values as TypedArray).subarray(from, to),
      );
      await writer.write(to - from, part);
    }
    await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

const cell = (value: number | bigint | string): string =>
  typeof value === 'string' && /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : plain(value);

const plain = (value: number | bigint | string): string =>
  value === Infinity ? 'inf' : value === -Infinity ? '-inf' : Number.isNaN(value) ? 'nan' : String(value);

async function writeCsv(out: string, columns: readonly NewColumn[], rows: number): Promise<void> {
  await makeFolder(path.dirname(out));
  const partial = `${out}.${process.pid}.partial`;
  function* lines(): Generator<string> {
    yield `${columns.map((c) => cell(c.name)).join(',')}\n`;
    for (let from = 0; from < rows; from += 4096) {
      let text = '';
      for (let i = from; i < Math.min(rows, from + 4096); i++)
        text += `${columns.map((c) => cell(c.values[i])).join(',')}\n`;
      yield text;
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(partial));
  await rename(partial, out);
}
