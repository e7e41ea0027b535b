import { afterAll, describe, expect, test } from 'vitest';
import { singlePdf } from '../../src/fit/compose/single.js';
import { doubleGaussian } from '../../src/fit/densities/double-gaussian.js';
import { exponential } from '../../src/fit/densities/exponential.js';
import { gaussian } from '../../src/fit/densities/gaussian.js';
import { fitModel } from '../../src/fit/fit-model.js';
import { openKernels } from '../../src/fit/kernels.js';
import { singleModel, type FitModel } from '../../src/fit/model.js';
import { buildPdf } from '../../src/fit/pdf-spec.js';
import { refitYields } from '../../src/fit/refit-yields.js';
import { parsePdf } from '../../src/studies/pid/schema/pdf-schema.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';

const kernels = openKernels();
afterAll(() => kernels.close());

// So wide that nothing lies outside: there the maximum of the likelihood is known in closed form.
const wide = [-40, 40] as const;
const one = singleModel([{ name: 'signal', pdf: singlePdf(gaussian(wide), 'x') }]);
const sample = (n: number): Float64Array => normals(seedKey(11), n).map((z) => 1.5 + 2 * z);
const average = (values: Float64Array, w?: Float64Array): number => {
  const sum = values.reduce((s, v, i) => s + (w?.[i] ?? 1) * v, 0);
  return sum / (w ? w.reduce((a, b) => a + b, 0) : values.length);
};

