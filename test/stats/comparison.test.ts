import { expect, test } from 'vitest';
import { andersonDarling } from '../../src/stats/anderson-darling.js';
import { auc, classifierTwoSample } from '../../src/stats/auc.js';
import { chi2Weighted } from '../../src/stats/chi2.js';
import { normals, permutation, seedKey, uniforms } from '../../src/stats/key.js';
import { ksTwoSample } from '../../src/stats/ks.js';
import { wasserstein1 } from '../../src/stats/wasserstein.js';
import { COUNTS, TIED, WEIGHTED, X, Y } from './samples.js';

const ones = (n: number): Float64Array => new Float64Array(n).fill(1);

test('Kolmogorov–Smirnov: statistic and exact p-value', () => {
  // scipy 1.17.0: stats.ks_2samp(x, y, method='exact')
  const result = ksTwoSample({ values: X.values }, { values: Y.values });
  expect(result.statistic).toBeCloseTo(0.45, 14);
  expect(result.pValue).toBeCloseTo(0.15975974489906378, 13);
  expect(result.location).toBe(1.1);
  expect(result.method).toBe('exact');
});

test('Kolmogorov–Smirnov with ties: the p-value counts all divisions of the pooled sample', () => {
  // python: itertools.combinations over the 15 pooled values, max |F − G| ≥ D: 5355 of 6435
  const result = ksTwoSample({ values: TIED.x }, { values: TIED.y });
  expect(result.statistic).toBeCloseTo(0.19642857142857142, 14);
  expect(result.pValue).toBeCloseTo(5355 / 6435, 13);
});

test('Kolmogorov–Smirnov: the asymptotic p-value is near the exact one at n = 500, and unit weights change no statistic', () => {
  const x = normals(seedKey(1), 500);
  const y = normals(seedKey(2), 700).map((v) => v + 0.06);
  const exact = ksTwoSample({ values: x }, { values: y });
  const limit = ksTwoSample({ values: x, weights: ones(500) }, { values: y });
  expect(limit.statistic).toBeCloseTo(exact.statistic, 12);
  expect(limit.method).toBe('asymptotic');
  expect(Math.abs(limit.pValue - exact.pValue)).toBeLessThan(0.02);
});

/** How often a test's p-value is below 0.1 for equal distributions; 400 tries, so 40 ± 6. */
function rejections(test: (i: number) => number): number {
  let below = 0;
  for (let i = 0; i < 400; i++) if (test(i) < 0.1) below++;
  return below;
}

test('weighted tests reject equal distributions as often as they say (±4.5 σ: one false alarm in 10⁵)', () => {
  const draw = (i: number, name: string, n: number) => {
    const key = seedKey(11).split(name, i);
    return { values: normals(key.split('x'), n), weights: uniforms(key.split('w'), n).map((u) => 0.2 + 2 * u) };
  };
  const ks = rejections((i) => ksTwoSample(draw(i, 'a', 300), draw(i, 'b', 400)).pValue);
  const ad = rejections((i) => andersonDarling(draw(i, 'a', 300), draw(i, 'b', 400)).pValue);
  for (const n of [ks, ad]) expect(Math.abs(n - 40)).toBeLessThan(27);
});

test('Anderson–Darling: Scholz and Stephens, with and without ties', () => {
  // scipy 1.17.0: stats.anderson_ksamp([x, y]) and ([xt, yt], midrank=True); its p-value interpolates a table
  const result = andersonDarling({ values: X.values }, { values: Y.values });
  expect(result.standardised).toBeCloseTo(1.5712950578230531, 12);
  expect(Math.abs(result.pValue / 0.07301713190938539 - 1)).toBeLessThan(0.02);
  const tied = andersonDarling({ values: TIED.x }, { values: TIED.y });
  expect(tied.standardised).toBeCloseTo(-0.8701055014074695, 12);
});

test('weighted Anderson–Darling agrees with the unweighted one for unit weights, and refuses negative weights', () => {
  const x = normals(seedKey(21), 400);
  const y = normals(seedKey(22), 500).map((v) => v * 1.15);
  const plain = andersonDarling({ values: x }, { values: y });
  const weighted = andersonDarling({ values: x, weights: ones(400) }, { values: y });
  expect(Math.abs(weighted.statistic / plain.statistic - 1)).toBeLessThan(0.02);
  expect(() => andersonDarling({ values: x, weights: ones(400).fill(-1, 0, 1) }, { values: y })).toThrow(
    'a weight is negative',
  );
});

test('χ² of counts against weighted contents: the example of ROOT', () => {
  // ROOT, tutorial chi2test.C and TH1::Chi2Test: 21.09, p 0.33 with ndf 19, and 32.33, p 0.029 with 17 more events in bin 15.
  // scipy 1.17.0, profiling n log p − S p − (w − W p)²/2σ² in each bin by optimize.minimize_scalar: digits below.
  const result = chi2Weighted({ values: COUNTS }, WEIGHTED);
  expect(result.chi2).toBeCloseTo(21.0851235, 5);
  expect(result.ndf).toBe(19);
  expect(result.pValue).toBeCloseTo(0.3321165, 6);
  const more = COUNTS.map((n, i) => (i === 14 ? n + 17 : n));
  expect(chi2Weighted({ values: more }, WEIGHTED).chi2).toBeCloseTo(32.3338818, 5);
  expect(chi2Weighted({ values: more }, WEIGHTED).pValue).toBeCloseTo(0.02865267, 6);
});

