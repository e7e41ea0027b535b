import { DatamcError } from '../../base/error.js';
import { BasketDamage, PlacedDamage, reasonOf } from './damage.js';
import type { ByteSource } from './byte-source.js';
import type { BranchPlan } from './plan.js';
import { swapBytes } from './swap.js';

/** One basket, still packed: src[from, to) unpacks to `size` bytes, the first `border` of which are values. */
export interface Basket {
  readonly index: number;
  readonly src: Buffer;
  readonly from: number;
  readonly to: number;
  readonly size: number;
  readonly border: number;
  /** What the entry offsets count from. */
  readonly keyLength: number;
  /** Its first entry, and how many it holds. */
  readonly first: number;
  readonly entries: number;
  /** Where in the file its bytes are, if they are stored plain and not in `src`: they are read straight to their place. */
  readonly unread?: number;
  /** Entry offsets kept beside the data, in baskets that live inside the tree. */
  readonly offsets?: Int32Array;
}

/** What is needed of a branch to read its baskets. */
export type BasketsOf = Pick<BranchPlan, 'branch' | 'baskets'>;

/** Read a basket's key: TKey, then TBasket's own fields, of which the last nine bytes are entries, border and a flag. */
function parseKey(src: Buffer, bytes: number, index: number, first: number, expected: number): Basket {
  const keyLength = src.readUInt16BE(14);
  const stored = src.readInt32BE(0);
  const size = src.readInt32BE(6);
  if (stored !== bytes) throw new BasketDamage(`its key says ${stored} bytes, the tree ${bytes}`);
  if (keyLength < 27 || keyLength > bytes || size < 0) throw new BasketDamage('its key is damaged');
  const entries = src.readInt32BE(keyLength - 9);
  const border = src.readInt32BE(keyLength - 5) - keyLength;
  if (entries !== expected) throw new BasketDamage(`its key says ${entries} entries, the tree ${expected}`);
  if (border < 0 || border > size) throw new BasketDamage('its key is damaged');
  return { index, src, from: keyLength, to: bytes, size, border, keyLength, first, entries };
}

/** Smaller baskets are read in one go; of larger ones first this much, which holds the key. */
const small = 65_536;
const keyRoom = 1024;

/** Bytes that are turned round while the processor's cache still holds them. */
const piece = 262_144;

/** Reads baskets one by one into a buffer of its own: a basket is valid until the next is asked for. */
export class BasketReader {
  readonly #source: ByteSource;
  #buffer = Buffer.allocUnsafeSlow(1 << 18);

  constructor(source: ByteSource) {
    this.#source = source;
  }

  #read(plan: BasketsOf, index: number): Basket {
    const { seek, bytes, first, embedded } = plan.baskets;
    const inside = embedded.get(index);
    const entries = first[index + 1]! - first[index]!;
    if (inside) {
      const { data, keyLength, offsets } = inside;
      const src = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
      const border = data.byteLength;
      if (inside.entries !== entries) throw new BasketDamage(`it holds ${inside.entries} entries, not ${entries}`);
      const basket = {
        index,
        src,
        from: 0,
        to: border,
        size: border,
        border,
        keyLength,
        first: first[index]!,
        entries,
      };
      return offsets ? { ...basket, offsets } : basket;
    }
    const length = bytes[index]!;
    if (length < 0) throw new BasketDamage('its size is negative');
    // Before any memory is taken for it.
    if (seek[index]! + length > this.#source.size) throw new BasketDamage('it lies outside the file');
    if (length < 18) throw new BasketDamage('it is too short for a key');
    const key = length > small ? this.#key(seek[index]!) : undefined;
    if (key && key.length <= keyRoom) {
      const basket = parseKey(this.#buffer, length, index, first[index]!, entries);
      if (length - key.length === key.size) return { ...basket, unread: seek[index]! + key.length };
    }
    if (this.#buffer.length < length) this.#buffer = Buffer.allocUnsafeSlow(Math.ceil(length * 1.25));
    this.#source.read(seek[index]!, length, this.#buffer);
    return parseKey(this.#buffer, length, index, first[index]!, entries);
  }

  /** The start of a large basket: how long its key is, and how many bytes it unpacks to. */
  #key(position: number): { length: number; size: number } {
    this.#source.read(position, keyRoom, this.#buffer);
    return { length: this.#buffer.readUInt16BE(14), size: this.#buffer.readInt32BE(6) };
  }

  /** Read plain bytes of the file to dst[at, at + length) and turn words of `width` bytes round. */
  readPlain(position: number, length: number, dst: Buffer, at: number, width: number): void {
    for (let done = 0; done < length; done += piece) {
      const part = dst.subarray(at + done, at + Math.min(done + piece, length));
      this.#source.read(position + done, part.length, part);
      swapBytes(part, width);
    }
  }

  /** The compression of the basket that holds an entry, `ZL` for one; whatever cannot be read is left to `each`. */
  compressionOf({ baskets: { seek, first } }: BasketsOf, entry: number): string {
    try {
      const at = seek[basketOf(first, entry)]!;
      this.#source.read(at, 16, this.#buffer);
      this.#source.read(at + this.#buffer.readUInt16BE(14), 2, this.#buffer);
      return this.#buffer.toString('latin1', 0, 2);
    } catch {
      return '';
    }
  }

  /**
   * Hand every basket that overlaps [from, to) to `use`, in order, with the entries wanted of it, counted from its first.
   * Whatever fails comes out as PlacedDamage.
   */
  each(plan: BasketsOf, from: number, to: number, use: (basket: Basket, low: number, high: number) => void): void {
    const { first } = plan.baskets;
    for (let index = basketOf(first, from); index < first.length - 1 && first[index]! < to; index++) {
      const start = first[index]!;
      const end = first[index + 1]!;
      if (end <= from || end === start) continue;
      try {
        use(this.#read(plan, index), Math.max(from - start, 0), Math.min(to, end) - start);
      } catch (error) {
        if (error instanceof PlacedDamage || error instanceof DatamcError) throw error;
        const why = reasonOf(error);
        throw new PlacedDamage({ branch: plan.branch, basket: index, from: start, to: end, why });
      }
    }
  }
}

/** The basket that holds an entry: the last one that starts at or before it. */
export function basketOf(first: Float64Array, entry: number): number {
  let low = 0;
  let high = first.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (first[middle]! <= entry) low = middle;
    else high = middle;
  }
  return low;
}