describe('solutions in closed form', () => {
  test.each([500, 20_000])('a Gaussian of %i events: mean, deviation and number, with their errors', async (n) => {
    const x = sample(n);
    const mean = average(x);
    const sigma = Math.sqrt(average(x.map((v) => (v - mean) ** 2)));
    const { parameters, yields, status, edm } = await fitModel(one, { columns: { x } }, { kernels });
    expect(status).toBe('converged');
    expect(edm).toBeLessThan(1e-6);
    expect(parameters['signal.mean'].value).toBeCloseTo(mean, 6);
    expect(parameters['signal.sigma'].value).toBeCloseTo(sigma, 6);
    expect(yields['signal'].value / n).toBeCloseTo(1, 9);
    expect(parameters['signal.mean'].error / (sigma / Math.sqrt(n))).toBeCloseTo(1, 5);
    expect(parameters['signal.sigma'].error / (sigma / Math.sqrt(2 * n))).toBeCloseTo(1, 5);
    expect(yields['signal'].error / Math.sqrt(n)).toBeCloseTo(1, 6);
  });

  test('an exponential: slope = −1/mean, its error slope/√n', async () => {
    const range = [0, 200] as const;
    const x = uniforms(seedKey(3), 3000).map((u) => -5 * Math.log(u));
    const model = singleModel([{ name: 'decay', pdf: singlePdf(exponential(range), 'x') }]);
    const { parameters } = await fitModel(model, { columns: { x } }, { kernels });
    const slope = -1 / average(x);
    expect(parameters['decay.slope'].value).toBeCloseTo(slope, 7);
    expect(parameters['decay.slope'].error / (Math.abs(slope) / Math.sqrt(3000))).toBeCloseTo(1, 5);
  });

  test('weighted events: the sandwich gives √Σw² and √(Σw²(x − mean)²)/Σw, negative weights included', async () => {
    const n = 6000;
    const x = sample(n);
    const weights = uniforms(seedKey(4), n).map((u) => 2 * u - 0.2);
    const { parameters, yields } = await fitModel(one, { columns: { x }, weights }, { kernels });
    const mean = average(x, weights);
    const square = weights.map((w) => w * w).reduce((a, b) => a + b, 0);
    const spread = x.reduce((s, v, i) => s + weights[i] ** 2 * (v - mean) ** 2, 0);
    const sum = weights.reduce((a, b) => a + b, 0);
    expect(parameters['signal.mean'].value).toBeCloseTo(mean, 6);
    expect(yields['signal'].value / sum).toBeCloseTo(1, 8);
    expect(yields['signal'].error / Math.sqrt(square)).toBeCloseTo(1, 6);
    expect(parameters['signal.mean'].error / (Math.sqrt(spread) / sum)).toBeCloseTo(1, 5);
  });

  test('pass and fail with one efficiency: k/n with its binomial error; shapes shared', async () => {
    const pass = sample(1800);
    const fail = normals(seedKey(12), 600).map((z) => 1.5 + 2 * z);
    const pdf = singlePdf(gaussian(wide), 'x');
    const shared = { mean: 'mean', sigma: 'sigma' };
    const model: FitModel = {
      categories: [
        { name: 'pass', components: [{ name: 's', pdf, parameters: shared, yield: { expression: 'total * eff' } }] },
        {
          name: 'fail',
          components: [{ name: 's', pdf, parameters: shared, yield: { expression: 'total * (1 - eff)' } }],
        },
      ],
      parameters: { total: { start: 2000, low: 0 }, eff: { start: 0.5, low: 0, high: 1 } },
    };
    const data = { pass: { columns: { x: pass } }, fail: { columns: { x: fail } } };
    const { parameters, yields, goodnesses } = await fitModel(model, data, { kernels });
    expect(parameters['eff'].value).toBeCloseTo(0.75, 8);
    expect(parameters['eff'].error / Math.sqrt((0.75 * 0.25) / 2400)).toBeCloseTo(1, 5);
    expect(parameters['total'].error / Math.sqrt(2400)).toBeCloseTo(1, 5);
    expect(yields['pass.s'].value).toBeCloseTo(1800, 4);
    expect(yields['fail.s'].error / Math.sqrt(600)).toBeCloseTo(1, 5);
    const all = Float64Array.from([...pass, ...fail]);
    expect(parameters['mean'].value).toBeCloseTo(average(all), 6);
    expect(Object.keys(goodnesses)).toEqual(['pass', 'fail']);
  });

  test('samples without common parameters have the χ² and the degrees of freedom that each has alone', async () => {
    const pdf = singlePdf(gaussian(wide), 'x');
    const component = (name: string) => ({ name, components: [{ name: 's', pdf }] });
    const data = { one: { columns: { x: sample(1800) } }, other: { columns: { x: sample(700) } } };
    const model: FitModel = { categories: [component('one'), component('other')] };
    const { goodnesses } = await fitModel(model, data, { kernels });
    for (const [name, own] of Object.entries(data)) {
      const { goodness } = await fitModel(singleModel([{ name: 's', pdf }]), own, { kernels });
      expect(goodnesses[name].ndf).toBe(goodness.ndf);
      expect(goodnesses[name].chi2).toBeCloseTo(goodness.chi2, 4);
    }
  });

  test('a constraint is one more measurement of the mean', async () => {
    const x = sample(400);
    const own = 2 / Math.sqrt(400);
    const model = singleModel(
      [{ name: 's', pdf: singlePdf(gaussian(wide), 'x'), parameters: { sigma: { fixed: 2 } } }],
      { constraints: [{ parameter: 's.mean', value: 1.2, error: 0.05 }] },
    );
    const { parameters } = await fitModel(model, { columns: { x } }, { kernels });
    const [a, b] = [1 / own ** 2, 1 / 0.05 ** 2];
    expect(parameters['s.mean'].value).toBeCloseTo((a * average(x) + b * 1.2) / (a + b), 7);
    expect(parameters['s.mean'].error).toBeCloseTo(1 / Math.sqrt(a + b), 7);
    expect(parameters['s.sigma']).toEqual({ value: 2, error: 0, fixed: true });
  });

  test('the profile of a number of events: where N − n − n ln(N/n) = ½', async () => {
    const n = 25;
    const rise = (N: number): number => N - n - n * Math.log(N / n) - 0.5;
    const root = (from: number, to: number): number => {
      let [a, b] = [from, to];
      for (let i = 0; i < 80; i++)
        if (rise(a) * rise((a + b) / 2) <= 0) b = (a + b) / 2;
        else a = (a + b) / 2;
      return a;
    };
    const x = sample(n);
    const { yields } = await fitModel(one, { columns: { x } }, { kernels, minos: ['yield.signal'] });
    expect(yields['signal'].high).toBeCloseTo(root(n, 60) - n, 2);
    expect(yields['signal'].low).toBeCloseTo(n - root(n, 5), 2);
  });

  test('a contour of mean and deviation: −ln L rises by −ln(1 − level) on all of it', async () => {
    const x = sample(300);
    const names = ['signal.mean', 'signal.sigma'] as const;
    const result = await fitModel(one, { columns: { x } }, { kernels, contours: [{ parameters: names, points: 12 }] });
    const plain = (mean: number, sigma: number): number =>
      x.reduce((s, v) => s + Math.log(sigma) + 0.5 * ((v - mean) / sigma) ** 2, 0);
    const lowest = plain(result.parameters['signal.mean'].value, result.parameters['signal.sigma'].value);
    const [{ x: means, y: sigmas }] = result.contours;
    means.forEach((m, i) => expect(plain(m, sigmas[i]) - lowest).toBeCloseTo(1.1478, 2));
  });
});

