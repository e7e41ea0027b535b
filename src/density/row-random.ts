import { philox, uniformsFrom, type Key } from '../stats/key.js';

/**
 * A uniform number in (0, 1) for each row, from what identifies it (run, event, track): the same wherever the row stands, in
 * whichever file. Without identification, from the row's number.
 *
 * @param identity columns of numbers that together belong to one row alone
 */
export function rowUniforms(
  key: Key,
  first: number,
  rows: number,
  identity: readonly Float64Array[] | undefined,
): Float64Array {
  if (!identity?.length) return uniformsFrom(key, first, rows);
  const out = new Float64Array(rows);
  const block = new Uint32Array(4);
  const bits = identity.map((column) => new Uint32Array(Float64Array.from(column, (v) => v + 0).buffer));
  for (let row = 0; row < rows; row++) {
    let [a, b] = key.words;
    for (let c = 0; c < bits.length; c++) {
      philox([bits[c][2 * row], bits[c][2 * row + 1], c, 0x726f7773], [a, b], block);
      [a, b] = [block[0], block[1]];
    }
    // 52 bits and a half-step: never 0 nor 1.
    out[row] = ((block[2] >>> 6) * 2 ** 26 + (block[3] >>> 6) + 0.5) / 2 ** 52;
  }
  return out;
}
