import { expect, test } from 'vitest';
import { axisOf, isPeaked, sliceOf } from '../../../../src/studies/pid/densities/density-figures.js';

test('an axis is logarithmic where one bin stands far above the usual one, not where half of the bins are empty', () => {
  const identification = Float64Array.from({ length: 40 }, (_, i) => (i === 39 ? 15_000 : 100 + i));
  expect(isPeaked([identification])).toBe(true);
  expect(isPeaked([Float64Array.from({ length: 40 }, (_, i) => 100 * Math.exp(-(((i - 20) / 6) ** 2)))])).toBe(false);
  expect(isPeaked([Float64Array.from([0, 0, 0, 7, 9, 8])])).toBe(false);
  expect(isPeaked([new Float64Array(3), new Float64Array(0)])).toBe(false);
});

test('columns are written as particle physicists do, with units', () => {
  expect([axisOf('cosTheta').label, axisOf('D0_K_kaonID').label]).toEqual(['cosθ', 'D0_K_kaonID']);
  expect(sliceOf('p', 0.3, 0.8451)).toBe('0.3 < p < 0.845 GeV');
  expect(sliceOf('cosTheta', -0.4, 0.2)).toBe('−0.4 < cosθ < 0.2');
});
