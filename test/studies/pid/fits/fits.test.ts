import { expect, test } from 'vitest';
import { fitsOf, type PeakFit } from '../../../../src/studies/pid/fits/fits.js';
import { modeSchema } from '../../../../src/studies/pid/schema/mode-schema.js';

const fit = (own: object): PeakFit =>
  modeSchema.parse({ probes: { K: 'D0_K' }, fit: { variable: 'M', range: [0, 10], ...own } }).fit as PeakFit;
const densities = { signal: { pdf: 'gaussian' }, background: { pdf: 'chebyshev', order: 2 } };

test('the systematic fit differs from the nominal one by itself', () => {
  expect(fitsOf(fit(densities))['systematic'].background).toMatchObject({ order: 3 });
  const other = fitsOf(fit({ ...densities, background: { pdf: 'exponential' } }))['systematic'];
  expect(other).toMatchObject({ weights: 'cow', cow: { variance: 'unity' } });
});

test('of side bands it is the weights of the fit, or other halves of the bands', () => {
  const bands = {
    weights: 'sideband',
    sideband: {
      signal: [4, 6],
      bands: [
        [0, 2],
        [7, 10],
      ],
    },
  };
  expect(fitsOf(fit({ ...densities, ...bands }))['systematic'].weights).toBe('sPlot');
  const { weights, sideband } = fitsOf(fit(bands))['systematic'];
  expect([weights, sideband?.bands]).toEqual([
    'sideband',
    [
      [0, 1],
      [8.5, 10],
    ],
  ]);
});
