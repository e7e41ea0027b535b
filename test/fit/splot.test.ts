import { expect, test } from 'vitest';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';
import type { Component } from '../../src/fit/component.js';
import { sPlot } from '../../src/fit/splot.js';
import { allWeightsAt, sumOfWeights, weightsAt } from '../../src/fit/weight-function.js';
import { fitYields } from '../../src/fit/yields.js';
import { basicMass } from './basic-toy.js';
import { chebyshev, exponential, gaussian } from './shapes.js';

const range = [0, 1] as const;
// The minimum of the tutorial's joint fit (iminuit 2.33).
const shapes: Component[] = [
  gaussian('signal', 0.493984, 0.0967359, range),
  exponential('background', 1.142857, range),
];
const mass = basicMass();
const relative = (got: number, expected: number, tolerance: number): void =>
  expect(Math.abs(got / expected - 1)).toBeLessThan(tolerance);

/** Three species, some weights negative. */
function threeSpecies(seed: number) {
  const key = seedKey(seed);
  const n = 3000;
  const u = uniforms(key.split('which'), n);
  const z = normals(key.split('z'), n);
  const flat = uniforms(key.split('flat'), n);
  const x = z.map((v, e) => (u[e] < 0.3 ? 0.3 + 0.05 * v : u[e] < 0.5 ? 0.6 + 0.08 * v : flat[e]));
  const weights = uniforms(key.split('w'), n).map((v) => (v < 0.05 ? -0.5 : 0.5 + v));
  const components = [
    gaussian('signal', 0.3, 0.05, range),
    gaussian('partial', 0.6, 0.08, range),
    chebyshev('background', 0, 0, range),
  ];
  return { x, weights, components };
}

test('identities hold to 1e-9: Σw_k = N_k, Σ_k w_k = 1, Σ f_k/D = 1, and Σ w_k w_l is the covariance', () => {
  for (const weighted of [false, true]) {
    const { x, weights: own, components } = threeSpecies(2);
    const events = { x, ...(weighted ? { weights: own } : {}) };
    const { weights, covariance, events: counts } = sPlot(components, events, range);
    expect(counts.used + counts.outside).toBe(3000);
    for (const check of weights.checks) {
      expect(check.passed).toBe(true);
      expect(check.deviation).toBeLessThan(1e-9);
      expect(check.message).toContain('holds');
    }
    const all = allWeightsAt(weights, x);
    x.forEach((v, e) => {
      const sum = components.reduce((s, c) => s + all[c.name][e], 0);
      expect(sum).toBeCloseTo(v >= 0 && v <= 1 ? 1 : 0, 9);
    });
    components.forEach(({ name }, k) => {
      const { value } = sumOfWeights(all[name], events.weights);
      relative(value, weights.yields[name], 1e-9);
      components.forEach((other, l) => {
        const sum = all[name].reduce((s, w, e) => s + w * all[other.name][e] * (events.weights?.[e] ?? 1), 0);
        expect(sum / Math.sqrt(covariance[k][k] * covariance[l][l])).toBeCloseTo(
          covariance[k][l] / Math.sqrt(covariance[k][k] * covariance[l][l]),
          9,
        );
      });
    });
  }
});

test('reference: the tutorial "basic" of sweights', () => {
  // Published with the tutorial: N 964.83 and 1018.20, A as below. The joint fit's yields are at the minimum of the yields.
  const published = sPlot(shapes, { x: mass }, range, { yields: { signal: 964.83, background: 1018.2 } });
  [
    [1656.598, -691.869],
    [-691.869, 1710.199],
  ].forEach((row, k) => row.forEach((v, l) => relative(published.covariance[k][l], v, 3e-4)));
  // python 3.11, sweights 1.7.0: SWeight(m, [ms, mb], [s, b], ((0, 1),), method='summation'), s and b by Newton steps to the last digit
  const { weights, covariance, information } = sPlot(shapes, { x: mass }, range);
  relative(weights.yields['signal'], 964.9263704671338, 1e-8);
  relative(weights.yields['background'], 1018.0736295328662, 1e-8);
  relative(information[0][0], 0.0007263164432521523, 1e-8);
  relative(information[0][1], 0.0002938472247231949, 1e-8);
  relative(information[1][1], 0.0007037399292080162, 1e-8);
  relative(covariance[0][0], 1656.6706560366085, 1e-8);
  relative(covariance[0][1], -691.7442855694749, 1e-8);
  const w = weightsAt(weights, mass);
  [-0.6788529966105211, 1.2173853377737296, 1.1802461598260976].forEach((v, e) => relative(w[e], v, 1e-8));
  relative(sumOfWeights(w).variance, 1656.6706560366085, 1e-8);
});

