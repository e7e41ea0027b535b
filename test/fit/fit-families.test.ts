// Every density through the whole engine: drawn, started from the data, fitted in the graph, compared with what was drawn.
import { afterAll, describe, expect, test } from 'vitest';
import { fitModel } from '../../src/fit/fit-model.js';
import { openKernels } from '../../src/fit/kernels.js';
import { singleModel, type ParameterSetting } from '../../src/fit/model.js';
import { buildPdf, type PdfContext } from '../../src/fit/pdf-spec.js';
import { normals, seedKey } from '../../src/stats/key.js';
import { pdf as schema } from '../../src/studies/pid/schema/pdf-schema.js';

const key = seedKey(2024);
const kernels = openKernels();
afterAll(() => kernels.close());

const ranges = { m: [1.8, 1.95] as const, dm: [0.14, 0.16] as const };
const template: PdfContext['template'] = () => ({
  values: normals(key.split('mc'), 2000).map((z) => 1.865 + 0.012 * z),
});

interface Case {
  /** As a study file has it. */
  readonly pdf: unknown;
  readonly truth: Readonly<Record<string, number>>;
  /** What the data cannot tell. */
  readonly fixed?: readonly string[];
}

const cases: Readonly<Record<string, Case>> = {
  gaussian: { pdf: 'gaussian', truth: { mean: 1.8648, sigma: 0.008 } },
  doubleGaussian: {
    pdf: 'doubleGaussian',
    truth: { mean: 1.8648, sigma1: 0.005, sigma2: 0.015, fraction: 0.6 },
  },
  crystalBall: {
    pdf: 'crystalBall',
    truth: { mean: 1.89, sigma: 0.008, alpha: 1, n: 2.5 },
    fixed: ['n'],
  },
  'crystalBall, right': {
    pdf: 'crystalBall:right',
    truth: { mean: 1.85, sigma: 0.008, alpha: 1, n: 2.5 },
    fixed: ['n'],
  },
  doubleCrystalBall: {
    pdf: 'doubleCrystalBall',
    truth: { mean: 1.8648, sigma: 0.008, alphaL: 1.2, nL: 3, alphaR: 1.6, nR: 4 },
    fixed: ['nL', 'nR'],
  },
  johnson: { pdf: 'johnson', truth: { mu: 1.8648, lambda: 0.012, gamma: 0.3, delta: 1.2 } },
  voigt: { pdf: 'voigt', truth: { mean: 1.8648, sigma: 0.006, width: 0.01 } },
  breitWigner: { pdf: 'breitWigner', truth: { mean: 1.8648, width: 0.012 } },
  'breitWigner with resolution': {
    pdf: { pdf: 'breitWigner', resolution: 0.004 },
    truth: { mean: 1.8648, width: 0.012, resolution: 0.005 },
    fixed: ['width'],
  },
  argus: { pdf: { pdf: 'argus', m0: 1.94 }, truth: { m0: 1.93, c: -20, p: 0.5 }, fixed: ['m0', 'p'] },
  'argus with resolution': {
    pdf: { pdf: 'argus', m0: 1.91, resolution: 0.01 },
    truth: { m0: 1.9, c: -15, p: 0.5, resolution: 0.008 },
    fixed: ['p', 'resolution'],
  },
  exponential: { pdf: 'exponential', truth: { slope: -12 } },
  'chebyshev of degree 3': { pdf: 'chebyshev:3', truth: { c1: -0.3, c2: 0.15, c3: 0.05 } },
  'bernstein of degree 3': { pdf: 'bernstein:3', truth: { c1: 0.6, c2: 0.9, c3: 1.8 } },
  'sum with a common mean': {
    pdf: { sum: ['gaussian', { pdf: 'crystalBall', name: 'tail' }], mean: 1.865 },
    truth: { mean: 1.87, 'gaussian.sigma': 0.006, 'tail.sigma': 0.014, 'tail.alpha': 1, 'tail.n': 3, fraction: 0.5 },
    fixed: ['tail.alpha', 'tail.n'],
  },
  'sum with templates': {
    pdf: {
      sum: [
        { pdf: 'kde', sample: 'mc' },
        { pdf: 'histogram', edges: [1.8, 1.85, 1.95], contents: [3, 2] },
      ],
    },
    truth: { fraction: 0.4 },
  },
  'kernels with resolution': { pdf: { pdf: 'kde', sample: 'mc', resolution: 0.01 }, truth: { resolution: 0.012 } },
  'histogram with resolution': {
    pdf: { pdf: 'histogram', edges: [1.8, 1.86, 1.87, 1.88, 1.95], contents: [0, 1, 2, 0], resolution: 0.03 },
    truth: { resolution: 0.03 },
  },
  'shape times efficiency': {
    pdf: { product: ['gaussian', 'chebyshev:1'] },
    truth: { 'gaussian.mean': 1.8648, 'gaussian.sigma': 0.03, 'chebyshev.c1': -0.8 },
    fixed: ['chebyshev.c1'],
  },
  'two variables': {
    pdf: { product: ['doubleGaussian', { pdf: 'gaussian', variable: 'dm' }] },
    truth: {
      'doubleGaussian.mean': 1.8648,
      'doubleGaussian.sigma1': 0.005,
      'doubleGaussian.sigma2': 0.015,
      'doubleGaussian.fraction': 0.6,
      'gaussian.mean': 0.1454,
      'gaussian.sigma': 0.0008,
    },
  },
};

describe('drawn and fitted again (4.5 errors a number: one false alarm in 2 000 runs of all)', () => {
  test.each(Object.entries(cases))('%s', async (name, { pdf: written, truth, fixed = [] }) => {
    const { pdf, parameters } = buildPdf(schema.parse(written), { ranges, template });
    expect(pdf.parameters.map((p) => p.name)).toEqual(Object.keys(truth));
    const values = Object.values(truth);
    const columns = pdf.draw(key.split(name), 2000, values);
    const settings: Record<string, ParameterSetting> = { ...parameters };
    for (const each of fixed) settings[each] = { fixed: truth[each] };
    const model = singleModel([{ name: 'all', pdf, parameters: settings }]);
    const events = Object.fromEntries(pdf.variables.map((v, i) => [v.name, columns[i]]));
    const fit = await fitModel(model, { columns: events }, { kernels, goodness: false });
    expect(fit.status, fit.message).toBe('converged');
    expect(fit.yields['all'].value).toBeCloseTo(2000, 2);
    for (const [parameter, value] of Object.entries(truth)) {
      const got = fit.parameters[`all.${parameter}`];
      if (fixed.includes(parameter)) continue;
      expect(Math.abs(got.value - value) / got.error, `${parameter}: ${got.value} ± ${got.error}`).toBeLessThan(4.5);
      expect(got.error).toBeGreaterThan(0);
    }
  });
});
