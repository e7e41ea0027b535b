import { normals, uniforms, type Key } from '../../stats/key.js';

/** Columns of generated events by name: reals, and whole numbers for charges, codes and counts. */
export type GeneratedColumns = Readonly<Record<string, Float64Array | Int32Array>>;

/** Events drawn together. Each block has a key of its own, so that the first events are the same however many are drawn. */
export const BLOCK = 65_536;

/** One block in the making: random numbers of its own, and columns to fill from `offset` on. */
export interface Block {
  readonly offset: number;
  readonly rows: number;
  uniforms(name: string): Float64Array;
  normals(name: string): Float64Array;
  /** The block's part of a column of reals, made when first asked for. */
  real(name: string): Float64Array;
  integer(name: string): Int32Array;
}

/**
 * Fills columns of `n` rows block by block: memory for random numbers does not grow with n.
 *
 * @param fill draws one block; it is given the same names of columns each time
 */
export function inBlocks(key: Key, n: number, fill: (block: Block) => void): GeneratedColumns {
  const columns: Record<string, Float64Array | Int32Array> = {};
  for (let offset = 0, index = 0; offset === 0 || offset < n; offset += BLOCK, index++) {
    const rows = Math.min(BLOCK, n - offset);
    const own = key.split('block', index);
    fill({
      offset,
      rows,
      uniforms: (name) => uniforms(own.split(name), rows),
      normals: (name) => normals(own.split(name), rows),
      real: (name) => ((columns[name] ??= new Float64Array(n)) as Float64Array).subarray(offset, offset + rows),
      integer: (name) => ((columns[name] ??= new Int32Array(n)) as Int32Array).subarray(offset, offset + rows),
    });
  }
  return columns;
}
