import { closeSync, fstatSync, openSync } from 'node:fs';
import type { FileMetaData, SchemaElement } from 'hyparquet';
// Not the package's index, which loads every encoding there is.
import { parquetMetadataAsync } from 'hyparquet/src/metadata.js';
import { readFully } from './chunk-bytes.js';

/** How a chunk stores its numbers, and what kind they are. */
export type FlatType = 'boolean' | 'int32' | 'uint32' | 'int64' | 'float' | 'double';
export type FlatCodec = 'UNCOMPRESSED' | 'SNAPPY' | 'GZIP' | 'ZSTD';

/** A column's values in one row group: its pages lie at `at`, one after the other. */
export interface FlatChunk {
  readonly at: number;
  readonly bytes: number;
  readonly type: FlatType;
  /** Whether values may be missing: pages say which are there. */
  readonly optional: boolean;
  readonly codec: FlatCodec;
}

/** Rows whose columns are stored together. */
export interface RowGroup {
  readonly rows: number;
  /** In the order in which the columns were asked for. */
  readonly chunks: readonly FlatChunk[];
}

/** Some columns of a Parquet file: one number a row, in pages that `ChunkReader` reads. */
export interface FlatFile {
  readonly path: string;
  readonly groups: readonly RowGroup[];
}

const TYPES: Readonly<Record<string, FlatType>> = {
  BOOLEAN: 'boolean',
  INT32: 'int32',
  INT64: 'int64',
  FLOAT: 'float',
  DOUBLE: 'double',
};
const CODECS: readonly string[] = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD'] satisfies FlatCodec[];
/** Annotations that leave a number what it is. */
const WHOLE = new Set(['INT_8', 'INT_16', 'INT_32', 'INT_64', 'UINT_8', 'UINT_16']);

/**
 * Where columns of single numbers lie in a Parquet file, from its footer.
 *
 * @returns undefined where one of them is text, a list, a decimal, a date or compressed in another way than the usual ones, and
 *   where the file cannot be understood
 */
export async function flatFile(path: string, columns: readonly string[]): Promise<FlatFile | undefined> {
  const footer = await readFooter(path);
  const leaves = footer?.schema.filter(({ num_children }) => num_children === undefined) ?? [];
  const places = columns.map((name) => flatPlace(footer, leaves, name));
  if (!footer || places.includes(-1)) return undefined;
  const groups = footer.row_groups.map(({ num_rows, columns: chunks }): RowGroup | undefined => {
    const rows = Number(num_rows);
    const flat = places.map((place) => flatChunk(chunks[place], leaves[place], rows));
    return flat.every((chunk) => chunk !== undefined) ? { rows, chunks: flat } : undefined;
  });
  return groups.every((group) => group !== undefined) ? { path, groups } : undefined;
}

async function readFooter(path: string): Promise<FileMetaData | undefined> {
  let file: number | undefined;
  try {
    const handle = (file = openSync(path, 'r'));
    const { size } = fstatSync(handle);
    const slice = (from: number, to = size): ArrayBuffer => {
      const bytes = new Uint8Array(to - from);
      readFully(handle, bytes, from);
      return bytes.buffer;
    };
    return await parquetMetadataAsync({ byteLength: size, slice }, { geoparquet: false });
  } catch {
    // Who reads the file in another way words what is wrong with it.
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The place among the leaves of a column at the top level that is no list; −1 for others. */
function flatPlace(footer: FileMetaData | undefined, leaves: readonly SchemaElement[], name: string): number {
  const paths = footer?.row_groups[0]?.columns.map((c) => c.meta_data?.path_in_schema) ?? leaves.map((l) => [l.name]);
  const found = paths.flatMap((path, i) => (path?.length === 1 && path[0] === name ? [i] : []));
  return found.length === 1 && leaves[found[0]].repetition_type !== 'REPEATED' ? found[0] : -1;
}

function flatChunk(
  chunk: FileMetaData['row_groups'][number]['columns'][number],
  leaf: SchemaElement,
  rows: number,
): FlatChunk | undefined {
  const { meta_data: meta, file_path: elsewhere } = chunk;
  const type = flatType(leaf);
  if (!meta || !type || elsewhere || Number(meta.num_values) !== rows || !CODECS.includes(meta.codec)) return undefined;
  // Some writers put 0 for "no dictionary".
  const dictionary = Number(meta.dictionary_page_offset ?? 0n);
  return {
    at: dictionary > 0 ? Math.min(dictionary, Number(meta.data_page_offset)) : Number(meta.data_page_offset),
    bytes: Number(meta.total_compressed_size),
    type,
    optional: leaf.repetition_type === 'OPTIONAL',
    codec: meta.codec as FlatCodec,
  };
}

function flatType({ type, converted_type: converted, logical_type: logical }: SchemaElement): FlatType | undefined {
  const flat = TYPES[type ?? ''];
  if (logical && logical.type !== 'INTEGER') return undefined;
  if (converted === 'UINT_32' || (logical && logical.bitWidth === 32 && !logical.isSigned))
    return flat === 'int32' ? 'uint32' : undefined;
  if (logical && logical.bitWidth === 64 && !logical.isSigned) return undefined;
  return converted === undefined || WHOLE.has(converted) ? flat : undefined;
}
