import { Unsuited } from './unsuited.js';

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

/** Numbers of `width` ≤ 24 bits, lowest bits first. */
export function unpackBits(
  bytes: Uint8Array,
  from: number,
  width: number,
  out: Uint8Array | Int32Array,
  at: number,
  count: number,
): void {
  if (width > 24) throw new Unsuited(`numbers of ${width} bits are not unpacked`);
  if (from + Math.ceil((count * width) / 8) > bytes.length) throw new Unsuited('packed numbers are cut');
  const mask = 2 ** width - 1;
  let [held, bits, next] = [0, 0, from];
  for (let i = at; i < at + count; i++) {
    while (bits < width) {
      held |= bytes[next++] << bits;
      bits += 8;
    }
    out[i] = held & mask;
    held >>>= width;
    bits -= width;
  }
}
