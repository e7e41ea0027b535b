import { expect, test } from 'vitest';
import { fitModel } from '../../../../src/fit/fit-model.js';
import { singleModel } from '../../../../src/fit/model.js';
import { buildPdf } from '../../../../src/fit/pdf-spec.js';
import { weightsAt } from '../../../../src/fit/weight-function.js';
import { normals, seedKey, uniforms } from '../../../../src/stats/key.js';
import type { PeakFit } from '../../../../src/studies/pid/fits/fits.js';
import { weigh } from '../../../../src/studies/pid/fits/weigh.js';
import { parsePdf } from '../../../../src/studies/pid/schema/pdf-schema.js';

const range = [0, 10] as const;
const settings = (signal: string): PeakFit => ({
  ...{ variable: 'x', range, signal: parsePdf(signal), background: parsePdf('chebyshev:1'), weights: 'sideband' },
  ...{ backgrounds: {}, variants: {}, fixFromSimulation: [], cow: { variance: 'density', terms: 0 } },
});

async function weighed(width: number, mean: number) {
  const key = seedKey(5);
  const peak = normals(key.split('peak'), 2000).map((z) => mean + width * z);
  const flat = uniforms(key.split('flat'), 3000).map((u) => 10 * u);
  const x = Float64Array.from([...peak, ...flat]).filter((v) => v > 0 && v < 10);
  const spec = settings('{ pdf: gaussian, mean: [5, 4, 6] }');
  const parts = ['signal', 'background'] as const;
  const components = parts.map((name) => ({
    name,
    ...buildPdf(spec[name] as NonNullable<PeakFit['signal']>, { ranges: { x: range } }),
  }));
  const fit = await fitModel(singleModel(components), { columns: { x } });
  return { x, weights: () => weigh(spec, fit, { x }) };
}

test('side bands that nobody told lie where the fit finds 1 % of signal: Σw is the signal', async () => {
  const { x, weights } = await weighed(0.4, 5);
  const found = weights();
  expect(found.method).toBe('sideband');
  const w = weightsAt(found, x);
  const sum = w.reduce((a, b) => a + b, 0);
  const error = Math.sqrt(w.reduce((a, b) => a + b * b, 0));
  // 2000 drawn; 1 % of a side band is signal. 4 σ: false alarm 6·10⁻⁵.
  expect(Math.abs(sum - 2000)).toBeLessThan(4 * error);
  // Both ends are background, the peak counts once.
  expect(Array.from(weightsAt(found, Float64Array.of(0.1, 5, 9.9))).map(Math.sign)).toEqual([-1, 1, -1]);
});

test('a signal as wide as the range has none', async () => {
  const { weights } = await weighed(4, 5);
  expect(weights).toThrow(/no side bands/);
});
