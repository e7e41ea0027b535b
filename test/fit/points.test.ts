import { expect, test } from 'vitest';
import { compress } from '../../src/fit/compress.js';
import { gridPoints } from '../../src/fit/grid-points.js';
import { poissonNumbers } from '../../src/fit/poisson.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';

const range = [-1, 3] as const;
const x = normals(seedKey(1), 20_000)
  .map((z) => 0.8 + 0.5 * z)
  .filter((v) => v >= -1 && v <= 3);
const moment = (values: Float64Array, w: Float64Array | undefined, k: number): number =>
  values.reduce((s, v, i) => s + (w?.[i] ?? 1) * v ** k, 0);

test.each([
  ['counts', undefined],
  ['weights of both signs', uniforms(seedKey(2), x.length).map((u) => 3 * u - 0.6)],
])('points keep the moments 0 to 3: %s', (_, weights) => {
  const points = compress(range, x, weights, 50);
  expect(points.x.length).toBeLessThanOrEqual(weights ? 200 : 100);
  expect(points.x.every((v) => v >= -1 && v <= 3)).toBe(true);
  for (const k of [0, 1, 2, 3])
    expect(moment(points.x, points.weights, k) / moment(x, weights, k), `moment ${k}`).toBeCloseTo(1, 10);
});

test('a smooth sum over points is that over events to (h/σ)⁴', () => {
  const f = (v: number): number => Math.log(0.2 + Math.exp(-0.5 * ((v - 0.8) / 0.5) ** 2));
  const difference = (bins: number): number => {
    const points = compress(range, x, undefined, bins);
    return Math.abs(points.x.reduce((s, v, i) => s + points.weights[i] * f(v), 0) - x.reduce((s, v) => s + f(v), 0));
  };
  expect(difference(40)).toBeLessThan(0.5);
  expect(difference(160)).toBeLessThan(difference(40) / 30);
});

test('cells of several variables keep sums and means', () => {
  const y = uniforms(seedKey(3), x.length);
  const { columns, weights } = gridPoints([range, [0, 1]], [x, y], undefined, 20);
  expect(weights.reduce((a, b) => a + b, 0)).toBe(x.length);
  expect(moment(columns[1], weights, 1) / moment(y, undefined, 1)).toBeCloseTo(1, 10);
  expect(weights.length).toBeLessThanOrEqual(400);
});

test('Poisson numbers: mean and variance to 4.5 errors, which fails by chance once in 25 000', () => {
  for (const mean of [0.3, 4, 80, 5000]) {
    const n = 4000;
    const k = poissonNumbers(seedKey(5).split(String(mean)), new Float64Array(n).fill(mean));
    const average = moment(k, undefined, 1) / n;
    const variance = k.reduce((s, v) => s + (v - average) ** 2, 0) / (n - 1);
    expect(k.every((v) => Number.isInteger(v) && v >= 0)).toBe(true);
    expect(Math.abs(average - mean)).toBeLessThan(4.5 * Math.sqrt(mean / n));
    // Var(s²) = (μ₄ − σ⁴ …)/n with μ₄ = λ + 3λ².
    expect(Math.abs(variance - mean)).toBeLessThan(4.5 * Math.sqrt((mean + 2 * mean * mean) / n));
  }
  expect([...poissonNumbers(seedKey(1), [0, 0])]).toEqual([0, 0]);
});
