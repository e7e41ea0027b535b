import { expect, test } from 'vitest';
import { compareYields, yieldsOfBoth } from '../../src/fit/compare-yields.js';
import { bernsteinTerms } from '../../src/fit/cow-terms.js';
import type { BinValidity } from '../../src/fit/bin-validity.js';
import { sPlot } from '../../src/fit/splot.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';
import { gaussian, mixture } from './shapes.js';

const range = [-5, 5] as const;
const signal = mixture('signal', [[1, gaussian('signal', 0, 1, range)]]);
const [flat] = bernsteinTerms('background', 0, range);
const toy = (key: ReturnType<typeof seedKey>, n: number, share: number): Float64Array => {
  const [kind, u] = ['kind', 'u'].map((name) => uniforms(key.split(name), n));
  const z = normals(key.split('z'), n);
  return kind.map((k, i) => (k < share ? Math.max(-5, Math.min(5, z[i])) : 10 * u[i] - 5));
};
const { weights } = sPlot([signal, flat], { x: toy(seedKey(1), 20_000, 0.5) }, range);
const fit = { components: [signal, ...bernsteinTerms('b', 3, range)], signal: ['signal'], range };

test('fitted with the components of the weights, to the events of the weights, both are one number', () => {
  const x = toy(seedKey(1), 20_000, 0.5);
  const same = yieldsOfBoth(weights, { components: [signal, flat], signal: ['signal'], range }, { x });
  expect(same?.weighted.value).toBeCloseTo(same?.fitted.value ?? NaN, 3);
  expect(same?.weighted.error).toBeCloseTo(same?.fitted.error ?? NaN, 3);
  expect(Math.sqrt(same?.variance ?? NaN)).toBeLessThan(0.01);
});

// Bins with another mix than that for which the weights are best: there Hausman's difference of variances is wrong.
test.each([0.5, 0.1, 0.75])('z of 300 toys of share %f is normal', (share) => {
  const z = Array.from({ length: 300 }, (_, t) => {
    const found = yieldsOfBoth(weights, fit, { x: toy(seedKey(2).split('t', t), 800, share) });
    return found ? (found.weighted.value - found.fitted.value) / Math.sqrt(found.variance ?? NaN) : NaN;
  });
  const mean = z.reduce((a, b) => a + b, 0) / z.length;
  const sd = Math.sqrt(z.reduce((s, v) => s + (v - mean) ** 2, 0) / (z.length - 1));
  // Of 300: mean to 0.058, width to 0.041; four of each and a few per cent for 200 events of background.
  expect(Math.abs(mean)).toBeLessThan(0.25);
  expect(Math.abs(sd - 1)).toBeLessThan(0.19);
});

const bin = (i: number): BinValidity => ({ bin: i, status: 'valid', reasons: [], tests: [] });
const counted = (value: number, error: number) => ({ value, error });

test('several sets of a bin are tested each; what is small or not significant is no reason', () => {
  const counts = [
    [
      { of: 'all', weighted: counted(1000, 30), fitted: counted(1005, 40), variance: 400 },
      { of: 'those that fail', weighted: counted(200, 10), fitted: counted(100, 15), variance: 225 },
    ],
    { weighted: counted(100_000, 10), fitted: counted(100_500, 15), variance: 25 },
    undefined,
  ];
  const found = compareYields([0, 1, 2].map(bin), counts);
  expect(found.map((v) => v.status)).toEqual(['invalid', 'valid', 'valid']);
  expect(found[0].reasons).toEqual([
    'weights count 200 ± 10 of those that fail, a fit of the bin alone 100 ± 15: z = 6.7',
  ]);
  expect(found[0].yields?.map((y) => y.differs)).toEqual([false, true]);
  expect(found[1].yields?.[0].z).toBe(-100);
  expect(found[2].yields).toBeUndefined();
});
