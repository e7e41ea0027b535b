import { createRequire } from 'node:module';
import zlib from 'node:zlib';
import { BasketDamage } from '../damage.js';
import type { Codec } from './codec.js';

/** What @foxglove/wasm-zstd's inner module offers; its wrapper copies more. */
interface ZstdModule {
  readonly ready: Promise<unknown>;
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(at: number): void;
  _decompress(out: number, outBytes: number, from: number, bytes: number): number;
}

/** Node has ZSTD from 22.15 on. */
const native = (zlib as { zstdDecompressSync?: (input: Uint8Array, options: object) => Buffer }).zstdDecompressSync;

const nativeZstd: Codec = (src, from, length, dst, at, size) => {
  let out: Buffer;
  try {
    out = native!(src.subarray(from, from + length), { maxOutputLength: Math.max(size, 1) });
  } catch {
    throw new BasketDamage('its ZSTD block is damaged');
  }
  if (out.length !== size) throw new BasketDamage('its ZSTD block is damaged');
  dst.set(out, at);
};

function wasmZstd(wasm: ZstdModule): Codec {
  let input = { at: 0, bytes: 0 };
  let output = { at: 0, bytes: 0 };
  const atLeast = (area: typeof input, bytes: number): typeof input => {
    if (bytes <= area.bytes) return area;
    if (area.at) wasm._free(area.at);
    const at = wasm._malloc(bytes);
    if (!at) throw new BasketDamage(`no memory for a ZSTD block of ${bytes} bytes`);
    return { at, bytes };
  };
  return (src, from, length, dst, at, size) => {
    input = atLeast(input, length);
    output = atLeast(output, size);
    wasm.HEAPU8.set(src.subarray(from, from + length), input.at);
    if (wasm._decompress(output.at, size, input.at, length) !== size) {
      throw new BasketDamage('its ZSTD block is damaged');
    }
    dst.set(wasm.HEAPU8.subarray(output.at, output.at + size), at);
  };
}

/** The fastest ZSTD decoder here. Frames written without checksum (as uproot does) hide most damage: no reader can know. */
export async function zstdCodec(): Promise<Codec> {
  if (native) return nativeZstd;
  const need = createRequire(import.meta.url);
  const factory = need('@foxglove/wasm-zstd/dist/wasm-zstd.js') as () => ZstdModule | Promise<ZstdModule>;
  const wasm = await factory();
  await wasm.ready;
  return wasmZstd(wasm);
}
