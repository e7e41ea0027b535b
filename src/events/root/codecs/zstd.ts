import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import zlib from 'node:zlib';
import { BasketDamage } from '../damage.js';
import type { Codec } from './codec.js';
import { fastOr, reusedStream } from './reused-stream.js';

/** What @foxglove/wasm-zstd's inner module offers; its wrapper copies more and loads later. */
interface ZstdModule {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(at: number): void;
  _decompress(out: number, outBytes: number, from: number, bytes: number): number;
}
interface Loading extends Partial<ZstdModule> {
  instantiateWasm(imports: object, done: (instance: object) => void): object;
}

/** Node has ZSTD from 22.15 on. */
interface NodeZstd {
  readonly zstdDecompressSync: (input: Uint8Array, options: object) => Buffer;
  readonly zstdCompressSync: (input: Uint8Array, options: object) => Buffer;
  readonly createZstdDecompress: () => unknown;
  readonly constants: { readonly ZSTD_e_end: number; readonly ZSTD_c_checksumFlag: number };
}
const node = zlib as unknown as Partial<NodeZstd>;

/** Whether this Node unpacks ZSTD itself, more than twice as fast as WebAssembly. */
export const hasOwnZstd = node.zstdDecompressSync !== undefined;

/** Public interface: a new stream for every block, and a copy. */
const plainZstd =
  ({ zstdDecompressSync }: NodeZstd): Codec =>
  (src, from, length, dst, at, size) => {
    let out: Buffer;
    try {
      out = zstdDecompressSync(src.subarray(from, from + length), { maxOutputLength: Math.max(size, 1) });
    } catch {
      throw new BasketDamage('its ZSTD block is damaged');
    }
    if (out.length !== size) throw new BasketDamage('its ZSTD block is damaged');
    dst.set(out, at);
  };

/** Node's own ZSTD, straight into the result where its inside allows. */
function nativeZstd(own: NodeZstd): Codec {
  const { ZSTD_e_end: flush, ZSTD_c_checksumFlag: checksum } = own.constants;
  // The trial block carries a checksum, so that damage to it must be refused.
  return fastOr(
    plainZstd(own),
    () => reusedStream(() => own.createZstdDecompress(), flush, 'ZSTD'),
    (plain) => own.zstdCompressSync(plain, { params: { [checksum]: 1 } }),
  );
}

/** The package's WebAssembly, compiled at once so that decoding never waits. */
function load(): ZstdModule {
  const need = createRequire(import.meta.url);
  const wasm = new WebAssembly.Module(readFileSync(need.resolve('@foxglove/wasm-zstd/dist/wasm-zstd.wasm')));
  const loading: Loading = {
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(wasm, imports);
      done(instance);
      return instance.exports;
    },
  };
  (need('@foxglove/wasm-zstd/dist/wasm-zstd.js') as (module: Loading) => unknown)(loading);
  return loading as unknown as ZstdModule;
}

/** The decoder for a Node without ZSTD of its own. */
export function wasmZstd(): Codec {
  const wasm = load();
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

/** The fastest ZSTD decoder here. Frames without checksum, as uproot writes them, hide most damage: no reader can know. */
export const zstdCodec = (): Codec => (hasOwnZstd ? nativeZstd(node as NodeZstd) : wasmZstd());
