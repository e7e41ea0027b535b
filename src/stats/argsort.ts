/** Below it, comparing is faster than counting 2¹⁶ digits. */
const SMALL = 4096;

/**
 * The order that sorts `values` upwards, stable; −0 before +0, NaN last. Least-significant-digit radix sort: linear time.
 *
 * @example argsort(Float64Array.of(3, 1, 2)) // Uint32Array [1, 2, 0]
 */
export function argsort(values: Float64Array): Uint32Array {
  const n = values.length;
  if (n < SMALL) return Uint32Array.from({ length: n }, (_, i) => i).sort((i, j) => compare(values[i], values[j]));
  const words = new Uint32Array(values.slice().buffer);
  for (let i = 0; i < n; i++) {
    // IEEE 754 sorts as an integer once negative numbers are flipped and the sign bit of the others is set.
    const high = words[2 * i + 1];
    const nan = values[i] !== values[i];
    const mask = high >>> 31 && !nan ? 0xffffffff : 0;
    words[2 * i] ^= mask;
    words[2 * i + 1] = nan ? 0xffffffff : high ^ (mask | 0x80000000);
  }
  let order = Uint32Array.from({ length: n }, (_, i) => i);
  let spare = new Uint32Array(n);
  const count = new Uint32Array(65536);
  for (let digit = 0; digit < 4; digit++) {
    const half = digit >> 1;
    const shift = (digit & 1) * 16;
    count.fill(0);
    for (let i = 0; i < n; i++) count[(words[2 * i + half] >>> shift) & 0xffff]++;
    if (n > 0 && count[(words[half] >>> shift) & 0xffff] === n) continue;
    for (let d = 0, at = 0; d < 65536; d++) {
      const here = count[d];
      count[d] = at;
      at += here;
    }
    for (let i = 0; i < n; i++) spare[count[(words[2 * order[i] + half] >>> shift) & 0xffff]++] = order[i];
    [order, spare] = [spare, order];
  }
  return order;
}

function compare(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return a === 0 ? Number(Object.is(b, -0)) - Number(Object.is(a, -0)) : 0;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}
