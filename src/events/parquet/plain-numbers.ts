import { readFully } from './chunk-bytes.js';
import { unpackBits } from './hybrid.js';
import type { FlatType } from './flat-file.js';
import { Unsuited } from './unsuited.js';

const WIDTHS: Readonly<Record<FlatType, number>> = {
  boolean: 1 / 8,
  int32: 4,
  uint32: 4,
  int64: 8,
  float: 4,
  double: 8,
};

/** Bytes of a value. */
export const widthOf = (type: FlatType): number => WIDTHS[type];

/**
 * Takes values that lie one after the other, in little-endian order, as doubles: as many as `out` is long.
 * Memory is used again.
 *
 * @throws Unsuited where bytes are missing or a whole number is not below 2⁵³ in size
 */
export class PlainNumbers {
  private room = new ArrayBuffer(0);

  /** From value number `from` on, of the bytes. */
  take(type: FlatType, bytes: Uint8Array, from: number, out: Float64Array): void {
    const width = WIDTHS[type];
    if ((from + out.length) * width > bytes.length) throw new Unsuited('a page is cut');
    if (type === 'boolean') {
      const skipped = from & 7;
      const bits = new Uint8Array(skipped + out.length);
      unpackBits(bytes, from >> 3, 1, bits, 0, bits.length);
      return out.set(bits.subarray(skipped));
    }
    // Pages begin anywhere, typed arrays at whole multiples of their width.
    this.through(type, out, (aligned) => aligned.set(bytes.subarray(from * width, (from + out.length) * width)));
  }

  /** From value number `from` on, of those that lie in a file from byte `at` on; no truth values. */
  read(type: FlatType, file: number, at: number, from: number, out: Float64Array): void {
    this.through(type, out, (aligned) => readFully(file, aligned, at + from * WIDTHS[type]));
  }

  private through(type: FlatType, out: Float64Array, fill: (aligned: Uint8Array) => void): void {
    const count = out.length;
    if (type === 'double') return fill(new Uint8Array(out.buffer, out.byteOffset, 8 * count));
    const size = count * WIDTHS[type];
    if (this.room.byteLength < size) this.room = new ArrayBuffer(size);
    fill(new Uint8Array(this.room, 0, size));
    switch (type) {
      case 'float':
        return widen(new Float32Array(this.room, 0, count), out);
      case 'int32':
        return widenInt(new Int32Array(this.room, 0, count), out);
      case 'uint32':
        return widenUint(new Uint32Array(this.room, 0, count), out);
      case 'int64':
        return whole64(new Int32Array(this.room, 0, 2 * count), out);
    }
  }
}

// One loop for each kind of array: a loop that meets several is slow in all of them.
function widen(values: Float32Array, out: Float64Array): void {
  for (let i = 0; i < values.length; i++) out[i] = values[i];
}
function widenInt(values: Int32Array, out: Float64Array): void {
  for (let i = 0; i < values.length; i++) out[i] = values[i];
}
function widenUint(values: Uint32Array, out: Float64Array): void {
  for (let i = 0; i < values.length; i++) out[i] = values[i];
}

/** From low and high halves. */
function whole64(halves: Int32Array, out: Float64Array): void {
  let large = 0;
  for (let i = 0; i < halves.length / 2; i++) {
    const high = halves[2 * i + 1];
    // Bits above 2^53, or missing ones in a negative number: 0 if there are none.
    large |= (high ^ (high >> 31)) >>> 21;
    out[i] = high * 2 ** 32 + (halves[2 * i] >>> 0);
  }
  if (large !== 0) throw new Unsuited('a whole number is beyond 2^53');
}
