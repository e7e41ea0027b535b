import { expect, test } from 'vitest';
import { argsort } from '../../src/stats/argsort.js';
import { ecdf, effectiveSampleSize, evaluateEcdf, monotone } from '../../src/stats/ecdf.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';
import { distribution, probabilityOf, quantileOf, weightedQuantile } from '../../src/stats/quantile.js';
import { X } from './samples.js';

test('argsort sorts, stable, with −0 before 0, infinities at the ends and NaN last', () => {
  const values = Float64Array.of(3, NaN, -1, 0, Infinity, -0, -Infinity, 3, 1e-300, -2.5);
  expect([...argsort(values)]).toEqual([6, 9, 2, 5, 3, 8, 0, 7, 4, 1]);
  const many = normals(seedKey(1), 5000);
  expect([...argsort(many)].map((i) => many[i])).toEqual([...many].sort((a, b) => a - b));
  expect(argsort(new Float64Array(0)).length).toBe(0);
});

test('quantiles without weights and ties are those of Hazen', () => {
  // numpy 2.4.6: np.quantile(x, [0, .1, .25, .5, .77, .95, 1], method='hazen')
  const q = weightedQuantile({ values: X.values }, [0, 0.1, 0.25, 0.5, 0.77, 0.95, 1]);
  [-1.5, -0.9, 0.05, 0.755, 1.8, 3.1, 3.1].forEach((v, i) => expect(q[i]).toBeCloseTo(v, 12));
});

test('a weight of k counts as k equal values; a common factor changes nothing', () => {
  const values = Float64Array.of(2, 5, 1, 7);
  const repeated = Float64Array.of(2, 2, 2, 5, 1, 1, 7);
  const p = [0.05, 0.3, 0.5, 0.62, 0.99];
  const once = weightedQuantile({ values, weights: Float64Array.of(3, 1, 2, 1) }, p);
  expect([...weightedQuantile({ values: repeated }, p)].map((v, i) => v - once[i])).toEqual([0, 0, 0, 0, 0]);
  const scaled = weightedQuantile({ values, weights: Float64Array.of(6, 2, 4, 2) }, p);
  scaled.forEach((v, i) => expect(v).toBeCloseTo(once[i], 13));
});

test('quantile and probability undo each other between the outermost values, and both increase', () => {
  const d = distribution({ values: normals(seedKey(2), 1000), weights: uniforms(seedKey(3), 1000) });
  let last = -Infinity;
  for (let p = 0.002; p < 0.998; p += 0.0037) {
    const q = quantileOf(d, p);
    expect(probabilityOf(d, q)).toBeCloseTo(p, 12);
    expect(q).toBeGreaterThan(last);
    last = q;
  }
});

test('negative weights: the distribution function stays as it is, the quantiles take its monotone envelope', () => {
  const sample = { values: Float64Array.of(1, 2, 3, 4), weights: Float64Array.of(2, -1, 2, 1) };
  expect([...ecdf(sample).cumulative]).toEqual([0.5, 0.25, 0.75, 1]);
  const d = distribution(sample);
  for (let k = 1; k < 4; k++) expect(d.p[k]).toBeGreaterThanOrEqual(d.p[k - 1]);
  expect([...monotone(Float64Array.of(0.5, 0.25, 0.75, 1))]).toEqual([0.375, 0.375, 0.75, 1]);
  expect([...monotone(Float64Array.of(0.1, 0.4, 1))]).toEqual([0.1, 0.4, 1]);
});

test('sWeights-like subtraction recovers the quantiles of the signal (3 % of a standard deviation: 5 σ)', () => {
  const n = 100_000;
  const signal = normals(seedKey(4), n);
  const background = uniforms(seedKey(5), n).map((u) => 10 * u - 5);
  const control = uniforms(seedKey(6), n).map((u) => 10 * u - 5);
  const values = Float64Array.from([signal, background, control].flatMap((v) => [...v]));
  const weights = values.map((_, i) => (i < 2 * n ? 1 : -1));
  const [low, median, high] = weightedQuantile({ values, weights }, [0.16, 0.5, 0.84]);
  expect(Math.abs(median)).toBeLessThan(0.03);
  expect(Math.abs(low + 0.99446)).toBeLessThan(0.06);
  expect(Math.abs(high - 0.99446)).toBeLessThan(0.06);
});

test('a step function is read off at and between its values', () => {
  const f = ecdf({ values: Float64Array.of(3, 1, 1, 2) });
  expect([0, 1, 1.5, 2, 3, 9].map((v) => evaluateEcdf(f, v))).toEqual([0, 0.5, 0.5, 0.75, 1, 1]);
  expect(effectiveSampleSize(Float64Array.of(1, 1, 2))).toBeCloseTo(16 / 6, 14);
});

test.each([
  ['empty', { values: new Float64Array(0) }, /empty/],
  ['NaN', { values: Float64Array.of(1, NaN) }, /NaN/],
  ['weights of another length', { values: Float64Array.of(1, 2), weights: Float64Array.of(1) }, /length/],
  ['Σw = 0', { values: Float64Array.of(1, 2), weights: Float64Array.of(1, -1) }, /sum of weights/],
])('a sample that is no sample is refused: %s', (_, sample, message) => {
  expect(() => weightedQuantile(sample, [0.5])).toThrow(message);
});
