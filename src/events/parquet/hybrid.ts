import { Unsuited } from './unsuited.js';

/** With up to seven bits before it, a number of this width fits into 32. */
const WIDEST = 25;

/** Where a reader of bytes stands. */
interface Cursor {
  at: number;
}

function varint(bytes: Uint8Array, cursor: Cursor): number {
  let [value, shift] = [0, 0];
  for (;;) {
    const byte = bytes[cursor.at++];
    if (byte === undefined || shift > 28) throw new Unsuited('a run has no length');
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value >>> 0;
    shift += 7;
  }
}

/**
 * Decodes whole numbers of a width in bits that are stored as runs: one number repeated, or groups of eight packed ones
 * (Parquet's "RLE/bit-packing hybrid").
 *
 * @param out gets its length of numbers; after the last run, zeros
 * @throws Unsuited where bytes are missing
 */
export function readHybrid(bytes: Uint8Array, width: number, out: Uint8Array | Int32Array): void {
  const cursor = { at: 0 };
  for (let done = 0; done < out.length;) {
    const header = varint(bytes, cursor);
    const run = header >>> 1;
    if (header & 1) {
      const count = Math.min(run * 8, out.length - done);
      unpackBits(bytes, cursor.at, width, out, done, count);
      cursor.at += run * width;
      done += count;
    } else {
      let value = 0;
      for (let k = 0; k < width; k += 8) value |= (bytes[cursor.at++] ?? 0) << k;
      if (run === 0 || cursor.at > bytes.length) throw new Unsuited('a run is empty or cut');
      out.fill(value, done, Math.min(done + run, out.length));
      done += run;
    }
  }
}

/** Whether all of `count` numbers of one bit are ones, told by one run: the usual case. */
export function allOnes(bytes: Uint8Array, count: number): boolean {
  const cursor = { at: 0 };
  const header = varint(bytes, cursor);
  return (header & 1) === 0 && header >>> 1 >= count && bytes[cursor.at] === 1;
}

/** Numbers of `width` ≤ 25 bits, lowest bits first. */
export function unpackBits(
  bytes: Uint8Array,
  from: number,
  width: number,
  out: Uint8Array | Int32Array,
  at: number,
  count: number,
): void {
  if (width > WIDEST) throw new Unsuited(`numbers of ${width} bits are not unpacked`);
  if (from + Math.ceil((count * width) / 8) > bytes.length) throw new Unsuited('packed numbers are cut');
  const mask = 2 ** width - 1;
  // Every number lies in four bytes, which are loaded at once as far as there are four.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const whole = Math.min(count, Math.max(0, Math.ceil((8 * (bytes.length - 3 - from)) / Math.max(width, 1))));
  for (let i = 0; i < whole; i++) {
    const bit = i * width;
    out[at + i] = (view.getUint32(from + (bit >>> 3), true) >>> (bit & 7)) & mask;
  }
  for (let i = whole; i < count; i++) {
    const bit = i * width;
    let word = 0;
    for (let k = 3; k >= 0; k--) word = (word << 8) | (bytes[from + (bit >>> 3) + k] ?? 0);
    out[at + i] = (word >>> (bit & 7)) & mask;
  }
}
