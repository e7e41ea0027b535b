import { BasketDamage } from '../damage.js';
import type { Codec } from './codec.js';
import { lz4Wasm } from './lz4-wasm.js';

interface Lz4Exports {
  readonly memory: WebAssembly.Memory;
  /** End of the output, 0 if damaged. */
  lz4(from: number, to: number, out: number, outEnd: number): number;
  xxh64(at: number, length: number): bigint;
  swap(at: number, length: number, width: number): void;
}

/** Unpack a block whose eight bytes of checksum lie in front of it, turning words of `width` bytes round on the way. */
export type Lz4Codec = (...args: [...Parameters<Codec>, width: number]) => void;

/** A decoder with its own WebAssembly memory (lz4.wat): about five times faster than JavaScript. */
export function lz4Codec(): Lz4Codec {
  const module = new WebAssembly.Module(Buffer.from(lz4Wasm, 'base64'));
  const wasm = new WebAssembly.Instance(module).exports as unknown as Lz4Exports;
  let heap = Buffer.from(wasm.memory.buffer);
  return (src, from, length, dst, at, size, width) => {
    if (length < 8) throw new BasketDamage('its LZ4 block is too short');
    const packed = length - 8;
    // The output follows the input; both need slack, since the decoder copies 16 bytes at a time.
    const out = (packed + 63) & ~31;
    const missing = out + size + 64 - wasm.memory.buffer.byteLength;
    if (missing > 0) wasm.memory.grow(Math.ceil(missing / 65_536));
    if (heap.buffer !== wasm.memory.buffer) heap = Buffer.from(wasm.memory.buffer);
    src.copy(heap, 0, from + 8, from + length);
    if (BigInt.asUintN(64, wasm.xxh64(0, packed)) !== src.readBigUInt64BE(from)) {
      throw new BasketDamage('the checksum of its LZ4 block differs');
    }
    if (wasm.lz4(0, packed, out, out + size) !== out + size) throw new BasketDamage('its LZ4 block is damaged');
    if (width > 1) wasm.swap(out, size, width);
    dst.set(heap.subarray(out, out + size), at);
  };
}
