import { expect, test } from 'vitest';
import { kendall } from '../../src/stats/kendall.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';

const key = seedKey(5);

/** By its definition, over all pairs. */
function byPairs(x: Float64Array, y: Float64Array, w: Float64Array): { tau: number; s: number } {
  let [s, px, py] = [0, 0, 0];
  for (let i = 0; i < x.length; i++)
    for (let j = 0; j < i; j++) {
      const [dx, dy, ww] = [Math.sign(x[i] - x[j]), Math.sign(y[i] - y[j]), w[i] * w[j]];
      s += ww * dx * dy;
      px += ww * Math.abs(dx);
      py += ww * Math.abs(dy);
    }
  return { tau: s / Math.sqrt(px * py), s };
}

test('τ is that of its definition over pairs, with ties and weights of either sign', () => {
  const round = (v: number) => Math.round(3 * v);
  const x = normals(key.split('x'), 200).map(round);
  const y = normals(key.split('y'), 200).map((v, i) => round(v + 0.3 * x[i]));
  const w = uniforms(key.split('w'), 200).map((u) => u * 1.4 - 0.2);
  expect(kendall(x, y, w).tau).toBeCloseTo(byPairs(x, y, w).tau, 13);
  expect(kendall(x, y).tau).toBeCloseTo(byPairs(x, y, new Float64Array(200).fill(1)).tau, 13);
});

test('signs, orders and monotone maps do what they should', () => {
  const x = normals(key.split('a'), 300);
  const y = normals(key.split('b'), 300).map((v, i) => v + 0.5 * x[i]);
  const { tau, z } = kendall(x, y);
  expect(kendall(y, x)).toMatchObject({ tau, entries: 300 });
  expect(
    kendall(
      x,
      y.map((v) => -v),
    ).z,
  ).toBeCloseTo(-z, 12);
  expect(kendall(x.map(Math.exp), y).tau).toBe(tau);
  expect(kendall(x, x).tau).toBeCloseTo(1, 14);
});

test('reference: τ_b and p-value with ties', () => {
  // python 3.11, scipy 1.17.1: stats.kendalltau(x, y, method='asymptotic')
  const x = Float64Array.of(1, 1, 2, 2, 3, 5, 5, 7, 8, 8, 9, 11);
  const y = Float64Array.of(2, 1, 2, 4, 3, 3, 4, 6, 5, 9, 7, 7);
  const { tau, pValue } = kendall(x, y);
  expect(tau).toBeCloseTo(0.7741935483870968, 14);
  expect(pValue).toBeCloseTo(0.0007988036061538762, 14);
});

test('without ties the variance of τ is 2(2n + 5)/(9n(n − 1))', () => {
  const x = uniforms(key.split('u'), 40);
  const y = uniforms(key.split('v'), 40);
  const { tau, z } = kendall(x, y);
  expect(tau / z).toBeCloseTo(Math.sqrt((2 * (2 * 40 + 5)) / (9 * 40 * 39)), 13);
});

test('the variance is that of permutations, for weights that depend on x', () => {
  // All 720 permutations of six values with a tie.
  const x = Float64Array.of(1, 2, 2, 3, 4, 5);
  const w = Float64Array.of(1, 0.5, -0.3, 2, 1.2, 0.7);
  const y = Float64Array.of(1, 1, 2, 3, 4, 6);
  const scores: number[] = [];
  const walk = (left: number[], taken: number[]): void => {
    if (left.length === 0) scores.push(byPairs(x, Float64Array.from(taken), w).s);
    left.forEach((v, i) => walk([...left.slice(0, i), ...left.slice(i + 1)], [...taken, v]));
  };
  walk([...y], []);
  const mean = scores.reduce((s, v) => s + v, 0) / scores.length;
  const variance = scores.reduce((s, v) => s + (v - mean) ** 2, 0) / scores.length;
  expect(mean).toBeCloseTo(0, 12);
  expect(byPairs(x, y, w).s / kendall(x, y, w).z).toBeCloseTo(Math.sqrt(variance), 12);
});

test('independent variables are rejected as often as said (±4.5 σ: one false alarm in 10⁵)', () => {
  let [plain, weighted] = [0, 0];
  for (let i = 0; i < 400; i++) {
    const k = key.split('try', i);
    const [x, y] = [normals(k.split('x'), 80), normals(k.split('y'), 80)];
    if (kendall(x, y).pValue < 0.1) plain++;
    // As sWeights are: a function of x, partly negative.
    if (
      kendall(
        x,
        y,
        x.map((v) => 1.2 * Math.exp(-v * v) - 0.2),
      ).pValue < 0.1
    )
      weighted++;
  }
  for (const n of [plain, weighted]) expect(Math.abs(n - 40)).toBeLessThan(27);
});

test('a hundred thousand events take no time to speak of, and a constant column has no correlation', () => {
  const x = uniforms(key.split('many'), 100_000);
  const { tau } = kendall(
    x,
    x.map((v) => v * v),
  );
  expect(tau).toBeCloseTo(1, 12);
  expect(kendall(x.slice(0, 10), new Float64Array(10))).toMatchObject({ tau: NaN, pValue: 1 });
});

test('NaN, unequal lengths and weights without a positive sum are refused', () => {
  const x = Float64Array.of(1, 2, 3);
  expect(() => kendall(x, Float64Array.of(1, NaN, 2))).toThrow('NaN');
  expect(() => kendall(x, Float64Array.of(1, 2))).toThrow('differ in length');
  expect(() => kendall(x, x, Float64Array.of(1, -1, -1))).toThrow('not positive');
});
