import type { Packing } from './packing.js';
import type { NumberType } from './types.js';

/**
 * How the values of an entry lie in a basket.
 * flat: every entry has the same size. jagged: entry offsets, values alone. headed: entry offsets and `header` bytes before
 * the values of each entry (vector<T>: byte count, version, size). string: entry offsets, a length, characters.
 */
export type Layout = 'flat' | 'jagged' | 'headed' | 'string';

/** One column inside a branch. */
export interface LeafPlan {
  readonly column: string;
  readonly type: NumberType;
  /** How Double32_t and Float16_t are stored. */
  readonly packing?: Packing;
  /** Values per entry, or per list element. */
  readonly length: number;
  /** Bytes before it within an entry (branches of several leaves). */
  readonly offset: number;
}

/** A basket kept inside the TTree object: already unpacked. */
export interface EmbeddedBasket {
  readonly data: Uint8Array;
  readonly entries: number;
  readonly keyLength: number;
  readonly offsets?: Int32Array;
}

/** Where the baskets are, in entry order; basket i holds entries [first[i], first[i + 1]). */
export interface BasketTable {
  readonly seek: Float64Array;
  readonly bytes: Int32Array;
  readonly first: Float64Array;
  /** Baskets inside the TTree object, by index; their seek and bytes mean nothing. */
  readonly embedded: ReadonlyMap<number, EmbeddedBasket>;
}

/** All that is needed to decode a branch: plain data, so that it can cross to a worker thread. */
export interface BranchPlan {
  readonly branch: string;
  readonly layout: Layout;
  /** Bytes of an entry (flat). */
  readonly stride: number;
  readonly header: number;
  readonly leaves: readonly LeafPlan[];
  readonly baskets: BasketTable;
  /** The branch of list lengths, used where baskets leave out their entry offsets. */
  readonly counter?: BranchPlan;
}
