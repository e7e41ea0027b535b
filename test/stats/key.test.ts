import { expect, test } from 'vitest';
import { normals, permutation, philox, poissonWeights, seedKey, uniforms } from '../../src/stats/key.js';

test('ten rounds of Philox4x32 give the known answers of Random123 1.14 (kat_vectors)', () => {
  const out = new Uint32Array(4);
  philox([0, 0, 0, 0], [0, 0], out);
  expect([...out]).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  const ones = 0xffffffff;
  philox([ones, ones, ones, ones], [ones, ones], out);
  expect([...out]).toEqual([0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
  philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], out);
  expect([...out]).toEqual([0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]);
});

test('a split is a function of the parent, the name and the index', () => {
  const key = seedKey(1);
  const streams = [
    key,
    key.split('a'),
    key.split('b'),
    key.split('a', 1),
    key.split('a').split('a'),
    seedKey(2).split('a'),
  ];
  expect(new Set(streams.map((k) => k.toJSON())).size).toBe(streams.length);
  expect(key.split('bootstrap', 7).words).toEqual(seedKey(1).split('bootstrap', 7).words);
});

test('moments of the distributions, within five standard errors (one false alarm in 10⁶)', () => {
  const n = 200_000;
  const mean = (v: ArrayLike<number>) =>
    Array.prototype.reduce.call(v, (a, b) => (a as number) + (b as number), 0) as number;
  const u = uniforms(seedKey(3), n);
  const z = normals(seedKey(4), n);
  const p = poissonWeights(seedKey(5), n);
  const se = 5 / Math.sqrt(n);
  expect(Math.abs(mean(u) / n - 0.5)).toBeLessThan(se * Math.sqrt(1 / 12));
  expect(Math.abs(mean(z) / n)).toBeLessThan(se);
  expect(Math.abs(mean(z.map((x) => x * x)) / n - 1)).toBeLessThan(se * Math.SQRT2);
  expect(Math.abs(mean(p) / n - 1)).toBeLessThan(se);
  expect(Math.abs(mean(Float64Array.from(p, (k) => (k - 1) ** 2)) / n - 1)).toBeLessThan(se * Math.sqrt(3));
});

test('a permutation holds every number once', () => {
  const order = permutation(seedKey(6), 1000);
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  expect([...order]).not.toEqual(Array.from({ length: 1000 }, (_, i) => i));
});
