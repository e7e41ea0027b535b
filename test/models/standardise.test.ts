import { describe, expect, test } from 'vitest';
import { identityScaling, robustScaling, standardise } from '../../src/models/standardise.js';
import { normals, seedKey } from '../../src/stats/key.js';

const gaussian = (n: number, mean: number, sigma: number) =>
  normals(seedKey(1).split('standardise'), n).map((z) => mean + sigma * z);

describe('robust scaling', () => {
  test('finds mean and deviation of a Gaussian', () => {
    const { location, scale } = robustScaling([gaussian(20_000, 10, 3)]);
    // The median's error is 1.25 σ/√n = 0.027, the scale's about 0.85 σ/√n·1.2: five of them.
    expect(Math.abs(location[0] - 10)).toBeLessThan(0.14);
    expect(Math.abs(scale[0] - 3)).toBeLessThan(0.12);
  });

  test('outliers of any size move it by less than their share', () => {
    const column = gaussian(10_000, 0, 1);
    const clean = robustScaling([column]);
    for (let i = 0; i < 100; i++) column[i * 100] = -999 * 1e6;
    const dirty = robustScaling([column]);
    expect(Math.abs(dirty.location[0] - clean.location[0])).toBeLessThan(0.03);
    expect(Math.abs(dirty.scale[0] / clean.scale[0] - 1)).toBeLessThan(0.05);
  });

  test('moves and stretches with the data', () => {
    const column = gaussian(5_000, 0, 1);
    const here = robustScaling([column]);
    const there = robustScaling([column.map((x) => 1e4 + 50 * x)]);
    expect(there.location[0]).toBeCloseTo(1e4 + 50 * here.location[0], 8);
    expect(there.scale[0]).toBeCloseTo(50 * here.scale[0], 8);
  });

  test('a weight of two is the event twice; the sign of a weight does not matter', () => {
    const once = Float64Array.of(1, 2, 2, 3, 4, 4, 5, 9);
    const weighted = robustScaling([Float64Array.of(1, 2, 3, 4, 5, 9)], [1, -2, 1, 2, -1, 1]);
    expect(weighted.location[0]).toBeCloseTo(robustScaling([once]).location[0], 0);
    expect(robustScaling([Float64Array.of(1, 2, 3)], [1, 1, 1])).toEqual(
      robustScaling([Float64Array.of(1, 2, 3)], [1, -1, 1]),
    );
  });

  test('a column with one dominant value has the scale of its rest, a constant one has scale 1', () => {
    const spike = new Float64Array(1000);
    for (let i = 0; i < 200; i++) spike[i] = i - 100;
    expect(robustScaling([spike]).scale[0]).toBeGreaterThan(5);
    expect(robustScaling([new Float64Array(10).fill(3)])).toEqual({ location: [3], scale: [1] });
  });

  test('refuses NaN and infinities, with their number', () => {
    expect(() => robustScaling([Float64Array.of(1, NaN, Infinity, 2)])).toThrow(/column 0 holds 2 values/);
    expect(() => robustScaling([new Float64Array(0)])).toThrow(/no rows/);
  });

  test('standardised numbers far from zero keep float32 digits', () => {
    const rows = standardise([Float64Array.of(1e6 + 1, 1e6 + 1.25)], { location: [1e6], scale: [0.5] });
    expect([...rows]).toEqual([2, 2.5]);
    expect([...standardise([Float64Array.of(1, 2), Float64Array.of(3, 4)], identityScaling(2), 2)]).toEqual([
      0.5, 1.5, 1, 2,
    ]);
  });
});