test('yields that are not at the minimum are refused, with the ones that are', () => {
  const yields = { signal: 1000, background: 983 };
  try {
    sPlot(shapes, { x: mass }, range, { yields });
    expect.unreachable();
  } catch (error) {
    const { data } = error as { data: Record<string, string> };
    expect(data['code']).toBe('fit.yields-not-at-minimum');
    expect(data['message']).toContain('only the yields float');
    expect(data['expected']).toContain('signal 964.926, background 1018.07');
    expect(data['hint']).toContain('leave the yields out');
  }
  // Yields of another sample fail as well: here, of the first half.
  const half = fitYields(shapes, { x: mass.slice(0, 1000) }, range).yields;
  expect(() => sPlot(shapes, { x: mass }, range, { yields: { signal: half[0], background: half[1] } })).toThrow(
    'yields float',
  );
});

test('control variables: the signal comes out of a sample that hides it, within its errors (4 σ)', () => {
  const key = seedKey(8);
  const n = 8000;
  const u = uniforms(key.split('which'), n);
  const signal = u.map((v) => (v < 0.25 ? 1 : 0));
  const x = normals(key.split('m'), n).map((z, e) => (signal[e] ? 0.5 + 0.1 * z : uniforms(key.split('b', e), 1)[0]));
  const t = normals(key.split('t'), n).map((z, e) => (signal[e] ? 1 : -1) + z);
  const components = [gaussian('signal', 0.5, 0.1, range), chebyshev('background', 0, 0, range)];
  const w = weightsAt(sPlot(components, { x }, range).weights, x);
  for (let bin = -3; bin < 3; bin++) {
    const inBin = Float64Array.from(t, (v, e) => (v >= bin && v < bin + 1 ? w[e] : 0));
    const { value, variance } = sumOfWeights(inBin);
    const truth = signal.reduce((s, v, e) => s + (t[e] >= bin && t[e] < bin + 1 ? v : 0), 0);
    expect(Math.abs(value - truth)).toBeLessThan(4 * Math.sqrt(variance));
  }
});

test('a component that data do not have gets a yield of 0 within its error, and may be negative', () => {
  const x = uniforms(seedKey(12), 2000);
  const { weights, covariance } = sPlot(
    [gaussian('signal', 0.5, 0.05, range), chebyshev('background', 0, 0, range)],
    { x },
    range,
  );
  expect(Math.abs(weights.yields['signal'])).toBeLessThan(4 * Math.sqrt(covariance[0][0]));
  relative(weights.yields['signal'] + weights.yields['background'], 2000, 1e-9);
});

test('weighted events: the covariance of the yields is that of the sums of weights; equal weights leave relative errors as they are', () => {
  const { x, weights: own, components } = threeSpecies(4);
  const { covariance } = fitYields(components, { x, weights: own }, range);
  const all = Object.values(allWeightsAt(sPlot(components, { x, weights: own }, range).weights, x));
  all.forEach((a, k) =>
    all.forEach((b, l) => {
      const sum = a.reduce((s, w, e) => s + own[e] ** 2 * w * b[e], 0);
      expect(covariance[k][l] / Math.sqrt(covariance[k][k] * covariance[l][l])).toBeCloseTo(
        sum / Math.sqrt(covariance[k][k] * covariance[l][l]),
        8,
      );
    }),
  );
  const plain = fitYields(components, { x }, range);
  const half = fitYields(components, { x, weights: x.map(() => 0.5) }, range);
  components.forEach((_, k) => {
    relative(half.yields[k] / half.covariance[k][k] ** 0.5, plain.yields[k] / plain.covariance[k][k] ** 0.5, 1e-9);
  });
});

test('two hundred thousand events need no more steps than two thousand', () => {
  const n = 200_000;
  const flat = uniforms(seedKey(13).split('u'), n);
  const x = normals(seedKey(13).split('z'), n).map((z, e) => (e < 0.6 * n ? 0.5 + 0.05 * z : flat[e]));
  const components = [gaussian('signal', 0.5, 0.05, range), chebyshev('background', 0, 0, range)];
  const { steps, yields } = fitYields(components, { x }, range);
  expect(steps).toBeLessThan(10);
  relative(yields[0] + yields[1], n, 1e-9);
});

test('bad input is named', () => {
  const [signal, background] = shapes;
  expect(() => sPlot([signal, signal], { x: mass }, range)).toThrow('two components are called "signal"');
  expect(() => sPlot([signal, { ...signal, name: 'twin' }], { x: mass }, range)).toThrow('cannot be told from');
  expect(() => sPlot(shapes, { x: mass }, [2, 3])).toThrow('no event lies inside the range');
  expect(() => sPlot(shapes, { x: mass, weights: mass.map(() => NaN) }, range)).toThrow('not finite');
  expect(() => sPlot(shapes, { x: mass, weights: mass.map(() => -1) }, range)).toThrow('not positive');
  const broken = { name: 'broken', density: (xs: Float64Array) => xs.map(() => NaN) };
  expect(() => sPlot([signal, broken], { x: mass }, range)).toThrow('density of "broken"');
  expect(() => sPlot(shapes, { x: mass }, range, { signal: ['signl'] })).toThrow('no component "signl"');
  const { weights } = sPlot([signal, background], { x: mass }, range);
  expect(() => weightsAt(weights, mass, ['noise'])).toThrow('no component "noise"');
  expect([...weightsAt(weights, Float64Array.of(-0.1, 1.1, NaN))]).toEqual([0, 0, 0]);
});
