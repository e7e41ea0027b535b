import type { NumberType, TypedArray } from '../root/types.js';
import { allPresent, presentLevels, type Levels } from './levels.js';

export type StoredType = NumberType | 'string';

/** Values for some rows: one per row, `length` per row, or those between the offsets of each row. */
export interface ColumnBlock {
  readonly values: TypedArray | readonly string[];
  /** List columns: one more than there are rows, starting anywhere. */
  readonly offsets?: Int32Array | undefined;
  /** Optional columns: 0 where a row has no value, whatever stands there. Absent: all rows have one. */
  readonly present?: Uint8Array | undefined;
}

/** A Parquet data page (version 1, plain encoding): its bytes in pieces, and how many values, missing ones or empty lists it counts. */
export interface Page {
  readonly bytes: readonly Buffer[];
  readonly count: number;
}

/** @param levels shared by the pages of one row group, whose lists often have the same lengths */
export function page(type: StoredType, block: ColumnBlock, levels: Levels, optional = false): Page {
  const { values, offsets, present } = block;
  if (!offsets) {
    const count = values.length;
    if (!optional) return { bytes: [plain(type, values)], count };
    if (!present) return { bytes: [...allPresent(count), plain(type, values)], count };
    const there = Array.isArray(values)
      ? (values as readonly string[]).filter((_, i) => present[i])
      : (values as Float64Array).filter((_, i) => present[i] !== 0);
    return { bytes: [...presentLevels(present), plain(type, there)], count };
  }
  const from = offsets[0];
  const to = offsets[offsets.length - 1];
  const { bytes, count } = levels.of(offsets);
  const part = Array.isArray(values) ? values.slice(from, to) : (values as TypedArray).subarray(from, to);
  return { bytes: [...bytes, plain(type, part)], count };
}

function plain(type: StoredType, values: TypedArray | readonly string[]): Buffer {
  switch (type) {
    case 'string':
      return strings(values as readonly string[]);
    case 'bool': {
      const bytes = new Uint8Array(Math.ceil(values.length / 8));
      for (let i = 0; i < values.length; i++) if (values[i]) bytes[i >> 3] |= 1 << (i & 7);
      return Buffer.from(bytes.buffer);
    }
    // Parquet stores small integers as 32 bits.
    case 'int8':
    case 'int16':
    case 'uint8':
    case 'uint16':
      return bytesOf(Int32Array.from(values as Int8Array));
    default:
      return bytesOf(values as TypedArray);
  }
}

const bytesOf = (values: TypedArray): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

function strings(values: readonly string[]): Buffer {
  const size = values.reduce((sum, value) => sum + 4 + Buffer.byteLength(value), 0);
  const bytes = Buffer.alloc(size);
  let at = 0;
  for (const value of values) {
    const length = bytes.write(value, at + 4);
    bytes.writeUInt32LE(length, at);
    at += 4 + length;
  }
  return bytes;
}
