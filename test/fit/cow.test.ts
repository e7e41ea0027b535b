import { expect, test } from 'vitest';
import { cow, histogramOf } from '../../src/fit/cow.js';
import { bernsteinTerms, polynomialTerms } from '../../src/fit/cow-terms.js';
import { sPlot } from '../../src/fit/splot.js';
import { sumOfWeights, weightsAt } from '../../src/fit/weight-function.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';
import { integrate } from '../../src/stats/quadrature.js';
import { basicMass } from './basic-toy.js';
import { exponential, gaussian } from './shapes.js';

const range = [0, 1] as const;
const shapes = [gaussian('signal', 0.493984, 0.0967359, range), exponential('background', 1.142857, range)];
const mass = basicMass();
const relative = (got: number, expected: number, tolerance: number): void =>
  expect(Math.abs(got / expected - 1)).toBeLessThan(tolerance);

test('orthonormality: ∫ w_k g_l = δ_kl for any I and any number of terms', () => {
  const components = [shapes[0], ...bernsteinTerms('background', 3, range)];
  const choices = ['unity', histogramOf({ x: mass }, range, 12), exponential('any', 0.7, range)] as const;
  for (const variance of choices) {
    const { weights } = cow(components, range, { variance });
    expect(weights.checks[0].deviation).toBeLessThan(1e-9);
    const edges = Array.from({ length: 13 }, (_, i) => i / 12);
    const integrals = integrate(
      (x) => components.map((c) => c.density(x).map((g, e) => g * weightsAt(weights, x)[e])),
      0,
      1,
      { breaks: edges },
    );
    integrals.forEach((v, l) => expect(v).toBeCloseTo(l === 0 ? 1 : 0, 8));
  }
});

test('reference: I = 1, the data as a histogram, the total density', () => {
  // Published with the tutorial "basic" of sweights.
  const unity = cow(shapes, range, { variance: 'unity' });
  relative(unity.overlaps[0][0], 2.91612, 1e-5);
  relative(unity.overlaps[0][1], 0.97741, 1e-5);
  relative(unity.overlaps[1][1], 1.063, 1e-5);
  relative(unity.weights.matrix[0][0], 0.49568, 1e-5);
  relative(unity.weights.matrix[0][1], -0.45577, 2e-5);
  relative(unity.weights.matrix[1][1], 1.3598, 1e-5);
  // python 3.11, sweights 1.7.0: Cow((0, 1), ms, mb, Im=None | numpy.histogram(m, 10, (0, 1)) | total)
  const references = [
    ['unity', 2.916134877809443, -0.303654958742089, 962.7789452874406, 1797.9030454595481],
    [
      histogramOf({ x: mass }, range, 10),
      1.5111023377703485,
      -0.694154392420912,
      967.3506802990366,
      1677.9004359596124,
    ],
    [
      { total: { signal: 964.9263704671338, background: 1018.0736295328662 } },
      1.4402157135101197,
      -0.6790377718082411,
      964.9263704671339,
      1657.047112602082,
    ],
  ] as const;
  for (const [variance, overlap, first, sum, variances] of references) {
    const { weights, overlaps } = cow(shapes, range, { variance }, { x: mass });
    relative(overlaps[0][0], overlap, 1e-8);
    const w = weightsAt(weights, mass);
    relative(w[0], first, 1e-7);
    relative(sumOfWeights(w).value, sum, 1e-8);
    relative(sumOfWeights(w).variance, variances, 1e-8);
    relative(weights.yields['signal'], sum, 1e-8);
  }
});

test('with the total density as I, COWs are sWeights as events become many; that I has the smallest variance', () => {
  const splot = sPlot(shapes, { x: mass }, range).weights;
  const { weights } = cow(shapes, range, { variance: { total: splot.yields } }, { x: mass });
  const a = weightsAt(splot, mass);
  const b = weightsAt(weights, mass);
  a.forEach((v, e) => expect(Math.abs(v - b[e])).toBeLessThan(2e-3));
  expect(weights.checks.map((c) => [c.name, c.passed])).toEqual([
    ['orthonormality', true],
    ['sum over components', true],
  ]);
  const variance = (choice: Parameters<typeof cow>[2]['variance']) =>
    sumOfWeights(weightsAt(cow(shapes, range, { variance: choice }).weights, mass)).variance;
  expect(variance('unity')).toBeGreaterThan(variance({ total: splot.yields }));
});

test('terms: Bernstein polynomials are densities that add up to a flat one; polynomial terms keep their component', () => {
  const x = Float64Array.from({ length: 11 }, (_, i) => i / 10);
  const terms = bernsteinTerms('b', 4, range);
  const flat = new Float64Array(11);
  for (const { density } of terms) density(x).forEach((v, e) => (flat[e] += v / 5));
  flat.forEach((v) => expect(v).toBeCloseTo(1, 12));
  integrate((y) => terms.map((c) => c.density(y)), 0, 1).forEach((v) => expect(v).toBeCloseTo(1, 12));
  const [first, , second] = polynomialTerms(shapes[1], 2, range);
  expect(first).toBe(shapes[1]);
  const u = 2 * 0.3 - 1;
  const at = Float64Array.of(0.3);
  expect(second.density(at)[0]).toBeCloseTo(shapes[1].density(at)[0] * (1.5 * u * u - 0.5), 12);
});

test('√Σw² is the error of the yield: pulls of 400 samples, for a background that is none of the fit (4.5 σ)', () => {
  const { weights } = cow([shapes[0], ...bernsteinTerms('b', 2, range)], range, { variance: 'unity' });
  const pulls = Array.from({ length: 400 }, (_, i) => {
    const key = seedKey(81).split('toy', i);
    // Poisson numbers of mean 300 and 700: each of 2000 possible events is there with probability one half.
    const u = uniforms(key.split('u'), 2000);
    const there = uniforms(key.split('there'), 2000);
    const z = normals(key.split('z'), 2000);
    // Background of density 2(1 − x), signal a Gaussian cut at 0 and 1.
    const x = z
      .map((v, e) => (e < 600 ? 0.493984 + 0.0967359 * v : 1 - Math.sqrt(1 - u[e])))
      .filter((_, e) => there[e] < 0.5);
    const { value, variance } = sumOfWeights(weightsAt(weights, x));
    return (value - 300) / Math.sqrt(variance);
  });
  const mean = pulls.reduce((s, v) => s + v, 0) / 400;
  const width = Math.sqrt(pulls.reduce((s, v) => s + (v - mean) ** 2, 0) / 399);
  expect(Math.abs(mean)).toBeLessThan(4.5 / 20);
  // Numbers are binomial with p = ½ here, which narrows pulls a little below 1.
  expect(width).toBeLessThan(1 + 4.5 / Math.sqrt(800));
  expect(width).toBeGreaterThan(0.85 - 4.5 / Math.sqrt(800));
});

test('bad input is named', () => {
  expect(() => cow(shapes, range, { variance: { edges: [0, 0.5, 1], contents: [3, 0] } })).toThrow('0 events from 0.5');
  expect(() => cow(shapes, range, { variance: { edges: [0, 0.5], contents: [3] } })).toThrow('covers 0 to 0.5');
  expect(() => cow(shapes, range, { variance: { total: {} } })).toThrow('add up to 0');
  expect(() =>
    cow([shapes[0], ...bernsteinTerms('b', 2, range), ...bernsteinTerms('c', 0, range)], range, { variance: 'unity' }),
  ).toThrow('cannot be told from the others');
  expect(() => bernsteinTerms('b', -1, range)).toThrow('degree');
});
