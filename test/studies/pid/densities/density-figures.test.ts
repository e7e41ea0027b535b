import { expect, test } from 'vitest';
import { isPeaked, sliceOf } from '../../../../src/studies/pid/densities/density-figures.js';

test('an axis is logarithmic where one bin stands far above the usual one, not where half of the bins are empty', () => {
  const identification = Float64Array.from({ length: 40 }, (_, i) => (i === 39 ? 15_000 : 100 + i));
  expect(isPeaked([identification])).toBe(true);
  expect(isPeaked([Float64Array.from({ length: 40 }, (_, i) => 100 * Math.exp(-(((i - 20) / 6) ** 2)))])).toBe(false);
  expect(isPeaked([Float64Array.from([0, 0, 0, 7, 9, 8])])).toBe(false);
  expect(isPeaked([new Float64Array(3), new Float64Array(0)])).toBe(false);
});

test('columns are written as particle physicists do, with units', () => {
  expect(sliceOf('p', 0.3, 0.8451, [0.3, 3.9])).toBe('0.3 < p < 0.845 GeV');
  expect(sliceOf('cosTheta', -0.4, 0.2, [-1, 1])).toBe('−0.4 < cosθ < 0.2');
  // The unit is that of the whole axis, also where a slice ends low.
  expect(sliceOf('p', 300, 845, [300, 845, 3900])).toBe('300 < p < 845 MeV');
});
