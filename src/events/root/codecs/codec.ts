/** Unpack src[from, from + length) into exactly dst[at, at + size), or throw BasketDamage. */
export type Codec = (src: Buffer, from: number, length: number, dst: Uint8Array, at: number, size: number) => void;
