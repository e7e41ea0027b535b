import { describe, expect, test } from 'vitest';
import { argus } from '../../../src/fit/densities/argus.js';
import { voigt } from '../../../src/fit/densities/voigt.js';
import { normalCdf } from '../../../src/stats/special/erf.js';
import { convolution } from '../../../src/fit/densities/convolution.js';
import { breitWigner } from '../../../src/fit/densities/breit-wigner.js';
import { exponential } from '../../../src/fit/densities/exponential.js';
import { gaussian } from '../../../src/fit/densities/gaussian.js';
import { histogramTemplate } from '../../../src/fit/densities/histogram-template.js';
import { kernelTemplate } from '../../../src/fit/densities/kernel-template.js';
import type { Density, Range } from '../../../src/fit/density.js';
import { numberAlgebra } from '../../../src/fit/number-algebra.js';
import { shapeIntegral } from '../../../src/fit/normalise.js';
import { normals, seedKey } from '../../../src/stats/key.js';

const RANGE: Range = [1.8, 1.95];
const value = (density: Density, x: number, p: readonly number[]): number =>
  density.shape(numberAlgebra, x, p) / shapeIntegral(numberAlgebra, density, RANGE[0], RANGE[1], p);

describe('histogram', () => {
  const density = histogramTemplate(RANGE, [1.8, 1.83, 1.86, 1.95], [30, -2, 70]);

  test('has the contents as probabilities; what is negative counts as nearly nothing', () => {
    expect(value(density, 1.81, [])).toBeCloseTo(0.3 / 0.03, 4);
    expect(value(density, 1.9, [])).toBeCloseTo(0.7 / 0.09, 4);
    expect(value(density, 1.84, [])).toBeCloseTo(1e-6 / 0.15, 10);
  });

  test('looks up what the formula gives, at the edges too', () => {
    const x = Float64Array.of(1.8, 1.829, 1.83, 1.86, 1.9, 1.95);
    expect(density.values?.(x)).toEqual(x.map((v) => density.shape(numberAlgebra, v, [])));
  });

  test.each([
    ['a range that is not covered', [1.81, 1.95], [1], 'does not cover the range'],
    ['edges that fall', [1.8, 1.79, 1.95], [1, 1], 'edges must rise'],
    ['too few contents', [1.8, 1.85, 1.95], [1], 'edges must rise'],
    ['nothing', [1.8, 1.95], [-1], 'nothing in it is positive'],
  ])('%s is refused', (_, edges, contents, message) => {
    expect(() => histogramTemplate(RANGE, edges, contents)).toThrow(message);
  });
});

const values = normals(seedKey(11), 400).map((z) => 1.865 + 0.012 * z);

describe('kernel density', () => {
  test('is the sum of the events’ kernels, to a thousandth of its height', () => {
    const width = 0.006;
    const density = kernelTemplate(RANGE, values, { bandwidth: width });
    const inside = values.filter((v) => v >= RANGE[0] && v <= RANGE[1]);
    const direct = (x: number): number =>
      inside.reduce((sum, v) => sum + Math.exp(-0.5 * ((x - v) / width) ** 2), 0) /
      (inside.length * width * Math.sqrt(2 * Math.PI));
    for (const x of [1.83, 1.85, 1.865, 1.88, 1.9])
      expect(Math.abs(value(density, x, []) - direct(x))).toBeLessThan(1e-3 * direct(1.865));
  });

  test('looks up what the formula gives', () => {
    const density = kernelTemplate(RANGE, values);
    const x = Float64Array.of(1.8, 1.82, 1.8649, 1.9, 1.95);
    density.values?.(x).forEach((v, i) => expect(v / density.shape(numberAlgebra, x[i], [])).toBeCloseTo(1, 9));
  });

  test('has a bandwidth by Silverman’s rule unless told', () => {
    // 0.9 min(deviation, IQR/1.349) n^(-1/5)
    const sorted = [...values].sort((a, b) => a - b);
    const [q1, q3] = [0.25, 0.75].map((p) => sorted[Math.round(p * 400 - 0.5)]);
    const mean = values.reduce((s, v) => s + v, 0) / 400;
    const deviation = Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / 400);
    const bandwidth = 0.9 * Math.min(deviation, (q3 - q1) / 1.349) * 400 ** -0.2;
    const [rule, told] = [kernelTemplate(RANGE, values), kernelTemplate(RANGE, values, { bandwidth })];
    for (const x of [1.84, 1.865, 1.9])
      expect(Math.abs(value(rule, x, []) / value(told, x, []) - 1)).toBeLessThan(0.01);
  });

  test('does not leak at the ends: flat events give a flat density', () => {
    const flat = Float64Array.from({ length: 3000 }, (_, i) => 1.8 + (0.15 * (i + 0.5)) / 3000);
    const density = kernelTemplate(RANGE, flat);
    for (const x of [1.8, 1.801, 1.87, 1.9499, 1.95]) expect(value(density, x, []) * 0.15).toBeCloseTo(1, 2);
  });

  test('weights count, negative ones subtract', () => {
    const x = Float64Array.of(1.83, 1.83, 1.9, 1.92);
    const weights = Float64Array.of(3, -1, 1, -0.5);
    const density = kernelTemplate(RANGE, x, { weights, bandwidth: 0.003 });
    expect(value(density, 1.83, []) / value(density, 1.9, [])).toBeCloseTo(2.06, 1);
    expect(value(density, 1.92, [])).toBeLessThan(1e-4);
  });

  test('without events it is refused', () => {
    expect(() => kernelTemplate(RANGE, Float64Array.of(2, NaN))).toThrow('nothing to stand on');
  });
});