test('χ² does not depend on which histogram comes first; residuals turn their sign', () => {
  const a = chi2Weighted({ values: COUNTS }, WEIGHTED);
  const b = chi2Weighted(WEIGHTED, { values: COUNTS });
  expect(b.chi2).toBe(a.chi2);
  expect([...b.residuals]).toEqual([...a.residuals].map((r) => 0 - r));
  expect(a.residuals.reduce((s, r) => s + r * r, 0)).toBeCloseTo(a.chi2, 10);
});

test('χ² of two histograms of counts, and of two weighted ones', () => {
  const b = [3, 4, 1, 0, 2, 5, 9, 2, 25, 24, 30, 18, 13, 9, 9, 16, 20, 11, 5, 1];
  // scipy 1.17.0: stats.chi2_contingency([n1, b], correction=False)
  const counts = chi2Weighted({ values: COUNTS }, { values: b });
  expect(counts.chi2).toBeCloseTo(10.957247444687436, 10);
  expect(counts.pValue).toBeCloseTo(0.925268141564343, 10);
  expect(counts.ndf).toBe(19);
  // numpy 2.4.6: (((W c − C w)²)/(W² s² + C² e²)).sum() for c = 1.1 w + sin(0 … 19), s = 0.8 e
  const other = {
    values: WEIGHTED.values.map((v, i) => 1.1 * v + Math.sin(i)),
    variances: WEIGHTED.variances.map((v) => 0.64 * v),
  };
  expect(chi2Weighted(WEIGHTED, other).chi2).toBeCloseTo(3.747490122274938, 10);
});

test('χ²: bins empty in both are skipped, contents without variance refused, absolute comparison keeps the normalisation', () => {
  const a = { values: [0, 4, 6], variances: [0, 4, 6] };
  expect(chi2Weighted(a, a)).toMatchObject({ chi2: 0, ndf: 1, skipped: 1 });
  expect(() => chi2Weighted(a, { values: [0, 1, 2], variances: [0, 0, 0] })).not.toThrow();
  expect(() => chi2Weighted({ ...a, variances: [0, 0, 1] }, { values: [0, 1, 2], variances: [0, 0, 0] })).toThrow(
    'no variance',
  );
  const twice = { values: [0, 8, 12], variances: [0, 16, 24] };
  expect(chi2Weighted(a, twice).chi2).toBeCloseTo(0, 12);
  expect(chi2Weighted(a, twice, { normalisation: 'absolute' })).toMatchObject({ chi2: 16 / 20 + 36 / 30, ndf: 2 });
});

test('Wasserstein distance, with and without weights', () => {
  // scipy 1.17.0: stats.wasserstein_distance(x, y[, w, u])
  expect(wasserstein1({ values: X.values }, { values: Y.values })).toBeCloseTo(1.1345, 12);
  expect(wasserstein1(X, Y)).toBeCloseTo(0.6501631701631703, 12);
});

test('AUC is the Mann–Whitney statistic; its error is that of resampling', () => {
  // scipy 1.17.0: stats.mannwhitneyu(y, x).statistic / (len(x) len(y))
  const scores = Float64Array.of(...X.values, ...Y.values);
  const labels = scores.map((_, i) => Number(i >= X.values.length));
  expect(auc({ scores, labels }).auc).toBeCloseTo(0.7416666666666667, 13);
});

test('AUC: the mean error is the spread over toys, with weights (300 toys: error of a spread 4 %, bound 5 σ)', () => {
  const results = Array.from({ length: 300 }, (_, i) => {
    const key = seedKey(31).split('toy', i);
    const labels = Float64Array.from({ length: 400 }, (_v, k) => k % 2);
    const scores = normals(key.split('s'), 400).map((z, k) => z + 0.7 * labels[k]);
    return auc({ scores, labels, weights: uniforms(key.split('w'), 400).map((u) => 2 * u) });
  });
  const mean = results.reduce((s, r) => s + r.auc, 0) / 300;
  const spread = Math.sqrt(results.reduce((s, r) => s + (r.auc - mean) ** 2, 0) / 299);
  const error = results.reduce((s, r) => s + r.error, 0) / 300;
  // AUC of normals 0.7 apart: Φ(0.7/√2)
  expect(Math.abs(mean - 0.68968)).toBeLessThan((5 * spread) / Math.sqrt(300));
  expect(Math.abs(error / spread - 1)).toBeLessThan(0.2);
});

test('classifier two-sample test: blind scores give uniform p-values, telling ones a large z', () => {
  const labels = Float64Array.from({ length: 600 }, (_, k) => k % 2);
  const blind = rejections(
    (i) => classifierTwoSample({ scores: uniforms(seedKey(41).split('b', i), 600), labels }).pValue,
  );
  expect(Math.abs(blind - 40)).toBeLessThan(27);
  const telling = classifierTwoSample({ scores: normals(seedKey(42), 600).map((z, k) => z + labels[k]), labels });
  expect(telling.z).toBeGreaterThan(8);
});

test('no comparison depends on the order of events', () => {
  const order = permutation(seedKey(51), X.values.length);
  const shuffled = {
    values: Float64Array.from(order, (i) => X.values[i]),
    weights: Float64Array.from(order, (i) => X.weights[i]),
  };
  expect(ksTwoSample(shuffled, Y).statistic).toBeCloseTo(ksTwoSample(X, Y).statistic, 13);
  expect(wasserstein1(shuffled, Y)).toBeCloseTo(wasserstein1(X, Y), 13);
  expect(andersonDarling(shuffled, Y).statistic).toBeCloseTo(andersonDarling(X, Y).statistic, 12);
});
