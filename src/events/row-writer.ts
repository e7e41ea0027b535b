import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../base/make-folder.js';
import { Hdf5Writer } from './hdf5-write.js';
import { NpyWriter, npyCode, structured } from './npy-write.js';
import type { StoredType } from './parquet/page.js';
import { ParquetWriter } from './parquet/writer.js';
import { RootFile } from './root/write/file.js';
import type { TypedArray } from './root/types.js';
import type { TableFormat } from './write.js';
import { writeZip } from './zip-write.js';

/** Writes rows block by block; the file appears when whole. */
export interface RowWriter {
  write(rows: number, columns: readonly (TypedArray | readonly string[])[]): Promise<void>;
  finish(): Promise<void>;
  abandon(): Promise<void>;
}

export interface RowWriterOptions {
  /** Key-value metadata of a Parquet file. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** The tree of a ROOT file; `events` by default. */
  readonly tree?: string | undefined;
}

/** A writer for the formats whose bytes are ours. CSV is DuckDB's (see write.ts). */
export async function rowWriter(
  format: Exclude<TableFormat, 'csv'>,
  out: string,
  names: readonly string[],
  types: readonly StoredType[],
  { metadata = {}, tree = 'events' }: RowWriterOptions = {},
): Promise<RowWriter> {
  await makeFolder(path.dirname(out));
  if (format === 'parquet') {
    const writer = await ParquetWriter.create(
      out,
      names.map((name, i) => ({ name, type: types[i] })),
      metadata,
    );
    return {
      write: (rows, columns) =>
        writer.write(
          rows,
          columns.map((values) => ({ values })),
        ),
      finish: () => writer.finish(),
      abandon: () => writer.abandon(),
    };
  }
  if (format === 'npz') return npzWriter(out, names, types);
  if (format === 'root') {
    const file = await RootFile.create(out);
    const filled = file.tree(tree, names, types);
    return {
      write: (rows, columns) => filled.write(rows, columns as readonly TypedArray[]),
      finish: () => file.finish(),
      abandon: () => file.abandon(),
    };
  }
  const writer =
    format === 'npy'
      ? await NpyWriter.create(out, names.length === 1 ? `'${npyCode(types[0])}'` : structured(names, types))
      : await Hdf5Writer.create(out, names, types);
  return {
    write: async (rows, columns) => {
      await writer.write(rows, columns as readonly TypedArray[]);
    },
    finish: () => writer.finish(),
    abandon: () => writer.abandon(),
  };
}

/** Every column goes to a file of its own first; an archive cannot be written side by side. */
async function npzWriter(out: string, names: readonly string[], types: readonly StoredType[]): Promise<RowWriter> {
  const directory = await mkdtemp(path.join(path.dirname(out), `.${path.basename(out)}-`));
  const file = (i: number): string => path.join(directory, `${i}.npy`);
  const writers = await Promise.all(types.map((type, i) => NpyWriter.create(file(i), `'${npyCode(type)}'`)));
  return {
    write: async (rows, columns) => {
      for (const [i, writer] of writers.entries()) await writer.write(rows, [columns[i] as TypedArray]);
    },
    finish: async () => {
      for (const writer of writers) await writer.finish();
      await writeZip(
        out,
        names.map((name, i) => ({ name: `${name}.npy`, file: file(i) })),
      );
      await rm(directory, { recursive: true });
    },
    abandon: async () => {
      for (const writer of writers) await writer.abandon();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
