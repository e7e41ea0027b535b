import { BasketDamage } from '../damage.js';
import { unclearedBuffer } from '../memory.js';
import { swapBytes } from '../swap.js';
import type { Codec } from './codec.js';
import type { Lz4Codec } from './lz4.js';
import { lz4Codec } from './lz4.js';
import { lzmaCodec } from './lzma.js';
import { oldRootCodec, zlibCodec } from './zlib.js';
import { zstdCodec } from './zstd.js';

/** Unpacks what ROOT wrote: a run of blocks, or plain bytes. Owns the decoders' memory; one per thread. */
export interface Unpacker {
  /**
   * Unpack src[from, to), which holds `size` bytes, to dst[at, …) and turn words of `width` bytes round (1: leave them).
   * Stored and unpacked size being equal means that the bytes were not compressed. Of the unpacked bytes [low, high) are
   * wanted, all by default: blocks outside are skipped, checksums and all.
   */
  unpack(
    src: Buffer,
    from: number,
    to: number,
    dst: Buffer,
    at: number,
    size: number,
    width: number,
    low?: number,
    high?: number,
  ): void;
}

const header = 9;
const u24 = (bytes: Buffer, at: number): number => bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);

/** Throws unless the blocks follow one another to the last byte and promise `size` bytes: nothing is allocated on trust. */
export function checkBlocks(src: Buffer, from: number, to: number, size: number): void {
  if (to - from === size) return;
  let total = 0;
  let at = from;
  while (at < to && total < size) {
    if (at + header > to) throw new BasketDamage('a block header is cut');
    total += u24(src, at + 6);
    at += header + u24(src, at + 3);
  }
  if (at > to || total !== size) {
    throw new BasketDamage(`its blocks hold ${total} bytes where ${size} are expected`);
  }
}

/** Make a codec when its first block comes: most files use one. */
function lazily<C extends (...args: never[]) => void>(make: () => C): C {
  let made: C | undefined;
  return ((...args) => (made ??= make())(...args)) as C;
}

export function createUnpacker(): Unpacker {
  const lz4: Lz4Codec = lazily(lz4Codec);
  const codecs: Readonly<Record<string, Codec>> = {
    ZL: lazily(zlibCodec),
    ZS: lazily(zstdCodec),
    XZ: lazily(lzmaCodec),
    CS: oldRootCodec,
  };
  let scratch: Buffer = Buffer.alloc(0);
  return {
    unpack(src, from, to, dst, at, size, width, low = 0, high = size) {
      const end = at + high - low;
      if (to - from === size) {
        src.copy(dst, at, from + low, from + high);
        swapBytes(dst.subarray(at, end), width);
        return;
      }
      checkBlocks(src, from, to, size);
      let swapped = width === 1;
      for (let done = 0; done < high;) {
        const tag = String.fromCharCode(src[from]!, src[from + 1]!);
        const length = u24(src, from + 3);
        const bytes = u24(src, from + 6);
        const body = from + header;
        const whole = done >= low && done + bytes <= high;
        if (done + bytes > low) {
          if (!whole && scratch.length < bytes) scratch = unclearedBuffer(bytes);
          const [room, out] = whole ? [dst, at + done - low] : [scratch, 0];
          if (tag === 'L4') {
            const alone = bytes === size && whole;
            lz4(src, body, length, room, out, bytes, alone ? width : 1);
            swapped ||= alone;
          } else {
            const codec = codecs[tag];
            if (!codec) throw new BasketDamage(`its compression ${JSON.stringify(tag)} is unknown`);
            codec(src, body, length, room, out, bytes);
          }
          if (!whole)
            room.copy(dst, Math.max(at, at + done - low), Math.max(low - done, 0), Math.min(high - done, bytes));
        }
        from = body + length;
        done += bytes;
      }
      // Blocks may cut a word in two: turn round when all are there.
      if (!swapped) swapBytes(dst.subarray(at, end), width);
    },
  };
}
