import { expect, test } from 'vitest';
import { knownAxes, knownAxis } from '../../../../src/studies/pid/tables/known-axis.js';

test('axes are written as particle physicists do; the size of a momentum tells its unit', () => {
  expect([knownAxis('cosTheta').label, knownAxis('D0_K_kaonID').label]).toEqual(['cosθ', 'D0_K_kaonID']);
  expect(knownAxis('theta', [0.3, 2.6])).toEqual({ label: 'θ', unit: 'rad' });
  const units = (column: string, edges: number[]) => knownAxes([{ column, edges }])[column].unit;
  expect(units('p', [0.5, 1, 4.5])).toBe('GeV');
  expect(units('pt', [500, 2000, 40_000])).toBe('MeV');
  expect(units('P', [3000, 100_000])).toBe('MeV');
  expect(units('P', [3, 100])).toBe('GeV');
  expect([knownAxis('p').unit, knownAxis('P').unit, knownAxis('P', [NaN]).unit]).toEqual(['GeV', 'MeV', 'MeV']);
});

test('an axis whose last bin dwarfs the others is logarithmic', () => {
  const scale = (edges: number[]) => knownAxes([{ column: 'pt', edges }])['pt'].scale;
  expect(scale([3000, 36_000, 42_000, 46_000, 2_100_000])).toBe('log');
  expect(scale([15, 60, 100, 300])).toBeUndefined();
  expect(scale([0, 1, 2, 3, 500])).toBeUndefined();
  expect(scale([0.5, 4.5])).toBeUndefined();
});
