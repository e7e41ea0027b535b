import { xz } from '@napi-rs/lzma';
import { BasketDamage } from '../damage.js';
import type { Codec } from './codec.js';

/** XZ streams; they carry their own checksum. */
export const lzmaCodec: Codec = (src, from, length, dst, at, size) => {
  let out: Buffer;
  try {
    out = xz.decompressSync(src.subarray(from, from + length));
  } catch {
    throw new BasketDamage('its LZMA block is damaged');
  }
  if (out.length !== size) throw new BasketDamage('its LZMA block is damaged');
  dst.set(out, at);
};
