import { expect, test } from 'vitest';
import { goodnessOf } from '../../src/fit/goodness.js';
import { chi2Survival } from '../../src/stats/special/gamma.js';

const compared = (counts: number[], variances: number[], expected: number[]) => ({
  edges: Float64Array.from({ length: counts.length + 1 }, (_, i) => i),
  counts: Float64Array.from(counts),
  variances: Float64Array.from(variances),
  expected: { signal: Float64Array.from(expected) },
});

test('Σ (n − ν)²/ν of counts; the p-value has as many degrees less as there are parameters', () => {
  const { chi2, ndf, pValue } = goodnessOf(compared([40, 90, 25], [40, 90, 25], [50, 100, 20]), 1);
  expect(chi2).toBeCloseTo(2 + 1 + 1.25, 12);
  expect(ndf).toBe(2);
  expect(pValue).toBeCloseTo(chi2Survival(4.25, 2), 12);
});

test('weighted bins have the variance Σw²/Σw · ν of their own', () => {
  const { chi2 } = goodnessOf(compared([40, 90], [80, 90], [50, 100]), 0);
  expect(chi2).toBeCloseTo(100 / (2 * 50) + 100 / 100, 12);
});

test('neighbours are joined until five events are expected, the rest with the last', () => {
  const { chi2, ndf } = goodnessOf(compared([3, 4, 8, 1], [3, 4, 8, 1], [2, 4, 6, 1]), 0);
  expect(ndf).toBe(2);
  expect(chi2).toBeCloseTo(1 / 6 + 4 / 7, 12);
});
