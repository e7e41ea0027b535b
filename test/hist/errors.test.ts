import { expect, test } from 'vitest';
import { regularAxis } from '../../src/hist/axis.js';
import { bandOfHists } from '../../src/hist/band.js';
import { chi2OfHists } from '../../src/hist/compare.js';
import { density } from '../../src/hist/density.js';
import { efficiency } from '../../src/hist/efficiency.js';
import { contentErrors } from '../../src/hist/errors.js';
import { fill } from '../../src/hist/fill.js';
import { inner, type Hist } from '../../src/hist/hist.js';
import { profile } from '../../src/hist/profile.js';
import { pulls, ratio } from '../../src/hist/ratio.js';
import { clopperPearson, garwood } from '../../src/stats/intervals.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';

const AXIS = regularAxis('x', 3, 0, 3);
/** One-dimensional contents with empty flow bins. */
const hist = (values: number[], variances = values): Hist => ({
  axes: [AXIS],
  sumw: Float64Array.of(0, ...values, 0),
  sumw2: Float64Array.of(0, ...variances, 0),
});

test('the error of a ratio is absolute: √(σa²/b² + a²σb²/b⁴), not σ of the logarithm', () => {
  const r = ratio(hist([30, 0, 5], [60, 0, 5]), hist([10, 20, 0], [12, 20, 0]));
  expect(r.values[0]).toBeCloseTo(3, 14);
  expect(r.errors[0]).toBeCloseTo(Math.sqrt(60 / 100 + (900 * 12) / 1e4), 14);
  expect([r.values[1], r.errors[1]]).toEqual([0, 0]);
  expect(r.values[2]).toBeNaN();
});

test('the error of a ratio is its spread over weighted toys (800 toys; 15 %: 6 σ)', () => {
  const toys = Array.from({ length: 800 }, (_, t) => {
    const draw = (name: string, n: number): Hist => {
      const key = seedKey(1).split(name, t);
      return fill(
        [AXIS],
        [uniforms(key.split('x'), n).map((u) => 3 * u)],
        uniforms(key.split('w'), n).map((u) => 3 * u),
      );
    };
    // Multinomial counts of 3 of 30 bins are nearly Poisson: thin by a factor ten.
    const thin = (h: (name: string, n: number) => Hist, name: string) => h(name, 900);
    const r = ratio(thin(draw, 'a'), thin(draw, 'b'));
    return { value: r.values[1], error: r.errors[1] };
  });
  const mean = toys.reduce((s, t) => s + t.value, 0) / 800;
  const spread = Math.sqrt(toys.reduce((s, t) => s + (t.value - mean) ** 2, 0) / 799);
  // Contents of one bin of three of a fixed total fluctuate less than Poisson: Var = n p (E[w²] − p E[w]²), p = ⅓.
  const multinomial = Math.sqrt((3 - 2.25 / 3) / 3);
  const error = (toys.reduce((s, t) => s + t.error, 0) / 800) * multinomial;
  expect(Math.abs(error / spread - 1)).toBeLessThan(0.15);
});

test('pulls of equal distributions have unit width, and χ² is their sum if the normalisation is absolute', () => {
  const a = hist([10, 25, 7], [12, 30, 7.5]);
  const b = hist([14, 20, 5], [9, 28, 5.5]);
  const p = pulls(a, b);
  expect(p[0]).toBeCloseTo(-4 / Math.sqrt(21), 14);
  expect(chi2OfHists(a, b, { normalisation: 'absolute' }).chi2).toBeCloseTo(
    p.reduce((s, v) => s + v * v, 0),
    12,
  );
  expect([...pulls(hist([0, 1, 1]), hist([0, 1, 1]))]).toEqual([0, 0, 0]);
});

test('efficiency of counts: Clopper–Pearson; of weights: the weighted binomial error of ROOT', () => {
  const counts = efficiency(hist([8, 0, 0]), hist([10, 5, 0]));
  expect(counts.values[0]).toBeCloseTo(0.8, 14);
  expect({ low: counts.low[0], high: counts.high[0] }).toEqual(clopperPearson(8, 10));
  expect(counts.values[2]).toBeNaN();
  const weighted = efficiency(hist([4, 1, 1], [3, 1.5, 1]), hist([6, 2, 4], [5, 2.5, 3]));
  const e = 4 / 6;
  expect(weighted.high[0] - e).toBeCloseTo(Math.sqrt((1 - 2 * e) * 3 + e * e * 5) / 6, 14);
  expect(weighted.method).toBe('weighted');
  expect(() => efficiency(hist([1.5, 1, 1]), hist([2, 2, 2]), { method: 'wilson' })).toThrow('need counts');
});

test('with unit weights the weighted binomial error is √(ε(1 − ε)/n)', () => {
  const e = efficiency(hist([30, 1, 1]), hist([120, 2, 2]), { method: 'weighted' });
  expect(e.high[0] - e.values[0]).toBeCloseTo(Math.sqrt((0.25 * 0.75) / 120), 14);
});

test('profile: mean, spread and error of the mean in bins, flow and NaN left out', () => {
  const x = Float64Array.of(0.5, 0.5, 0.5, 1.5, 7, 2.5);
  const y = Float64Array.of(1, 2, 6, 4, 100, NaN);
  const w = Float64Array.of(1, 2, 1, 3, 1, 1);
  const p = profile(AXIS, x, y, w);
  expect(p.mean[0]).toBeCloseTo(2.75, 14);
  expect(p.spread[0]).toBeCloseTo(Math.sqrt((1.75 ** 2 + 2 * 0.75 ** 2 + 3.25 ** 2) / 4), 14);
  expect(p.error[0]).toBeCloseTo(Math.sqrt(1.75 ** 2 + 4 * 0.75 ** 2 + 3.25 ** 2) / 4, 14);
  expect([p.mean[1], p.error[1], p.mean[2]]).toEqual([4, NaN, NaN]);
});

test('a density integrates to one over unequal bins of two variables', () => {
  const axes = [regularAxis('x', 4, -2, 2), regularAxis('y', 5, 0, 10)];
  const h = fill(axes, [normals(seedKey(2), 3000), normals(seedKey(3), 3000).map((v) => 5 + 3 * v)]);
  const d = density(h);
  expect(d.values.reduce((s, v) => s + v * 1 * 2, 0)).toBeCloseTo(1, 12);
  expect(d.errors[7] / d.values[7]).toBeCloseTo(1 / Math.sqrt(inner(h).values[7]), 12);
});

test('error bars: Garwood of counts, scaled for weights, √Σw² of negative contents', () => {
  const bars = contentErrors(hist([0, 4, -1], [0, 4, 9]));
  expect(bars.above[0]).toBeCloseTo(garwood(0).high, 14);
  expect(bars.below[1]).toBeCloseTo(4 - garwood(4).low, 14);
  expect([bars.below[2], bars.above[2]]).toEqual([3, 3]);
});

test('a band of replicas is their central interval in each bin', () => {
  const z = normals(seedKey(4), 400);
  const band = bandOfHists([...z].map((v) => hist([100 + 10 * v, 50, 0])));
  expect(Math.abs((band.high[0] - band.low[0]) / 20 - 1)).toBeLessThan(0.2);
  expect([band.low[1], band.high[1]]).toEqual([50, 50]);
  expect(() => bandOfHists([])).toThrow('needs histograms');
});
