import zlib from 'node:zlib';
import { BasketDamage } from '../damage.js';
import type { Codec } from './codec.js';

/** The part of Node's Inflate used here. Not public: probed before use. */
interface InflateHandle {
  onerror: (message: string) => void;
  reset(): void;
  writeSync(
    flush: number,
    input: Uint8Array,
    inputAt: number,
    inputLength: number,
    output: Uint8Array,
    outputAt: number,
    outputLength: number,
  ): void;
}
interface OpenInflate {
  readonly _handle: InflateHandle;
  /** [output left over, input left over] after the last write. */
  readonly _writeState: Uint32Array;
}

/** Public interface: a new stream for every block, 10 to 60 % slower. */
export const plainInflate: Codec = (src, from, length, dst, at, size) => {
  let out: Buffer;
  try {
    out = zlib.inflateSync(src.subarray(from, from + length), { maxOutputLength: Math.max(size, 1) });
  } catch {
    throw new BasketDamage('its ZLIB block is damaged');
  }
  if (out.length !== size) throw new BasketDamage('its ZLIB block is damaged');
  dst.set(out, at);
};

/** One stream, reused, that inflates straight into the result. */
function reusedInflate(): Codec {
  const stream = zlib.createInflate() as unknown as OpenInflate;
  const handle = stream._handle;
  let failed = false;
  // Without this a damaged block destroys the stream, whose unhandled 'error' event ends the process.
  handle.onerror = () => {
    failed = true;
  };
  return (src, from, length, dst, at, size) => {
    failed = false;
    handle.reset();
    handle.writeSync(zlib.constants.Z_FINISH, src, from, length, dst, at, size);
    // Input left over means that there was more than the block promised.
    if (failed || stream._writeState[0] !== 0 || stream._writeState[1] !== 0) {
      throw new BasketDamage('its ZLIB block is damaged');
    }
  };
}

/** True if a codec turns a known block into its bytes and refuses that block damaged or cut. */
function works(codec: Codec): boolean {
  const plain = Buffer.from('a basket of values '.repeat(20));
  const packed = zlib.deflateSync(plain);
  const out = Buffer.alloc(plain.length);
  const refuses = (block: Buffer): boolean => {
    try {
      codec(block, 0, block.length, out, 0, out.length);
      return false;
    } catch {
      return true;
    }
  };
  const broken = Buffer.from(packed);
  broken[packed.length - 2] ^= 1;
  if (!refuses(broken) || !refuses(packed.subarray(0, packed.length - 6))) return false;
  codec(packed, 0, packed.length, out, 0, out.length);
  return out.equals(plain);
}

/** The fastest inflate that this Node offers. */
export function zlibCodec(make: () => Codec = reusedInflate): Codec {
  try {
    const fast = make();
    if (works(fast)) return fast;
  } catch {
    // Node has changed its inside: use what is public.
  }
  return plainInflate;
}

/** ROOT's own format from before zlib: raw deflate without a checksum. */
export const oldRootCodec: Codec = (src, from, length, dst, at, size) => {
  let out: Buffer;
  try {
    out = zlib.inflateRawSync(src.subarray(from, from + length), { maxOutputLength: Math.max(size, 1) });
  } catch {
    throw new BasketDamage('its CS block is damaged');
  }
  if (out.length !== size) throw new BasketDamage('its CS block is damaged');
  dst.set(out, at);
};
