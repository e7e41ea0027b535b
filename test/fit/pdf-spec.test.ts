import { describe, expect, test } from 'vitest';
import { numberAlgebra } from '../../src/fit/number-algebra.js';
import { fitParameters } from '../../src/fit/pdf.js';
import { fitModel } from '../../src/fit/fit-model.js';
import { singleModel } from '../../src/fit/model.js';
import { buildPdf, type PdfSpec, type Settings } from '../../src/fit/pdf-spec.js';
import type { DataSummary, Range } from '../../src/fit/density.js';

const RANGE: Range = [1.8, 1.95];
const ranges = { m: RANGE };
const leaf = (pdf: string, more: object = {}): PdfSpec => ({ pdf, parameters: {}, ...more }) as PdfSpec;
const DATA: DataSummary = { low: 1.8, high: 1.95, mean: 1.87, deviation: 0.04, peak: 1.865, peakWidth: 0.01 };
const names = (spec: PdfSpec): string[] => buildPdf(spec, { ranges }).pdf.parameters.map((p) => p.name);

describe('names of parameters', () => {
  test('of one density: its own', () => {
    expect(names(leaf('crystalBall'))).toEqual(['mean', 'sigma', 'alpha', 'n']);
    expect(names(leaf('bernstein', { order: 3 }))).toEqual(['c1', 'c2', 'c3']);
    expect(names(leaf('breitWigner', { resolution: { start: 0.01 } }))).toEqual(['mean', 'width', 'resolution']);
  });

  test('of a sum: after the part, numbered where two are alike, fractions at the end', () => {
    expect(names({ sum: [leaf('gaussian'), leaf('gaussian'), leaf('exponential')], parameters: {} })).toEqual([
      'gaussian1.mean',
      'gaussian1.sigma',
      'gaussian2.mean',
      'gaussian2.sigma',
      'exponential.slope',
      'fraction1',
      'fraction2',
    ]);
  });

  test('of a sum with common parameters: those once', () => {
    const spec: PdfSpec = {
      sum: [leaf('gaussian', { name: 'core' }), leaf('crystalBall')],
      parameters: { mean: { start: 1.86 } },
      resolution: undefined,
    };
    expect(names(spec)).toEqual([
      'mean',
      'core.sigma',
      'crystalBall.sigma',
      'crystalBall.alpha',
      'crystalBall.n',
      'fraction',
    ]);
    expect(buildPdf(spec, { ranges }).parameters).toEqual({ mean: { start: 1.86 } });
  });

  test('a resolution of a sum is one', () => {
    const spec: PdfSpec = {
      sum: [leaf('breitWigner'), leaf('chebyshev', { order: 1 })],
      parameters: {},
      resolution: {},
    };
    expect(names(spec)).toEqual(['breitWigner.mean', 'breitWigner.width', 'resolution', 'chebyshev.c1', 'fraction']);
  });
});

test('settings follow the names', () => {
  const spec: PdfSpec = {
    sum: [leaf('gaussian', { parameters: { sigma: { fixed: 0.01 } } }), leaf('chebyshev')],
    fractions: [{ start: 0.3 }],
    parameters: {},
  };
  expect(buildPdf(spec, { ranges }).parameters).toEqual({
    'gaussian.sigma': { fixed: 0.01 },
    fraction: { start: 0.3 },
  });
});

test('two equal densities do not start alike', () => {
  const { pdf } = buildPdf({ sum: [leaf('gaussian'), leaf('gaussian')], parameters: {} }, { ranges });
  const start = Object.fromEntries(fitParameters(pdf, [DATA]).map((p) => [p.name, p.start]));
  expect(start['gaussian2.sigma']).toBeCloseTo(2 * start['gaussian1.sigma'], 12);
});

