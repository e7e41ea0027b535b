import { readFile, writeFile } from 'node:fs/promises';
import { taskError } from '../base/error.js';

/** Named columns of doubles, all of the same length. */
export type Columns = Readonly<Record<string, Float64Array>>;

const MAGIC = 'datamc columns 1';

/**
 * Writes columns of doubles to one file: a line of JSON with names and length, then the columns one after another,
 * little-endian. The bytes depend on nothing but the columns.
 */
export async function writeColumns(path: string, columns: Columns): Promise<void> {
  const names = Object.keys(columns);
  const rows = names.length ? columns[names[0]].length : 0;
  const head = Buffer.from(`${JSON.stringify({ format: MAGIC, names, rows })}\n`);
  const bodies = names.map((name) => Buffer.from(columns[name].buffer, columns[name].byteOffset, rows * 8));
  await writeFile(path, Buffer.concat([head, ...bodies]));
}

/** Reads what {@link writeColumns} wrote. */
export async function readColumns(path: string): Promise<Record<string, Float64Array>> {
  const bytes = await readFile(path);
  const end = bytes.indexOf(10);
  const { format, names, rows } = JSON.parse(bytes.toString('utf8', 0, end)) as {
    format: string;
    names: string[];
    rows: number;
  };
  if (format !== MAGIC || bytes.length !== end + 1 + names.length * rows * 8)
    throw taskError({
      code: 'study.columns-file',
      message: 'a cached columns file is damaged',
      path,
      hint: 'remove the run’s cache and run again',
    });
  const body = bytes.buffer.slice(bytes.byteOffset + end + 1, bytes.byteOffset + bytes.length);
  return Object.fromEntries(names.map((name, k) => [name, new Float64Array(body, k * rows * 8, rows)]));
}
