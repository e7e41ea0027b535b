/** Below it, comparing is faster than counting digits. */
const SMALL = 4096;
const DIGITS = 6;
const BITS = 11;
const MASK = (1 << BITS) - 1;

/**
 * Values upwards, −0 before +0, NaN last: what `values.slice().sort()` gives, in linear time (least-significant-digit radix sort).
 *
 * @example sorted(Float64Array.of(3, 1, 2)) // Float64Array [1, 2, 3]
 */
export function sorted(values: Float64Array): Float64Array {
  if (values.length < SMALL) return values.slice().sort();
  // Hardly any values agree in all but the last digits, so that a look at the neighbours is enough for these.
  const nearly = byDigits(values, 2);
  return settled(nearly) ? nearly : byDigits(values, 0);
}

/** Puts values that are nearly in order into it; false, and in no order, where that takes too many steps. */
function settled(values: Float64Array): boolean {
  let left = 2 * values.length;
  for (let i = 1; i < values.length; i++) {
    const v = values[i];
    let at = i;
    while (at > 0 && v < values[at - 1]) {
      if (left-- === 0) return false;
      values[at] = values[at - 1];
      at--;
    }
    if (at < i) values[at] = v;
  }
  return true;
}

/** Sorts by the digits from `first` on, the last ones being 0 and 1. */
function byDigits(values: Float64Array, first: number): Float64Array {
  const n = values.length;
  const from = new Uint32Array(values.slice().buffer);
  const count = new Uint32Array(DIGITS << BITS);
  for (let i = 0; i < 2 * n; i += 2) {
    // IEEE 754 sorts as an integer once negative numbers are flipped and the sign bit of the others is set.
    let low = from[i];
    let high = from[i + 1];
    const nan = (high & 0x7fffffff) > 0x7ff00000 || ((high & 0x7fffffff) === 0x7ff00000 && low !== 0);
    if (nan) {
      low = 0;
      high = 0x7ff80000;
    }
    const mask = high >> 31;
    low ^= mask;
    high ^= mask | 0x80000000;
    from[i] = low;
    from[i + 1] = high;
    count[low & MASK]++;
    count[(1 << BITS) + ((low >>> 11) & MASK)]++;
    count[(2 << BITS) + (((low >>> 22) | (high << 10)) & MASK)]++;
    count[(3 << BITS) + ((high >>> 1) & MASK)]++;
    count[(4 << BITS) + ((high >>> 12) & MASK)]++;
    count[(5 << BITS) + (high >>> 23)]++;
  }
  let [here, there] = [from, new Uint32Array(2 * n)];
  for (let d = first; d < DIGITS; d++) {
    const base = d << BITS;
    let [at, most] = [0, 0];
    for (let k = base; k <= base + MASK; k++) {
      const many = count[k];
      if (many > most) most = many;
      count[k] = at;
      at += many;
    }
    // All values have the same digit here.
    if (most === n) continue;
    const shift = (d * BITS) & 31;
    const split = d === 2;
    const word = d < 3 ? 0 : 1;
    for (let i = 0; i < 2 * n; i += 2) {
      const digit = split ? ((here[i] >>> 22) | (here[i + 1] << 10)) & MASK : (here[i + word] >>> shift) & MASK;
      const to = count[base + digit]++ << 1;
      there[to] = here[i];
      there[to + 1] = here[i + 1];
    }
    [here, there] = [there, here];
  }
  for (let i = 0; i < 2 * n; i += 2) {
    const mask = here[i + 1] >>> 31 ? 0 : 0xffffffff;
    here[i] ^= mask;
    here[i + 1] ^= mask | 0x80000000;
  }
  return new Float64Array(here.buffer);
}
