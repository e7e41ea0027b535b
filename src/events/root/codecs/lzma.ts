import { createRequire } from 'node:module';
import type { xz as Xz } from '@napi-rs/lzma';
import { BasketDamage } from '../damage.js';
import type { Codec } from './codec.js';

/** XZ streams; they carry their own checksum. */
export function lzmaCodec(): Codec {
  const { xz } = createRequire(import.meta.url)('@napi-rs/lzma') as { xz: typeof Xz };
  return (src, from, length, dst, at, size) => {
    let out: Buffer;
    try {
      out = xz.decompressSync(src.subarray(from, from + length));
    } catch {
      throw new BasketDamage('its LZMA block is damaged');
    }
    if (out.length !== size) throw new BasketDamage('its LZMA block is damaged');
    dst.set(out, at);
  };
}
