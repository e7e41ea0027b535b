import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { userError } from '../base/error.js';
import { makeFolder } from '../base/make-folder.js';
import type { Duck } from './duck.js';
import { text } from './sql.js';

export type TableFormat = 'parquet' | 'csv' | 'npy' | 'npz' | 'hdf5' | 'root';

const FORMATS: Readonly<Record<string, TableFormat>> = {
  '.parquet': 'parquet',
  '.pq': 'parquet',
  '.csv': 'csv',
  '.npy': 'npy',
  '.npz': 'npz',
  '.h5': 'hdf5',
  '.hdf5': 'hdf5',
  '.root': 'root',
};

/** The format that a file name's ending asks for. @throws userError `events.unknown-format` */
export function tableFormat(file: string): TableFormat {
  const format = FORMATS[path.extname(file).toLowerCase()];
  if (format) return format;
  throw userError({
    code: 'events.unknown-format',
    message: `cannot write ${file}: its ending names no format`,
    path: file,
    expected: 'a name ending in .parquet, .csv, .root, .npy, .npz or .h5',
  });
}

/** Only Parquet and CSV keep every column that a file of events may have. */
const notHere = (out: string): Error =>
  userError({
    code: 'events.unknown-format',
    message: `cannot write ${out} here`,
    path: out,
    expected: 'a name ending in .parquet or .csv',
    hint: `write Parquet, then: datamc convert OUT.parquet ${path.basename(out)}`,
  });

/**
 * Writes a query's rows to Parquet or CSV, in order, and renames the file into place when whole.
 *
 * @param header names in the first line of a CSV file, where they are not those of the query
 */
export async function copyTo(
  duck: Duck,
  sql: string,
  out: string,
  metadata: Readonly<Record<string, string>> = {},
  header?: readonly string[],
): Promise<void> {
  const format = tableFormat(out);
  if (format !== 'parquet' && format !== 'csv') throw notHere(out);
  const partial = `${out}.${process.pid}.partial`;
  await makeFolder(path.dirname(out));
  const notes = Object.entries(metadata).map(([key, value]) => `${text(key)}: ${text(value)}`);
  // A dictionary of measured values only costs: at more than 4096 different ones in a row group it is given up.
  const options =
    format === 'csv'
      ? `FORMAT csv, HEADER ${header === undefined}`
      : `FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880, DICTIONARY_SIZE_LIMIT 4096${notes.length ? `, KV_METADATA {${notes.join(', ')}}` : ''}`;
  try {
    await duck.run(`COPY (${sql}) TO ${text(partial)} (${options})`);
    if (header) await writeHeader(partial, `${partial}.headed`, header);
    await rename(header ? `${partial}.headed` : partial, out);
  } finally {
    await rm(partial, { force: true });
    await rm(`${partial}.headed`, { force: true });
  }
}

async function writeHeader(body: string, out: string, names: readonly string[]): Promise<void> {
  const cells = names.map((name) => (/[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name));
  await writeFile(out, `${cells.join(',')}\n`);
  await pipeline(createReadStream(body), createWriteStream(out, { flags: 'a' }));
}