describe('what the user says of parameters', () => {
  const range = [0, 10] as const;
  const two = normals(seedKey(21), 3000).map((z, i) => 5 + (i % 3 ? 0.4 : 1.2) * z);
  const data = { columns: { x: two } };
  const pdf = doubleGaussian(range, 'x');

  test('the narrower part of a sum is the first, whatever the start', async () => {
    const fits = await Promise.all(
      [undefined, { sigma1: { start: 1.4 }, sigma2: { start: 0.3 }, fraction: { start: 0.3 } }].map((parameters) =>
        fitModel(singleModel([{ name: 's', pdf, parameters }]), data, { kernels }),
      ),
    );
    for (const { parameters, status } of fits) {
      expect(status).toBe('converged');
      expect(parameters['s.sigma1'].value).toBeLessThan(parameters['s.sigma2'].value);
    }
    expect(fits[1].parameters['s.fraction'].value).toBeCloseTo(fits[0].parameters['s.fraction'].value, 4);
    expect(fits[1].nll).toBeCloseTo(fits[0].nll, 6);
  });

  test('an expression ties parameters, and has its error', async () => {
    const model = singleModel([{ name: 's', pdf, parameters: { sigma2: { expression: '3 * s.sigma1' } } }]);
    const { parameters, covariance } = await fitModel(model, data, { kernels });
    expect(parameters['s.sigma2'].value).toBeCloseTo(3 * parameters['s.sigma1'].value, 10);
    expect(parameters['s.sigma2'].error).toBeCloseTo(3 * parameters['s.sigma1'].error, 10);
    expect(covariance.names).not.toContain('s.sigma2');
  });

  test('a limit in the way is reported, with what to try', async () => {
    const model = singleModel([{ name: 's', pdf, parameters: { sigma1: { high: 1 }, sigma2: { high: 1 } } }]);
    const { status, message, parameters } = await fitModel(model, data, { kernels });
    expect(status).toBe('at limit');
    expect(message).toMatch(/s\.sigma2 is at its upper limit 1: widen the limit/);
    expect(parameters['s.sigma2']).toMatchObject({ value: 1, atLimit: 'high' });
  });

  test('bins of data narrow against the peak give what the events give', async () => {
    const edges = Float64Array.from({ length: 401 }, (_, i) => i / 40);
    const counts = new Float64Array(400);
    for (const v of two) if (v >= 0 && v < 10) counts[Math.floor(v * 40)]++;
    const events = await fitModel(singleModel([{ name: 's', pdf }]), data, { kernels });
    const bins = await fitModel(singleModel([{ name: 's', pdf }]), { edges, counts }, { kernels });
    for (const name of Object.keys(events.parameters)) {
      const [a, b] = [events.parameters[name], bins.parameters[name]];
      expect(Math.abs(a.value - b.value) / a.error, name).toBeLessThan(0.1);
      expect(b.error / a.error, name).toBeCloseTo(1, 1);
    }
    const given = { edges, counts: counts.map((c) => 2 * c), variances: counts.map((c) => 4 * c) };
    const doubled = await fitModel(singleModel([{ name: 's', pdf }]), given, { kernels });
    // The sandwich estimates the same variance otherwise: equal in expectation, not in digits.
    expect(doubled.parameters['s.mean'].error / bins.parameters['s.mean'].error).toBeCloseTo(1, 2);
    expect(doubled.parameters['s.mean'].value).toBeCloseTo(bins.parameters['s.mean'].value, 6);
    expect(doubled.yields['s'].error).toBeCloseTo(2 * bins.yields['s'].error, 5);
  });

  test('yields alone: shapes stay, the sum of yields is the number of events, densities are normalised', async () => {
    const background = singlePdf(exponential(range), 'x');
    const model = singleModel([
      { name: 's', pdf },
      { name: 'b', pdf: background },
    ]);
    const x = Float64Array.from([...two.subarray(0, 1500), ...uniforms(seedKey(8), 500).map((u) => 10 * u)]);
    const first = await fitModel(model, { columns: { x } }, { kernels });
    const only = await refitYields(first, { columns: { x } }, { kernels });
    expect(only.covariance.names).toEqual(['yield.s', 'yield.b']);
    expect(only.yields['s'].value).toBeCloseTo(first.yields['s'].value, 2);
    expect(only.yields['s'].value + only.yields['b'].value).toBeCloseTo(2000, 5);
    expect(only.yields['s'].error).toBeLessThanOrEqual(first.yields['s'].error);
    const xs = Float64Array.from({ length: 10_001 }, (_, i) => i / 1000);
    for (const name of ['s', 'b']) {
      const values = first.evaluate(name, xs);
      expect(values.reduce((sum, v, i) => sum + v * (i % 10_000 ? 1 : 0.5), 0) / 1000).toBeCloseTo(1, 6);
    }
  });
});

