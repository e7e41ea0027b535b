import type { Algebra } from './algebra.js';

/** A number of every event of a block, or a single one that holds for all of them. */
export type Block = Float64Array;

export interface BlockAlgebra extends Algebra<Block> {
  /** Begins the work on a block: what was computed before is overwritten from here on. */
  reset(): void;
}

/** More intermediate results than formulas without sums over many kernels have; further ones are not kept. */
const MOST_KEPT = 256;

/**
 * Formulas over blocks of events: what `numberAlgebra` gives for each, to the last bit, an operation at a time. The room for
 * intermediate results is used again for every block.
 *
 * @param size the most events in a block
 */
export function blockAlgebra(size: number): BlockAlgebra {
  const kept: Float64Array[] = [];
  let used = 0;
  const room = (n: number): Float64Array => {
    if (n < size || used >= MOST_KEPT) return new Float64Array(n);
    if (used === kept.length) kept.push(new Float64Array(size));
    return kept[used++];
  };
  const roomOf = (a: Block, b: Block): Float64Array => room(Math.max(a.length, b.length));
  return {
    reset: () => void (used = 0),
    constant: (value) => Float64Array.of(value),
    add(a, b) {
      const [out, s, t] = [roomOf(a, b), step(a), step(b)];
      for (let e = 0; e < out.length; e++) out[e] = a[e * s] + b[e * t];
      return out;
    },
    sub(a, b) {
      const [out, s, t] = [roomOf(a, b), step(a), step(b)];
      for (let e = 0; e < out.length; e++) out[e] = a[e * s] - b[e * t];
      return out;
    },
    mul(a, b) {
      const [out, s, t] = [roomOf(a, b), step(a), step(b)];
      for (let e = 0; e < out.length; e++) out[e] = a[e * s] * b[e * t];
      return out;
    },
    div(a, b) {
      const [out, s, t] = [roomOf(a, b), step(a), step(b)];
      for (let e = 0; e < out.length; e++) out[e] = a[e * s] / b[e * t];
      return out;
    },
    neg(a) {
      const out = room(a.length);
      for (let e = 0; e < out.length; e++) out[e] = -a[e];
      return out;
    },
    exp(a) {
      const out = room(a.length);
      for (let e = 0; e < out.length; e++) out[e] = Math.exp(a[e]);
      return out;
    },
    log(a) {
      const out = room(a.length);
      for (let e = 0; e < out.length; e++) out[e] = Math.log(a[e]);
      return out;
    },
    sqrt(a) {
      const out = room(a.length);
      for (let e = 0; e < out.length; e++) out[e] = Math.sqrt(a[e]);
      return out;
    },
    choose(test, negative, otherwise) {
      const out = room(Math.max(test.length, negative.length, otherwise.length));
      const [r, s, t] = [step(test), step(negative), step(otherwise)];
      for (let e = 0; e < out.length; e++) out[e] = test[e * r] < 0 ? negative[e * s] : otherwise[e * t];
      return out;
    },
  };
}

/** From event to event: none in what holds for all. */
const step = (block: Block): number => (block.length > 1 ? 1 : 0);
