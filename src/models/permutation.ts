import { userError } from '../base/error.js';
import { permutation as shuffled, type Key } from '../stats/key.js';

/**
 * An order of features: position i holds feature `order[i]`. Between the transforms of an autoregressive flow the order
 * changes, so that every feature is conditioned on every other in some transform. No numbers are moved: the order is
 * built into the masks of the networks (see `made`).
 */
export type Permutation = readonly number[];

/** Feature i at position i. */
export const identityPermutation = (n: number): Permutation => Array.from({ length: n }, (_, i) => i);

/** The last feature first. */
export const reversal = (n: number): Permutation => Array.from({ length: n }, (_, i) => n - 1 - i);

/** A random order, the same for the same key. */
export const randomPermutation = (key: Key, n: number): Permutation => Array.from(shuffled(key, n));

/** The permutation that undoes p: `compose(p, inverse(p))` is the identity. */
export function inversePermutation(p: Permutation): Permutation {
  const out = new Array<number>(p.length);
  p.forEach((feature, position) => (out[feature] = position));
  return out;
}

/** First p, then q: position i of the result holds what q finds at its place i in p's result. */
export const composePermutations = (p: Permutation, q: Permutation): Permutation => q.map((i) => p[i]);

/** The items in the permutation's order. */
export const permute = <T>(items: readonly T[], p: Permutation): T[] => p.map((i) => items[i]);

/** @throws userError `models.permutation` unless p holds each of 0 … n−1 once. */
export function checkPermutation(p: readonly number[], n: number): Permutation {
  const whole = p.length === n && new Set(p).size === n && p.every((i) => Number.isInteger(i) && i >= 0 && i < n);
  if (!whole) {
    throw userError({
      code: 'models.permutation',
      message: 'not a permutation of the features',
      got: JSON.stringify(p),
      expected: `each of 0 … ${n - 1} once`,
    });
  }
  return p;
}