describe('what makes no fit is refused', () => {
  const range = [0, 10] as const;
  const pdf = singlePdf(gaussian(range), 'x');
  const x = Float64Array.of(1, 2, 3, 4);
  const code = async (model: FitModel, data: Parameters<typeof fitModel>[1]): Promise<string> =>
    fitModel(model, data, { kernels }).then(
      () => 'fitted',
      (error: { data?: { code: string } }) => error.data?.code ?? String(error),
    );
  const plain = singleModel([{ name: 's', pdf }]);

  test.each([
    [
      'fit.yield-is-shape',
      singleModel([{ name: 's', pdf, parameters: { sigma: 'n' }, yield: 'n' }], { parameters: { n: { start: 3 } } }),
    ],
    ['fit.yield-is-shape', singleModel([{ name: 's', pdf, parameters: { sigma: { expression: 'yield.s / 4' } } }])],
    ['fit.unknown-parameter', singleModel([{ name: 's', pdf, parameters: { sigmaa: { start: 1 } } }])],
    [
      'fit.circular',
      singleModel([
        { name: 's', pdf, parameters: { mean: { expression: 's.sigma' }, sigma: { expression: 's.mean' } } },
      ]),
    ],
    ['expression.parameter', singleModel([{ name: 's', pdf, parameters: { mean: { expression: '2 * nobody' } } }])],
    ['fit.parameter', singleModel([{ name: 's', pdf, parameters: { mean: { start: 3, low: 4, high: 5 } } }])],
    [
      'fit.name-twice',
      singleModel([
        { name: 's', pdf },
        { name: 's', pdf },
      ]),
    ],
    ['fit.no-components', singleModel([])],
    [
      'fit.unknown-parameter',
      singleModel([{ name: 's', pdf }], { constraints: [{ parameter: 'b', value: 0, error: 1 }] }),
    ],
  ])('%s', async (expected, model) => expect(await code(model, { columns: { x } })).toBe(expected));

  test.each([
    ['fit.empty', { columns: { x: Float64Array.of(11, 12, Number.NaN) } }],
    ['fit.no-column', { columns: { y: x } }],
    ['fit.weight', { columns: { x }, weights: Float64Array.of(1, Infinity, 1, 1) }],
    ['fit.weights', { columns: { x }, weights: Float64Array.of(1, -1, 1, -1) }],
    ['fit.length', { columns: { x }, weights: Float64Array.of(1) }],
    ['fit.edges', { edges: Float64Array.of(0, 5, 9), counts: Float64Array.of(1, 2) }],
    ['fit.weight', { edges: Float64Array.of(0, 5, 10), counts: Float64Array.of(1, Number.NaN) }],
    ['fit.variances', { edges: Float64Array.of(0, 5, 10), counts: Float64Array.of(-1, 4) }],
    [
      'fit.variances',
      { edges: Float64Array.of(0, 5, 10), counts: Float64Array.of(1, 4), variances: Float64Array.of(1, NaN) },
    ],
    ['fit.no-data', { other: { columns: { x } } }],
  ])('%s of data', async (expected, data) => expect(await code(plain, data)).toBe(expected));

  test('events outside the range and without a value are counted', async () => {
    const columns = { x: Float64Array.of(4, 5, 6, 5.5, 20, Number.NaN) };
    const { events } = await fitModel(plain, { columns }, { kernels });
    expect(events['data']).toEqual({ used: 4, outside: 1, missing: 1 });
  });
});

