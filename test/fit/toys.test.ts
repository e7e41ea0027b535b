import { describe, expect, test } from 'vitest';
import { numberAlgebra } from '../../src/fit/number-algebra.js';
import { shapeIntegral } from '../../src/fit/normalise.js';
import { inverseCumulative } from '../../src/fit/toys.js';
import { ksTwoSample } from '../../src/stats/ks.js';
import { seedKey, uniforms } from '../../src/stats/key.js';
import { DENSITIES } from '../laws/densities.js';

const n = numberAlgebra;

describe('the cumulative at a quantile is its probability, to 10⁻⁸', () => {
  const cases = Object.entries(DENSITIES).flatMap(([name, { density, points }]) =>
    points.map((p) => [`${name} ${JSON.stringify(p)}`, density, p] as const),
  );
  test.each(cases)('%s', (_, density, p) => {
    const [low, high] = density.range;
    const sampler = inverseCumulative((x) => density.shape(n, x, p), low, high, density.breaks?.(p));
    const whole = shapeIntegral(n, density, low, high, p);
    expect(sampler.total / whole).toBeCloseTo(1, 8);
    for (const probability of [1e-4, 0.03, 0.2, 0.5, 0.77, 0.999]) {
      const x = sampler.quantile(probability);
      expect(Math.abs(shapeIntegral(n, density, low, x, p) / whole - probability)).toBeLessThan(1e-8);
    }
    // Where a density vanishes at its lower end, the quantile of 0 is the end of that.
    expect(sampler.quantile(0)).toBeGreaterThanOrEqual(low);
    expect(shapeIntegral(n, density, low, sampler.quantile(0), p) / whole).toBeLessThan(1e-8);
    expect(sampler.quantile(1)).toBeLessThanOrEqual(high);
  });
});

test('a step that nobody told of, a density that is zero in the middle', () => {
  const step = inverseCumulative((x) => (x < Math.SQRT1_2 ? 0 : 1), 0, 1);
  expect(step.quantile(1e-9)).toBeCloseTo(Math.SQRT1_2, 8);
  const twoSides = inverseCumulative((x) => (x < 0.25 || x > 0.75 ? 2 : 0), 0, 1);
  expect(twoSides.quantile(0.4999)).toBeLessThan(0.25);
  expect(twoSides.quantile(0.5001)).toBeGreaterThan(0.75);
});

test('events are a function of the key, and follow the density (Kolmogorov–Smirnov, 1 false alarm in 10⁵)', () => {
  const sampler = inverseCumulative((x) => x, 0, 1);
  const key = seedKey(3);
  expect(sampler.draw(key, 100)).toEqual(sampler.draw(key, 100));
  expect(sampler.draw(key.split('other'), 100)).not.toEqual(sampler.draw(key, 100));
  const drawn = sampler.draw(key, 20_000);
  const exact = uniforms(key.split('exact'), 20_000).map(Math.sqrt);
  expect(ksTwoSample({ values: drawn }, { values: exact }).pValue).toBeGreaterThan(1e-5);
});

test('nothing to draw from is refused', () => {
  expect(() => inverseCumulative(() => 0, 0, 1)).toThrow('no positive integral');
  expect(() => inverseCumulative(() => NaN, 0, 1)).toThrow('no positive integral');
});
