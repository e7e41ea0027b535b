// What jsroot makes of ROOT's classes, as far as it is used here. Names are ROOT's.

export interface JsrootList<T> {
  readonly arr: readonly T[];
}
export interface JsrootKey {
  readonly fName: string;
  readonly fCycle: number;
  readonly fClassName: string;
  readonly fSeekKey: number;
  readonly fKeylen: number;
  readonly fNbytes: number;
  readonly fObjlen: number;
}
export interface JsrootDirectory {
  readonly fKeys: readonly JsrootKey[];
}
export interface JsrootFile extends JsrootDirectory {
  readObject(name: string, cycle?: number): Promise<unknown>;
  /** Replaced here by native decompression. */
  readObjBuffer(key: JsrootKey): Promise<unknown>;
  findStreamerInfo(className: string, version?: number, checksum?: number): JsrootStreamerInfo | undefined;
}
export interface JsrootStreamerInfo {
  readonly fElements?: JsrootList<JsrootElement>;
}
export interface JsrootElement {
  readonly fName: string;
  readonly fTitle: string;
  readonly fType: number;
  readonly fTypeName: string;
  /** From a range in the comment; factor 0 and a small minimum: a number of bits. */
  readonly fFactor: number;
  readonly fXmin: number;
}
export interface JsrootLeaf {
  readonly _typename: string;
  readonly fName: string;
  readonly fTitle: string;
  readonly fLen: number;
  readonly fOffset: number;
  readonly fIsUnsigned: boolean;
  readonly fLeafCount?: { readonly fName: string } | null;
}
export interface JsrootBasket {
  readonly fNevBuf: number;
  readonly fLast: number;
  readonly fKeylen: number;
  readonly fEntryOffset?: ArrayLike<number>;
  readonly fBufferRef?: { readonly arr: DataView } | null;
}
export interface JsrootBranch {
  readonly _typename: string;
  readonly fName: string;
  readonly fTitle: string;
  readonly fEntries: number;
  readonly fFileName?: string;
  readonly fBranches?: JsrootList<JsrootBranch>;
  readonly fLeaves?: JsrootList<JsrootLeaf>;
  readonly fBaskets?: JsrootList<JsrootBasket | null>;
  readonly fWriteBasket: number;
  readonly fBasketBytes: ArrayLike<number>;
  readonly fBasketEntry: ArrayLike<number>;
  readonly fBasketSeek: ArrayLike<number>;
  /** TBranchElement alone has the following. */
  readonly fType?: number;
  readonly fID?: number;
  readonly fStreamerType?: number;
  readonly fClassName?: string;
  readonly fClassVersion?: number;
  readonly fCheckSum?: number;
}
export interface JsrootTree {
  readonly _typename: string;
  readonly fEntries: number;
  readonly fBranches: JsrootList<JsrootBranch>;
}
