import { expect, test } from 'vitest';
import type { Component } from '../../src/fit/component.js';
import type { Range } from '../../src/fit/density.js';
import { bernsteinTerms, polynomialTerms } from '../../src/fit/cow-terms.js';
import { densityValues } from '../../src/fit/density-values.js';
import { FAMILY_NAMES } from '../../src/fit/densities/families.js';
import { buildPdf, type PdfSpec } from '../../src/fit/pdf-spec.js';
import { restoreDensity, saveDensity } from '../../src/fit/saved-density.js';
import { normals, seedKey } from '../../src/stats/key.js';

const range: Range = [1.8, 1.95];
const x = Float64Array.from({ length: 301 }, (_, i) => 1.79 + (0.17 * i) / 300);
const DATA = { low: 1.8, high: 1.95, mean: 1.87, deviation: 0.04, peak: 1.865, peakWidth: 0.01 };
const values = normals(seedKey(3), 200).map((z) => 1.87 + 0.02 * z);
const leaf = (pdf: string, more: object = {}): PdfSpec => ({ pdf, parameters: {}, ...more }) as PdfSpec;

/** A component of a spec, at parameters where fits start. */
function componentOf(spec: PdfSpec): Component {
  const { pdf } = buildPdf(spec, { ranges: { m: range }, template: () => ({ values }) });
  const point = pdf.parameters.map((p) => p.start(DATA) * 1.01);
  const parameters = Object.fromEntries(pdf.parameters.map(({ name }, i) => [name, point[i]]));
  return {
    name: 'signal',
    density: (xs) => densityValues(pdf, [xs], point),
    ...(pdf.form ? { saved: { kind: 'pdf', form: pdf.form, range, parameters } } : {}),
  };
}

/** What was written and read again: through JSON, as a file has it. */
const again = (component: Component): Component =>
  restoreDensity(component.name, JSON.parse(JSON.stringify(saveDensity(component, range))) as never);

const inside = (v: number): boolean => v >= range[0] && v <= range[1];

const specs: Readonly<Record<string, PdfSpec>> = {
  ...Object.fromEntries(
    FAMILY_NAMES.filter((name) => name !== 'kde' && name !== 'histogram').map((name) => [name, leaf(name)]),
  ),
  'chebyshev of degree 4': leaf('chebyshev', { order: 4 }),
  'crystalBall to the right': leaf('crystalBall', { tail: 'right' }),
  'exponential, smeared': leaf('exponential', { resolution: { start: 0.01 } }),
  'histogram of numbers': leaf('histogram', { template: { edges: [1.7, 1.85, 2], contents: [2, 1] } }),
  'histogram of events': leaf('histogram', { template: { values }, bins: 12 }),
  'histogram of a sample': leaf('histogram', { template: { sample: 'simulation' } }),
  'sum with a mean in common': {
    sum: [leaf('gaussian', { name: 'core' }), leaf('crystalBall'), leaf('gaussian')],
    parameters: { mean: { start: 1.86 } },
  },
  'sum, smeared': {
    sum: [leaf('breitWigner'), leaf('argus')],
    parameters: {},
    resolution: { start: 0.01 },
  },
  'product of one variable': { product: [leaf('exponential'), leaf('chebyshev')], parameters: {} },
  'sum of sums': {
    sum: [{ sum: [leaf('gaussian'), leaf('gaussian')], parameters: {} }, leaf('voigt')],
    parameters: {},
  },
};

for (const [name, spec] of Object.entries(specs))
  test(`${name}: comes back to the last bit, and is 0 outside its range`, () => {
    const component = componentOf(spec);
    expect(saveDensity(component, range).kind).toBe('pdf');
    const before = component.density(x).map((v, e) => (inside(x[e]) ? v : 0));
    expect(again(component).density(x)).toEqual(before);
    expect(again(again(component)).density(x)).toEqual(before);
  });

test('terms of COWs come back to the last bit', () => {
  const terms = [...bernsteinTerms('b', 3, range), ...polynomialTerms(componentOf(leaf('exponential')), 2, range)];
  for (const term of terms) {
    expect(['pdf', 'bernstein', 'legendre']).toContain(saveDensity(term, range).kind);
    expect(again(term).density(x.filter(inside))).toEqual(term.density(x.filter(inside)));
  }
});

test('a kernel density is tabulated, and says how well', () => {
  const saved = saveDensity(componentOf(leaf('kde', { template: { values } })), range);
  expect(saved).toMatchObject({ kind: 'table' });
  expect((saved as { error: number }).error).toBeLessThan(1e-9);
});

test('a parameter without a value and an unknown density are refused', () => {
  const saved = { kind: 'pdf', form: { pdf: 'gaussian' }, range, parameters: { mean: 1.86 } } as const;
  expect(() => restoreDensity('signal', saved)).toThrow('"signal" has no value of sigma');
  expect(() => restoreDensity('signal', { ...saved, form: { pdf: 'gauss' } })).toThrow('unknown density "gauss"');
});