test('a sum is the sum of its parts: the fractions are shares', () => {
  const spec: PdfSpec = {
    sum: [leaf('gaussian'), leaf('chebyshev', { order: 0 }), leaf('exponential')],
    parameters: {},
  };
  const { pdf } = buildPdf(spec, { ranges });
  const p = [1.865, 0.01, -5, 0.5, 0.4];
  const value = (x: number): number => pdf.density(numberAlgebra, [x], p, pdf.constants(numberAlgebra, p));
  const part = (one: PdfSpec, own: number[], x: number): number => {
    const { pdf: f } = buildPdf(one, { ranges });
    return f.density(numberAlgebra, [x], own, f.constants(numberAlgebra, own));
  };
  for (const x of [1.82, 1.86, 1.93]) {
    const expected =
      0.5 * part(leaf('gaussian'), [1.865, 0.01], x) + 0.2 / 0.15 + 0.3 * part(leaf('exponential'), [-5], x);
    expect(value(x)).toBeCloseTo(expected, 10);
  }
});

describe('what may be said of a parameter', () => {
  const x = Float64Array.from({ length: 200 }, (_, i) => 1.8 + (0.15 * (i + 0.5)) / 200);
  const fitted = async (parameters: Settings) => {
    const { pdf } = buildPdf(leaf('gaussian'), { ranges });
    return fitModel(singleModel([{ name: 's', pdf, parameters }]), { columns: { m: x } }, { goodness: false });
  };

  test('a peak may be fixed, or looked for, beyond the range', async () => {
    const fixed = await fitted({ mean: { fixed: 1.7 }, sigma: { fixed: 0.1 } });
    expect(fixed.parameters['s.mean']).toMatchObject({ value: 1.7, error: 0 });
    const { parameters } = await fitted({ mean: { start: 1.79, low: 1.6, high: 2 }, sigma: { fixed: 0.2 } });
    expect(parameters['s.mean'].value).toBeCloseTo(1.875, 3);
  });

  test.each<[string, Settings, string]>([
    ['a negative width', { sigma: { fixed: -1 } }, 'where the density means anything'],
    ['a start beyond the limits', { mean: { start: 3 } }, 'the start lies outside [1.8, 1.95]'],
    ['limits without a width', { sigma: { start: -0.1, low: -0.2, high: -0.05 } }, 'lower limit is not below'],
  ])('%s is refused', async (_, parameters, message) => {
    await expect(fitted(parameters)).rejects.toThrow(message);
  });
});

describe('several variables', () => {
  const plane = { m: RANGE, dm: [0.14, 0.16] as Range };

  test('a product of densities of different variables', () => {
    const spec: PdfSpec = {
      product: [leaf('gaussian', { variable: 'dm' }), leaf('chebyshev', { order: 1 })],
      parameters: {},
    };
    const { pdf } = buildPdf(spec, { ranges: plane });
    expect(pdf.variables.map((v) => v.name)).toEqual(['m', 'dm']);
    const p = [0.1455, 0.002, -0.3];
    const c = pdf.constants(numberAlgebra, p);
    const u = (2 * 1.82 - 3.75) / 0.15;
    const exact = ((1 - 0.3 * u) / 0.15) * Math.exp(-0.5 * 0.25 ** 2) * (1 / (0.002 * Math.sqrt(2 * Math.PI)));
    // The Gaussian is cut 2.75 σ below its mean.
    expect(pdf.density(numberAlgebra, [1.82, 0.146], p, c)).toBeCloseTo(exact / (1 - 0.0029798), 2);
  });

  test.each<[string, PdfSpec, string]>([
    ['a variable without a range', leaf('gaussian', { variable: 'q' }), 'no range is given for the variable "q"'],
    [
      'a sum over different variables',
      { sum: [leaf('gaussian'), leaf('gaussian', { variable: 'dm' })], parameters: {} },
      'the parts of a sum describe the same variables',
    ],
    [
      'a product that uses one variable twice and another once',
      { product: [leaf('gaussian'), leaf('argus'), leaf('gaussian', { variable: 'dm' })], parameters: {} },
      'one variable, or each another one',
    ],
    ['a template without a reader', leaf('kde', { template: { sample: 'mc' } }), 'cannot be read here'],
    ['a common parameter that none has', { sum: [leaf('gaussian')], parameters: { tau: {} } }, 'none has it'],
    ['a resolution of what has its own', leaf('voigt', { resolution: {} }), 'takes no resolution'],
  ])('%s is refused', (_, spec, message) => {
    expect(() => buildPdf(spec, { ranges: plane })).toThrow(message);
  });
});
