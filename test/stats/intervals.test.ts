import { expect, test } from 'vitest';
import { bootstrap, bootstrapWeights, percentileBand, percentileInterval } from '../../src/stats/bootstrap.js';
import { clopperPearson, garwood, wilson } from '../../src/stats/intervals.js';
import { normals, poissonWeights, seedKey, uniforms } from '../../src/stats/key.js';
import { correlation, covariance, rankCorrelation, weightedMean } from '../../src/stats/moments.js';
import { X } from './samples.js';

test('Garwood intervals', () => {
  // scipy 1.17.0: special.gammaincinv(n, (1 − L)/2), special.gammainccinv(n + 1, (1 − L)/2), L = 0.6826894921370859
  expect(garwood(0)).toEqual({ low: 0, high: expect.closeTo(1.8410216450092631, 12) });
  expect(garwood(3)).toEqual({
    low: expect.closeTo(1.367295313890434, 12),
    high: expect.closeTo(5.918185832883396, 12),
  });
  expect(garwood(100)).toEqual({
    low: expect.closeTo(90.0167451771134, 11),
    high: expect.closeTo(111.03336094114967, 11),
  });
});

test('a common weight scales the Poisson interval', () => {
  const plain = garwood(7);
  const scaled = garwood(7 * 0.3, 7 * 0.09);
  expect(scaled.low).toBeCloseTo(0.3 * plain.low, 12);
  expect(scaled.high).toBeCloseTo(0.3 * plain.high, 12);
});

test('Clopper–Pearson and Wilson intervals', () => {
  // scipy 1.17.0: stats.binomtest(k, n).proportion_ci(.95, method='exact' | 'wilson')
  expect(clopperPearson(8, 10, 0.95)).toEqual({
    low: expect.closeTo(0.4439045376923585, 12),
    high: expect.closeTo(0.9747892736731665, 12),
  });
  expect(clopperPearson(0, 5, 0.95)).toEqual({ low: 0, high: expect.closeTo(0.5218237501049814, 12) });
  expect(clopperPearson(5, 5, 0.95)).toEqual({ low: expect.closeTo(0.47817624989501856, 12), high: 1 });
  expect(wilson(8, 10, 0.95)).toEqual({
    low: expect.closeTo(0.4901624715366418, 12),
    high: expect.closeTo(0.9433178485456248, 12),
  });
  expect(wilson(0, 5, 0.95)).toEqual({ low: 0, high: expect.closeTo(0.43448246478317476, 12) });
});

test('Clopper–Pearson covers at least at its level, whatever the truth', () => {
  const n = 30;
  const choose = Array.from({ length: n + 1 }, () => 1);
  for (let k = 1; k <= n; k++) choose[k] = (choose[k - 1] * (n - k + 1)) / k;
  const intervals = choose.map((_, k) => clopperPearson(k, n));
  for (let p = 0.01; p < 1; p += 0.013) {
    const covered = choose.reduce(
      (s, c, k) => s + (intervals[k].low <= p && p <= intervals[k].high ? c * p ** k * (1 - p) ** (n - k) : 0),
      0,
    );
    expect(covered).toBeGreaterThan(0.6826);
  }
});

test.each([
  ['more passed than tried', () => clopperPearson(11, 10)],
  ['nothing tried', () => wilson(0, 0)],
  ['negative contents', () => garwood(-1, 1)],
  ['a coverage of 1', () => garwood(3, 3, 1)],
])('%s is refused', (_, call) => {
  expect(call).toThrow('outside its domain');
});

test('mean, covariance and correlations', () => {
  const columns = [X.values, X.values.map((v, i) => v * v + 0.3 * X.weights[i]), X.values.map((v) => Math.sin(3 * v))];
  // numpy 2.4.6: np.cov(C, aweights=w, ddof=0); scipy 1.17.0: stats.spearmanr(C.T)
  const c = covariance(columns, X.weights);
  expect(c[0][0]).toBeCloseTo(0.8498244082840238, 13);
  expect(c[0][1]).toBeCloseTo(2.2051765695266283, 13);
  expect(c[2][1]).toBeCloseTo(-0.4064840843974258, 13);
  expect(correlation(columns, X.weights)[0][1]).toBeCloseTo(
    2.2051765695266283 / Math.sqrt(0.8498244082840238 * 7.046684869186395),
    13,
  );
  expect(rankCorrelation(columns)[0][1]).toBeCloseTo(0.7212121212121211, 13);
  expect(rankCorrelation(columns)[1][2]).toBeCloseTo(-0.05454545454545454, 13);
  expect(correlation([X.values, X.values.map(() => 2)])[0][1]).toBeNaN();
});

test('the error of a weighted mean is its spread over toys, also with negative weights (400 toys, 20 %: 5.6 σ)', () => {
  const results = Array.from({ length: 400 }, (_, i) => {
    const key = seedKey(61).split('toy', i);
    return weightedMean({
      values: normals(key.split('x'), 300),
      weights: uniforms(key.split('w'), 300).map((u) => (u < 0.2 ? -0.5 : 1 + u)),
    });
  });
  const spread = Math.sqrt(results.reduce((s, r) => s + r.mean ** 2, 0) / 400);
  const error = results.reduce((s, r) => s + r.error, 0) / 400;
  expect(Math.abs(error / spread - 1)).toBeLessThan(0.2);
});

test('bootstrap: replicas are a function of key and index, and spread like the statistic (300 replicas, 20 %: 5 σ)', () => {
  const key = seedKey(71);
  const values = normals(key.split('x'), 400);
  expect(bootstrapWeights(key, 3, 10)).toEqual(Float64Array.from(poissonWeights(key.split('replica', 3), 10)));
  const means = bootstrap(key, 400, (weights) => weightedMean({ values, weights }).mean, { replicas: 300 });
  const { low, high } = percentileInterval(means);
  expect(Math.abs((high - low) / 2 / (1 / Math.sqrt(400)) - 1)).toBeLessThan(0.2);
  const band = percentileBand([...means].map((m) => Float64Array.of(m, 2 * m)));
  expect(band.low[0]).toBeCloseTo(low, 13);
  expect(band.high[1]).toBeCloseTo(2 * high, 13);
});
