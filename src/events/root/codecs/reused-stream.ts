import { BasketDamage } from '../damage.js';
import type { Codec } from './codec.js';

/** The part of Node's compression streams used here. Not public: probed before use. */
interface Handle {
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
interface OpenStream {
  readonly _handle: Handle;
  /** [output left over, input left over] after the last write. */
  readonly _writeState: Uint32Array;
}

/**
 * A codec that unpacks every block with the same stream, straight into the result.
 *
 * @param open makes the stream; another one after damage, of which some streams keep the memory
 * @param flush the stream's word for "this is all"
 * @param what whose block is damaged, for the error
 */
export function reusedStream(open: () => unknown, flush: number, what: string): Codec {
  let failed = true;
  let stream: OpenStream;
  const fresh = (): void => {
    stream = open() as OpenStream;
    // Without this a damaged block destroys the stream, whose unhandled 'error' event ends the process.
    stream._handle.onerror = () => {
      failed = true;
    };
    failed = false;
  };
  return (src, from, length, dst, at, size) => {
    if (failed) fresh();
    else stream._handle.reset();
    stream._handle.writeSync(flush, src, from, length, dst, at, size);
    // Input left over means that there was more than the block promised.
    if (failed || stream._writeState[0] !== 0 || stream._writeState[1] !== 0) {
      throw new BasketDamage(`its ${what} block is damaged`);
    }
  };
}

/** True if a codec turns a known block into its bytes and refuses that block damaged or cut. */
export function works(codec: Codec, pack: (plain: Uint8Array) => Buffer): boolean {
  const plain = Buffer.from('a basket of values '.repeat(20));
  const packed = pack(plain);
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
  broken[packed.length - 2]! ^= 1;
  const longer = Buffer.concat([packed, Buffer.alloc(1)]);
  if (!refuses(broken) || !refuses(packed.subarray(0, packed.length - 6)) || !refuses(longer)) return false;
  codec(packed, 0, packed.length, out, 0, out.length);
  return out.equals(plain);
}

/** A codec that is fast if this Node's inside is as expected, else the one that is public. */
export function fastOr(plain: Codec, make: () => Codec, pack: (plain: Uint8Array) => Buffer): Codec {
  try {
    const fast = make();
    if (works(fast, pack)) return fast;
  } catch {
    // Node has changed its inside: use what is public.
  }
  return plain;
}