describe('convolution with a Gaussian', () => {
  // scipy 1.17.1: f = m * sqrt(1 - (m/m0)**2) * exp(c * (1 - (m/m0)**2)), m0 = 1.92, c = -20;
  // g(x) = quad(f(m) * exp(-((x - m)/s)**2/2), x - 8*s, min(m0, x + 8*s), epsrel=1e-12); g(X)/quad(g, 1.8, 1.95)
  test.each([
    [0.004, [4.381985250937254, 10.170128534783084, 7.367296623799872, 0.5190199482311117, 8.947382176521483e-7]],
    [0.015, [4.512796894780419, 10.097591322279612, 6.393303080165479, 3.4408438459402837, 0.7463020499427033]],
  ])('of an ARGUS density, over its endpoint, resolution %d', (resolution, expected) => {
    [1.81, 1.87, 1.915, 1.925, 1.94].forEach((x, i) => {
      const got = value(convolution(argus(RANGE)), x, [1.92, -20, 0.5, resolution]);
      expect(Math.abs(got - expected[i])).toBeLessThan(1e-6 * 8);
    });
  });

  test('of an exponential: itself', () => {
    for (const x of [1.8, 1.87, 1.95])
      expect(value(convolution(exponential(RANGE)), x, [-12, 0.01])).toBeCloseTo(
        value(exponential(RANGE), x, [-12]),
        8,
      );
  });

  test('of a histogram: a difference of normal distribution functions for each bin', () => {
    const density = convolution(histogramTemplate(RANGE, [1.8, 1.85, 1.9, 1.95], [1, 3, 2]));
    const sigma = 0.02;
    const exact = (x: number): number => {
      const step = (edge: number): number => normalCdf((x - edge) / sigma);
      return step(1.8) + 2 * step(1.85) - step(1.9) - 2 * step(1.95);
    };
    for (const x of [1.82, 1.85, 1.87, 1.9, 1.93]) {
      expect(value(density, x, [sigma]) / value(density, 1.875, [sigma]) / (exact(x) / exact(1.875))).toBeCloseTo(1, 4);
    }
  });

  test('of a kernel density: wider kernels', () => {
    const [once, twice] = [0.005, 0.003].map((bandwidth) => kernelTemplate(RANGE, values, { bandwidth }));
    for (const x of [1.84, 1.865, 1.9])
      expect(value(convolution(twice), x, [0.004]) / value(once, x, [])).toBeCloseTo(1, 2);
  });

  test.each([
    ['voigt', voigt(RANGE), 'it has its own, sigma'],
    ['gaussian', gaussian(RANGE), 'it has its own, sigma'],
  ])('of %s is refused', (_, density, reason) => {
    expect(() => convolution(density)).toThrow(reason);
  });

  // scipy 1.17.1: f = stats.rel_breitwigner(1.8648/.01, scale=.01).pdf; g(x) = quad(lambda t: f(x - t) *
  // norm.pdf(t, scale=s), -10*s, 10*s, points=[x - 1.8648], epsrel=1e-12); g(X)/quad(g, 1.8, 1.95)
  test.each([
    [0.007, 3e-8, [0.5950428862958361, 11.862751222604103, 36.541496774020544, 11.180644532344049]],
    [0.01, 1e-6, [0.6322804962540041, 14.464497163147351, 29.18738451249501, 13.879006541841564]],
  ])('of a Breit–Wigner of width 0.01, resolution %d', (resolution, precision, expected) => {
    const density = convolution(breitWigner(RANGE));
    [1.81, 1.85, 1.8648, 1.88].forEach((x, i) => {
      expect(Math.abs(value(density, x, [1.8648, 0.01, resolution]) / expected[i] - 1)).toBeLessThan(precision);
    });
  });
});
