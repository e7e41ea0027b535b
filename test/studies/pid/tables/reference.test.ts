import { expect, test } from 'vitest';
import type { RateCell, WeightTable } from '../../../../src/hist/weight-table.js';
import { compareWith } from '../../../../src/studies/pid/tables/reference.js';

const axes = [{ column: 'p', edges: [0, 1, 2, 3] }];
const estimate = (value: number, up: number, down: number) => ({ value, sources: { stat: { up, down: -down } } });
const rate: RateCell = { rate: estimate(1, 0, 0), passed: 1, tried: 1, entries: 1, flags: [], method: 'all' };
const K = { name: 'K', pdg: 321 };
const table = (values: readonly number[]): WeightTable => ({
  ...{ axes, cut: 'kaonID > 0.6', variable: 'kaonID', threshold: 0.6, reco: K, truth: K, precut: '' },
  side: 'identified',
  cells: values.map((value) => ({ ratio: estimate(value, 0.3, 0.1), data: rate, simulation: rate, flags: [] })),
});

test('pulls have the sides of both errors that face each other', () => {
  const reference = { axes, cells: [1, 1, 1].map((value) => estimate(value, 0.2, 0.4)) };
  const { pulls, chi2, ndf } = compareWith(table([1.2, 0.8, NaN]), reference);
  const [above, below] = [0.2 / Math.hypot(0.1, 0.2), -0.2 / Math.hypot(0.3, 0.4)];
  expect(pulls).toEqual([expect.closeTo(above, 13), expect.closeTo(below, 13), NaN]);
  expect(chi2).toBeCloseTo(above ** 2 + below ** 2, 13);
  expect(ndf).toBe(2);
});

test('other bins are refused', () => {
  const other = { axes: [{ column: 'p', edges: [0, 1, 2, 4] }], cells: [1, 1, 1].map((v) => estimate(v, 1, 1)) };
  expect(() => compareWith(table([1, 1, 1]), other)).toThrow('other bins');
});
