import { stat } from 'node:fs/promises';
import path from 'node:path';
import { createHash } from 'node:crypto';
import type { Dataset, File as H5File, Group } from 'h5wasm/node';
import type { ScalarType } from '../expression/scope.js';
import { damagedFile } from '../file-error.js';
import type { ColumnBlock, StoredType } from '../parquet/page.js';
import type { TypedArray } from '../root/types.js';
import { Cached, type BatchColumn, type BatchReader } from './batches.js';
import { chooseTable, tablesIn, type H5Column } from './hdf5-tables.js';
import type { OpenOptions, Source } from './source.js';

/** Opens a table of an HDF5 file: a group of equally long datasets, a compound dataset, or a pandas frame. */
export async function hdf5Source(
  file: string,
  cache: string,
  checksum: () => Promise<string>,
  options: OpenOptions,
): Promise<Source> {
  const h5 = await openH5(file);
  let table;
  try {
    table = chooseTable(tablesIn(h5), file, options.tree);
  } finally {
    h5.close();
  }
  const { name, rows } = table;
  const columns = table.columns.map(columnOf);
  const openReader = async (): Promise<BatchReader> => {
    const again = await openH5(file);
    const inside = chooseTable(tablesIn(again), file, name);
    return {
      columns,
      rows,
      read: (names, from, to) => Promise.resolve(readRows(again, inside.columns, names, from, to)),
      close: () => {
        again.close();
      },
    };
  };
  const cached = async (): Promise<Cached> => {
    const key = createHash('sha256').update(name).digest('hex').slice(0, 16);
    return new Cached(path.join(cache, await checksum(), key), (await stat(file)).size, columns, openReader);
  };
  let once: Promise<Cached> | undefined;
  return {
    path: file,
    format: 'hdf5',
    tree: name,
    columns: columns.map((c) => c.column),
    rows,
    warnings: [],
    parquet: async (names) => (await (once ??= cached())).parquet(names),
    select: async (names) => (await (once ??= cached())).select(names),
  };
}

export async function openH5(file: string, mode: 'r' | 'w' = 'r'): Promise<H5File> {
  const h5wasm = await import('h5wasm/node');
  const module = await h5wasm.ready;
  // Without it, HDF5 prints its error stack on stderr.
  module.activate_throwing_error_handler();
  try {
    const opened = new h5wasm.File(file, mode);
    if (opened.file_id < 0n) throw new Error('not an HDF5 file');
    return opened;
  } catch (error) {
    throw damagedFile(file, 'HDF5 file', error);
  }
}

function columnOf(c: H5Column): BatchColumn {
  const type: ScalarType = c.stored.startsWith('float')
    ? 'real'
    : c.stored === 'bool'
      ? 'boolean'
      : c.stored === 'string'
        ? 'string'
        : 'integer';
  const list = c.width > 1 && c.column === undefined;
  return {
    column: {
      name: c.name,
      type: list ? 'list' : type,
      ...(list ? { element: type } : {}),
      stored: c.stored,
      ...(c.unreadable === undefined ? {} : { unreadable: c.unreadable }),
    },
    stored: c.stored,
    shape: list ? 'fixed' : 'flat',
    length: list ? c.width : 1,
  };
}

function readRows(
  h5: H5File,
  columns: readonly H5Column[],
  names: readonly string[],
  from: number,
  to: number,
): ColumnBlock[] {
  const slices = new Map<string, unknown>();
  return names.map((name) => {
    const column = columns.find((c) => c.name === name);
    if (!column) throw new Error(`internal: no column ${name}`);
    const dataset = (h5 as Group).get(column.dataset) as Dataset;
    let part = slices.get(column.dataset);
    if (part === undefined) {
      const ranges = (dataset.shape ?? []).map((n, i): [number, number] => (i === 0 ? [from, to] : [0, n]));
      part = dataset.slice(ranges);
      slices.set(column.dataset, part);
    }
    return { values: pick(part, column, to - from) };
  });
}

function pick(part: unknown, column: H5Column, rows: number): TypedArray | string[] {
  const make = (get: (i: number) => unknown): TypedArray | string[] => {
    if (column.stored === 'string') return Array.from({ length: rows }, (_, i) => String(get(i)));
    const out = blank(column.stored, rows);
    // Members that are arrays of 64-bit integers come as plain numbers.
    const big = column.stored === 'int64' || column.stored === 'uint64';
    for (let i = 0; i < rows; i++) out[i] = (big ? BigInt(get(i) as number) : get(i)) as never;
    return out;
  };
  // h5wasm gives compound rows as arrays of their members.
  if (column.member !== undefined) {
    const { member, column: at } = column;
    if (at !== undefined) return make((i) => (part as ArrayLike<unknown>[][])[i][member][at]);
    return make((i) => (part as unknown[][])[i][member]);
  }
  const values = part as TypedArray | string[];
  if (column.column !== undefined) {
    const { column: at, width } = column;
    return make((i) => values[i * width + at]);
  }
  return column.stored === 'bool' ? make((i) => Number(values[i])) : values;
}

function blank(type: StoredType, n: number): TypedArray {
  switch (type) {
    case 'float32':
      return new Float32Array(n);
    case 'int64':
      return new BigInt64Array(n);
    case 'uint64':
      return new BigUint64Array(n);
    case 'int32':
      return new Int32Array(n);
    case 'uint32':
      return new Uint32Array(n);
    case 'int16':
      return new Int16Array(n);
    case 'uint16':
      return new Uint16Array(n);
    case 'int8':
      return new Int8Array(n);
    case 'uint8':
    case 'bool':
      return new Uint8Array(n);
    default:
      return new Float64Array(n);
  }
}