test('two variables, independent in each component: the cells of both give a χ², and errors are those of 1-D where they must be', async () => {
  const ranges = { m: [0, 10], t: [0, 8] } as const;
  const spec = (pdf: string, start: number): string =>
    `{ product: [{ pdf: ${pdf}, variable: m }, { pdf: exponential, variable: t, slope: ${start} }] }`;
  const [signal, background] = [spec('gaussian', -0.5), spec('exponential', -1)].map((text) =>
    buildPdf(parsePdf(text), { ranges }),
  );
  const n = 12_000;
  const drawn = [
    signal.pdf.draw(seedKey(31), n / 2, [4, 0.5, -0.4]),
    background.pdf.draw(seedKey(32), n / 2, [-0.1, -1.2]),
  ];
  const columns = Object.fromEntries(
    ['m', 't'].map((name, v) => [name, Float64Array.from([...drawn[0][v], ...drawn[1][v]])]),
  );
  const model = singleModel([
    { name: 's', ...signal },
    { name: 'b', ...background },
  ]);
  const { status, yields, parameters, goodness } = await fitModel(model, { columns }, { kernels });
  expect(status).toBe('converged');
  // Four errors for each of three numbers: fails by chance once in 5 000.
  expect(Math.abs(yields['s'].value - n / 2) / yields['s'].error).toBeLessThan(4);
  expect(Math.abs(parameters['s.gaussian.mean'].value - 4) / parameters['s.gaussian.mean'].error).toBeLessThan(4);
  expect(
    Math.abs(parameters['s.exponential.slope'].value + 0.4) / parameters['s.exponential.slope'].error,
  ).toBeLessThan(4);
  expect(goodness.ndf).toBeGreaterThan(100);
  expect(goodness.pValue).toBeGreaterThan(1e-4);
  const expected = Object.values(goodness.expected).reduce((sum, e) => sum + e.reduce((a, b) => a + b, 0), 0);
  expect(expected / n).toBeCloseTo(1, 5);
  // A second variable can only add to what is known of the yields.
  const single = await fitModel(
    singleModel([
      { name: 's', pdf: singlePdf(gaussian(ranges.m), 'm') },
      { name: 'b', pdf: singlePdf(exponential(ranges.m), 'm') },
    ]),
    { columns },
    { kernels },
  );
  expect(yields['s'].error).toBeLessThan(single.yields['s'].error);
});
