import { expect, test } from 'vitest';
import { tableFigures } from '../../../../src/studies/pid/tables/draw-rates.js';
import type { RateTable } from '../../../../src/hist/weight-table.js';
import { particleOf } from '../../../../src/physics/particles.js';

const stat = { up: 0.01, down: 0.01 };
const rateTable = (truth: string, reco: string): RateTable => ({
  axes: [{ column: 'p', edges: [0, 1, 2] }],
  cut: 'x > 0.5',
  variable: 'x',
  threshold: 0.5,
  reco: particleOf(reco),
  truth: particleOf(truth),
  precut: '',
  side: 'identified',
  sample: 'data',
  cells: [0.9, 0.8].map((value) => ({ rate: { value, sources: { stat } }, flags: [] })) as never,
});

// A proton is no “P”, an electron no “E”.
test.each([
  ['p', 'p', 'p efficiency'],
  ['e', 'e', 'e efficiency'],
  ['nbar', 'nbar', 'n̄ efficiency'],
  ['pi', 'e', 'π → e fake rate'],
])('symbols of %s as %s stay as they are', (truth, reco, label) => {
  const [slices] = tableFigures('t', [rateTable(truth, reco)], undefined);
  expect(JSON.stringify(slices)).toContain(`"${label}"`);
  expect(slices.caption).toContain(label);
});

test('captions name the preselection', () => {
  const [slices] = tableFigures('t', [{ ...rateTable('K', 'K'), precut: 'nHits > 20' }], undefined);
  expect(slices.caption).toBe('K efficiency of x > 0.5 after nHits > 20: data');
});
