import { expect, test } from 'vitest';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';
import { sorted } from '../../src/stats/sorted.js';

const key = seedKey(4);
const special = [
  NaN,
  -NaN,
  0,
  -0,
  Infinity,
  -Infinity,
  Number.MIN_VALUE,
  -Number.MIN_VALUE,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
];

test.each([
  ['signed numbers of all sizes', normals(key, 20_000).map((v, i) => v * 10 ** ((i % 600) - 300))],
  ['numbers from 0 to 1', uniforms(key, 5000)],
  ['few different ones', uniforms(key, 5000).map((u) => Math.floor(4 * u) - 2)],
  ['many that differ in their last digits alone', uniforms(key, 20_000).map((u) => 1 + u * 2 ** -32)],
  ['one number', new Float64Array(5000).fill(-1.5)],
  ['a few', uniforms(key, 100)],
  ['the special ones', Float64Array.from({ length: 5000 }, (_, i) => special[i % special.length])],
])('%s come as the language sorts them', (_, values) => {
  const before = values.slice();
  const found = sorted(values);
  const expected = values.slice().sort();
  expect(found.every((v, i) => Object.is(v, expected[i]))).toBe(true);
  expect(found).toHaveLength(values.length);
  expect(values).toEqual(before);
});
