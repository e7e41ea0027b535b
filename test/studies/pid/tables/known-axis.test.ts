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
