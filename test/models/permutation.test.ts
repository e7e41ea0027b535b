import { expect, test } from 'vitest';
import {
  checkPermutation,
  composePermutations,
  identityPermutation,
  inversePermutation,
  permute,
  randomPermutation,
  reversal,
} from '../../src/models/permutation.js';
import { seedKey } from '../../src/stats/key.js';

const items = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const p = randomPermutation(seedKey(3), 7);
const q = reversal(7);

test('a permutation and its inverse compose to the identity, both ways', () => {
  for (const each of [p, q, composePermutations(p, q)]) {
    expect(composePermutations(each, inversePermutation(each))).toEqual(identityPermutation(7));
    expect(composePermutations(inversePermutation(each), each)).toEqual(identityPermutation(7));
  }
});

test('permuting by a composition is permuting twice', () => {
  expect(permute(items, composePermutations(p, q))).toEqual(permute(permute(items, p), q));
});

test('the same key gives the same order, another key another', () => {
  expect(randomPermutation(seedKey(3), 7)).toEqual(p);
  expect(randomPermutation(seedKey(4), 7)).not.toEqual(p);
});

test('what is no permutation is refused', () => {
  expect(checkPermutation(p, 7)).toBe(p);
  for (const bad of [
    [0, 1],
    [0, 0, 1],
    [0, 1, 3],
    [0, 1, 1.5],
  ]) {
    expect(() => checkPermutation(bad, 3)).toThrow(/not a permutation/);
  }
});
