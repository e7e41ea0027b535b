import type { NumberType, TypedArray } from '../root/types.js';

export type StoredType = NumberType | 'string';

/** Values for some rows: one per row, `length` per row, or those between the offsets of each row. */
export interface ColumnBlock {
  readonly values: TypedArray | readonly string[];
  /** List columns: one more than there are rows, starting anywhere. */
  readonly offsets?: Int32Array | undefined;
}

/** Bytes of a Parquet data page (version 1, plain encoding) and how many values, or empty lists, it counts. */
export function page(type: StoredType, block: ColumnBlock): { bytes: Buffer; count: number } {
  const { values, offsets } = block;
  if (!offsets) return { bytes: plain(type, values), count: values.length };
  const from = offsets[0];
  const to = offsets[offsets.length - 1];
  const rows = offsets.length - 1;
  let count = to - from;
  for (let i = 0; i < rows; i++) if (offsets[i + 1] === offsets[i]) count++;
  // Two bit fields: "continues the row before" and "there is a value here" (an empty list has none).
  const continues = new Uint8Array(Math.ceil(count / 8));
  const present = new Uint8Array(Math.ceil(count / 8));
  let at = 0;
  for (let i = 0; i < rows; i++) {
    const length = offsets[i + 1] - offsets[i];
    if (length === 0) at++;
    for (let k = 0; k < length; k++, at++) {
      present[at >> 3] |= 1 << (at & 7);
      if (k > 0) continues[at >> 3] |= 1 << (at & 7);
    }
  }
  const part = Array.isArray(values) ? values.slice(from, to) : (values as TypedArray).subarray(from, to);
  return { bytes: Buffer.concat([levels(continues), levels(present), plain(type, part)]), count };
}

/** One bit-packed run, with its length in front. */
function levels(bits: Uint8Array): Buffer {
  const header: number[] = [];
  for (let rest = bits.length * 2 + 1; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) {
      header.push(rest);
      break;
    }
    header.push((rest % 128) + 128);
  }
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length + bits.length);
  return Buffer.concat([length, Buffer.from(header), bits]);
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
