import type { ByteSource } from './byte-source.js';
import type { Unpacker } from './codecs/unpack.js';
import { BasketDamage } from './damage.js';
import { arrayOf, widthOf } from './leaf-types.js';
import type { NumberType, TypedArray } from './types.js';

/** Where the elements of one column in one cluster lie, as jsroot reads the page list. */
export interface PageList {
  readonly pages: readonly {
    readonly numElements: number | bigint;
    readonly locator: { readonly size: number | bigint; readonly offset: number | bigint };
  }[];
}

/** How elements are encoded. Split: first all lowest bytes, then the next, …; zigzag: sign in the lowest bit; delta: differences. */
interface Encoding {
  readonly type: NumberType;
  readonly split?: true;
  readonly code?: 'zigzag' | 'delta' | 'bits';
}

/** Column types of the RNTuple specification 1.0, section "Column Description". */
const encodings: Readonly<Record<number, Encoding>> = {
  0x00: { type: 'bool', code: 'bits' },
  0x01: { type: 'uint8' },
  0x02: { type: 'uint8' },
  0x03: { type: 'int8' },
  0x04: { type: 'uint8' },
  0x05: { type: 'int16' },
  0x06: { type: 'uint16' },
  0x07: { type: 'int32' },
  0x08: { type: 'uint32' },
  0x09: { type: 'int64' },
  0x0a: { type: 'uint64' },
  0x0c: { type: 'float32' },
  0x0d: { type: 'float64' },
  0x0e: { type: 'uint32' },
  0x0f: { type: 'uint64' },
  0x11: { type: 'int16', split: true, code: 'zigzag' },
  0x12: { type: 'uint16', split: true },
  0x13: { type: 'int32', split: true, code: 'zigzag' },
  0x14: { type: 'uint32', split: true },
  0x15: { type: 'int64', split: true, code: 'zigzag' },
  0x16: { type: 'uint64', split: true },
  0x18: { type: 'float32', split: true },
  0x19: { type: 'float64', split: true },
  0x1a: { type: 'uint32', split: true, code: 'delta' },
  0x1b: { type: 'uint64', split: true, code: 'delta' },
};

/** The type of a column's elements, or undefined if its encoding is not read here. */
export const elementType = (columnType: number): NumberType | undefined => encodings[columnType]?.type;

function unsplit(bytes: Buffer, out: Uint8Array, width: number): void {
  const count = bytes.length / width;
  for (let b = 0; b < width; b++) {
    const from = b * count;
    for (let i = 0, at = b; i < count; i++, at += width) out[at] = bytes[from + i]!;
  }
}

function undoZigzag(values: TypedArray): void {
  if (values instanceof BigInt64Array) {
    for (let i = 0; i < values.length; i++) {
      const coded = BigInt.asUintN(64, values[i]!);
      values[i] = (coded >> 1n) ^ -(coded & 1n);
    }
    return;
  }
  const mask = values instanceof Int16Array ? 0xffff : 0xffff_ffff;
  const numbers = values as Int16Array | Int32Array;
  for (let i = 0; i < numbers.length; i++) {
    const coded = (numbers[i]! & mask) >>> 0;
    numbers[i] = (coded >>> 1) ^ -(coded & 1);
  }
}

/** Index columns start afresh with every page. */
function undoDelta(values: TypedArray): void {
  if (values instanceof BigUint64Array) for (let i = 1; i < values.length; i++) values[i]! += values[i - 1]!;
  else for (let i = 1; i < values.length; i++) (values as Uint32Array)[i]! += (values as Uint32Array)[i - 1]!;
}

/** All elements of a column in a cluster. */
export function readPages(source: ByteSource, unpacker: Unpacker, columnType: number, list: PageList): TypedArray {
  const { type, split, code } = encodings[columnType]!;
  const width = widthOf(type);
  const total = list.pages.reduce((sum, page) => sum + Number(page.numElements), 0);
  const values: TypedArray = new arrayOf[type](total);
  let done = 0;
  for (const { numElements, locator } of list.pages) {
    const count = Number(numElements);
    const size = code === 'bits' ? Math.ceil(count / 8) : count * width;
    const stored = Number(locator.size);
    if (stored > source.size) throw new BasketDamage('a page lies outside the file');
    const packed = Buffer.allocUnsafeSlow(stored);
    source.read(Number(locator.offset), stored, packed);
    const page = Buffer.allocUnsafeSlow(size);
    unpacker.unpack(packed, 0, stored, page, 0, size, 1);
    const target = values.subarray(done, done + count);
    const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
    if (code === 'bits') for (let i = 0; i < count; i++) bytes[i] = (page[i >> 3]! >> (i & 7)) & 1;
    else if (split) unsplit(page, bytes, width);
    else bytes.set(page);
    if (code === 'zigzag') undoZigzag(target);
    if (code === 'delta') undoDelta(target);
    done += count;
  }
  return values;
}
