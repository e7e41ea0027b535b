import { expect, test } from 'vitest';
import { countLabel } from '../../../src/figures/makers/bins.js';

const bins = (width: number): number[] => Array.from({ length: 5 }, (_, i) => 2 + i * width);

test.each([
  [5, 'MeV', 'Candidates / (5 MeV)'],
  [1, 'GeV', 'Candidates / (1 GeV)'],
  [0.1, 'GeV', 'Candidates / (0.1 GeV)'],
  [0.0015, 'GeV', 'Candidates / (1.5 MeV)'],
  [0.02, 'GeV/c^{2}', 'Candidates / (20 MeV/c^{2})'],
  [0.02, 'GeV^{2}', 'Candidates / (0.02 GeV^{2})'],
  [0.02, undefined, 'Candidates / 0.02'],
  [1, undefined, 'Candidates / bin'],
])('bins of %d %s are written "%s"', (width, unit, label) => {
  expect(countLabel('Candidates', bins(width), unit, false)).toBe(label);
});

test('unequal bins, and contents per unit', () => {
  expect(countLabel('Candidates', [0, 1, 3], 'GeV', false)).toBe('Candidates / bin');
  expect(countLabel('Candidates', [0, 1, 3], 'GeV', true)).toBe('Candidates / GeV');
});
