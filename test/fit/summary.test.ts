import { describe, expect, test } from 'vitest';
import { summarise } from '../../src/fit/summary.js';
import type { Range } from '../../src/fit/density.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';

const key = seedKey(41);
const RANGE: Range = [1.8, 1.95];

/** A peak of `n` events on an exponential of `base` events that falls by `folds` e-foldings over the range. */
function sample(n: number, sigma: number, base: number, folds: number, mean = 1.8648): Float64Array {
  const peak = normals(key.split(`peak ${n} ${sigma}`), n).map((z) => mean + sigma * z);
  const under = uniforms(key.split(`base ${base}`), base).map(
    (u) => 1.8 + (folds ? (-0.15 / folds) * Math.log(1 - u * (1 - Math.exp(-folds))) : 0.15 * u),
  );
  return Float64Array.from([...peak, ...under]);
}

describe('a peak is found, and its width, whatever lies under it', () => {
  test.each([
    ['alone', sample(5000, 0.007, 0, 0), 0.007],
    ['on a flat base', sample(2000, 0.007, 8000, 0), 0.007],
    ['on a steep base', sample(1500, 0.006, 20000, 4), 0.006],
    ['narrow', sample(2000, 0.002, 20000, 1), 0.002],
    ['wide', sample(20000, 0.02, 10000, 1), 0.02],
    ['of few events', sample(150, 0.008, 150, 1), 0.008],
  ])('%s', (_, values, sigma) => {
    const { peak, peakWidth } = summarise(values, RANGE);
    expect(Math.abs(peak - 1.8648)).toBeLessThan(sigma);
    expect(peakWidth / (1.1774 * sigma)).toBeGreaterThan(0.5);
    expect(peakWidth / (1.1774 * sigma)).toBeLessThan(1.8);
  });
});

test('mean and deviation are those of the weighted events inside', () => {
  const values = Float64Array.of(1.7, 1.85, 1.86, 1.9, NaN, 2);
  const { mean, deviation, low, high } = summarise(values, RANGE, Float64Array.of(9, 1, 2, -0.5, 1, 9));
  // numpy 2.4.6: np.average([1.85, 1.86, 1.9], weights=[1, 2, -.5]) and the root of the average square minus its square
  expect(mean).toBeCloseTo(1.848, 12);
  expect(deviation).toBe(0);
  expect([low, high]).toEqual([...RANGE]);
});

test('without a peak a start is still proposed', () => {
  const { peak, peakWidth } = summarise(Float64Array.of(1.85), RANGE);
  expect(peak).toBeGreaterThan(1.84);
  expect(peak).toBeLessThan(1.86);
  expect(peakWidth).toBeGreaterThan(0);
});

test.each([
  ['a range without events', Float64Array.of(1, 2, NaN), undefined, 'no event in [1.8, 1.95]'],
  ['weights that cancel', Float64Array.of(1.85, 1.9), Float64Array.of(1, -1), 'do not sum to a positive number'],
])('%s is refused', (_, values, weights, message) => {
  expect(() => summarise(values, RANGE, weights)).toThrow(message);
});
