/**
 * Counter-based random numbers: a key is a value, split by name, never shared or advanced. The same key gives the same
 * numbers whatever else was drawn, in whatever order, on however many workers.
 *
 * Generator: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC'11).
 */
export interface Key {
  readonly words: readonly [number, number];
  /** An independent stream, named by what it is for: `key.split('bootstrap', 7)`. */
  split(name: string, index?: number): Key;
  toJSON(): string;
}

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** High 32 bits of the product of two unsigned 32-bit integers, in halves that no sum overflows. */
function mulHigh(a: number, b: number): number {
  const al = a & 0xffff;
  const ah = a >>> 16;
  const bl = b & 0xffff;
  const bh = b >>> 16;
  const middle = Math.imul(ah, bl) + (Math.imul(al, bl) >>> 16);
  const cross = Math.imul(al, bh) + (middle & 0xffff);
  return (Math.imul(ah, bh) + (middle >>> 16) + (cross >>> 16)) >>> 0;
}

/** Ten rounds of Philox4x32: the counter (c0, c1, c2, c3) enciphered with the key (k0, k1), into `out`. */
export function philox(
  counter: readonly [number, number, number, number],
  words: readonly [number, number],
  out: Uint32Array,
): void {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = words;
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(M0, c0);
    const low0 = Math.imul(M0, c0) >>> 0;
    const high1 = mulHigh(M1, c2);
    const low1 = Math.imul(M1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

class PhiloxKey implements Key {
  readonly words: readonly [number, number];

  constructor(words: readonly [number, number]) {
    this.words = words;
  }

  split(name: string, index = 0): Key {
    const bytes = new TextEncoder().encode(name);
    const block = new Uint32Array(4);
    let words = this.words;
    // The name is absorbed eight bytes at a time; the last block carries its length and the index.
    for (let at = 0; at < bytes.length; at += 8) {
      const half = (from: number): number => {
        let word = 0;
        for (let i = 3; i >= 0; i--) word = (word << 8) | (bytes[from + i] ?? 0);
        return word >>> 0;
      };
      philox([half(at), half(at + 4), at, 0x6e616d65], words, block);
      words = [block[0], block[1]];
    }
    philox([index >>> 0, Math.floor(index / 2 ** 32) >>> 0, bytes.length, 0x73706c74], words, block);
    return new PhiloxKey([block[0], block[1]]);
  }

  toJSON(): string {
    return this.words.map((w) => w.toString(16).padStart(8, '0')).join('');
  }
}

/** The key of a run's seed, any integer of magnitude below 2⁵³. */
export function seedKey(seed: number): Key {
  const block = new Uint32Array(4);
  philox([seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, 0, 0x73656564], [0, 0], block);
  return new PhiloxKey([block[0], block[1]]);
}

/** `n` unsigned 32-bit integers. */
export function randomWords(key: Key, n: number): Uint32Array {
  const out = new Uint32Array(4 * Math.ceil(n / 4));
  const block = new Uint32Array(4);
  const counter: [number, number, number, number] = [0, 0, 0, 0];
  for (let i = 0; i < n; i += 4) {
    counter[0] = (i / 4) >>> 0;
    counter[1] = Math.floor(i / 2 ** 34);
    philox(counter, key.words, block);
    // Number by number: set() costs more than the four of them.
    out[i] = block[0];
    out[i + 1] = block[1];
    out[i + 2] = block[2];
    out[i + 3] = block[3];
  }
  return out.length === n ? out : out.slice(0, n);
}

/** `n` uniform numbers in the open interval (0, 1), of 52 bits each. */
export const uniforms = (key: Key, n: number): Float64Array => uniformsFrom(key, 0, n);

/**
 * The numbers `first` … `first + n − 1` of those that `uniforms` gives: rows that are worked on in blocks get the same
 * numbers whatever the blocks.
 */
export function uniformsFrom(key: Key, first: number, n: number): Float64Array {
  const out = new Float64Array(n);
  const block = new Uint32Array(4);
  const place: [number, number, number, number] = [0, 0, 0, 0];
  // One block of Philox makes two numbers; 2⁵³ values (k + ½)/2⁵³ would round up to 1 at the top, 52 bits stay inside.
  const number = (at: number): number => ((block[at] >>> 6) * 2 ** 26 + (block[at + 1] >>> 6) + 0.5) / 2 ** 52;
  for (let i = 0, at = first; i < n;) {
    const counter = Math.floor(at / 2);
    place[0] = counter >>> 0;
    place[1] = Math.floor(counter / 2 ** 32);
    philox(place, key.words, block);
    if (at % 2 === 0) {
      out[i++] = number(0);
      at++;
    }
    if (i < n) {
      out[i++] = number(2);
      at++;
    }
  }
  return out;
}

/** `n` standard normal numbers (Box–Muller). */
export function normals(key: Key, n: number): Float64Array {
  const u = uniforms(key, n + (n & 1));
  const out = new Float64Array(n);
  for (let i = 0; i < n; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(u[i]));
    const angle = 2 * Math.PI * u[i + 1];
    out[i] = radius * Math.cos(angle);
    if (i + 1 < n) out[i + 1] = radius * Math.sin(angle);
  }
  return out;
}

/** `n` integers, uniform in [0, below), below ≤ 2³². The bias of the multiplication is below 2⁻²⁰ for below < 2³². */
export function integers(key: Key, n: number, below: number): Int32Array {
  return Int32Array.from(uniforms(key, n), (u) => Math.floor(u * below));
}

/** The numbers 0 … n − 1 in random order (Fisher–Yates). */
export function permutation(key: Key, n: number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const u = uniforms(key, n);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(u[i] * (i + 1));
    const swap = order[i];
    order[i] = order[j];
    order[j] = swap;
  }
  return order;
}

/** `n` Poisson numbers of mean 1: the multiplicities of a bootstrap replica. */
export function poissonWeights(key: Key, n: number): Uint8Array {
  return Uint8Array.from(uniforms(key, n), (u) => {
    let k = 0;
    let term = Math.exp(-1);
    for (let sum = term; u > sum && k < 20; sum += term) term /= ++k;
    return k;
  });
}
