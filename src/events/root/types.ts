/** What the values of a column are, once decoded. `bool` is stored as bytes 0 and 1. */
export type NumberType =
  'float64' | 'float32' | 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'int64' | 'uint64' | 'bool';

export type TypedArray =
  | Float64Array
  | Float32Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Entries `from` up to but not including `to`. */
export interface EntryRange {
  readonly from: number;
  readonly to: number;
}

interface RootNumbers {
  readonly type: NumberType;
  readonly values: TypedArray;
  readonly length: number;
}

/**
 * The values of one branch. `length` counts values per entry (flat 1, fixed: product of the dimensions) or, for
 * jagged columns, per list element (2 for `V0s.fInvMass[2]`).
 */
export type RootColumn =
  | ({ readonly kind: 'flat' } & RootNumbers)
  | ({ readonly kind: 'fixed' } & RootNumbers)
  | {
      readonly kind: 'jagged';
      readonly type: NumberType;
      /** One more than there are entries; entry i is `values.subarray(offsets[i], offsets[i + 1])`. */
      readonly offsets: Int32Array;
      readonly values: TypedArray;
      readonly length: number;
    }
  | { readonly kind: 'string'; readonly values: string[] }
  /** Nested lists, lists of strings, objects: whatever has no column of numbers. */
  | { readonly kind: 'objects'; readonly values: unknown[] };

/** A column that a tree offers. */
export interface RootBranch {
  readonly name: string;
  /** A `NumberType`, `string`, or the C++ class. */
  readonly type: string;
  readonly shape: 'flat' | 'fixed' | 'jagged' | 'objects';
  /** Values per entry, or per list element if jagged. */
  readonly length: number;
  /** Dimensions of one entry (fixed) or one list element (jagged); empty for a single value. */
  readonly dimensions: readonly number[];
  /** The branch that holds the list lengths, where the file names one. */
  readonly counter?: string;
  readonly readable: boolean;
  /** Why not, naming branch and type. */
  readonly why?: string;
}

/** Entries that could not be read, and why. */
export interface MissingEntries extends EntryRange {
  readonly branch: string;
  readonly basket: number;
  readonly why: string;
}

export interface RootTree {
  readonly name: string;
  readonly entries: number;
  readonly branches: readonly RootBranch[];
  /**
   * Decode columns for entries [from, to), all by default. Memory: the result and one basket.
   *
   * @param reuse a number of your choice: the arrays of the last read with it may be written over. To stream through a large
   *   tree, read range after range with the same number: fresh memory costs more than decoding
   * @throws a user error naming file, tree, branch, basket and entries where the bytes are damaged
   */
  read(names: readonly string[], range?: EntryRange, reuse?: number): Promise<Map<string, RootColumn>>;
  /**
   * Entries at which all these columns begin a basket, the end of the tree behind them: ranges between them are read without
   * unpacking a basket twice.
   */
  basketStarts(names: readonly string[]): Float64Array;
  /** Like `read`, but leaves out the entries (of all columns) that any damaged basket covers, and says which. */
  recover(
    names: readonly string[],
    range?: EntryRange,
  ): Promise<{ readonly columns: Map<string, RootColumn>; readonly missing: readonly MissingEntries[] }>;
  /** Let go of the tree; its file stays open. */
  close(): void;
}

export interface TreeSummary {
  /** With its directories: `Tuple/DecayTree`. */
  readonly name: string;
  readonly kind: 'TTree' | 'RNTuple';
  readonly entries: number;
  /** Why it cannot be opened, if so (`entries` is then 0). */
  readonly why?: string;
}

export interface RootFile {
  readonly path: string;
  readonly trees: readonly TreeSummary[];
  /** By name, with or without its cycle (`events;2`): the highest cycle is taken. */
  tree(name: string): Promise<RootTree>;
  close(): void;
}
