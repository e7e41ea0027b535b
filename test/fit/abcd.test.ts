import { expect, test } from 'vitest';
import { abcdOfSums } from '../../src/fit/abcd.js';

const counts = { A: 100, B: 40, C: 50, D: 100 };

test('the error of the signal holds the statistics of four regions and what the transfer factor is unsure by', () => {
  const { transfer, signal, background } = abcdOfSums({ sums: counts, squares: counts }, { error: 0.2 });
  expect([transfer.value, signal.value, background]).toEqual([0.5, 80, 20]);
  // S = A − B C/D: ∂S = 1, −C/D, −B/D, B C/D².
  const variance = 100 + 0.5 ** 2 * 40 + 0.4 ** 2 * 50 + 0.2 ** 2 * 100;
  expect(signal.error).toBeCloseTo(Math.hypot(Math.sqrt(variance), 0.5 * 0.2 * 40), 6);
  expect(transfer.stat).toBeCloseTo(0.5 * Math.sqrt(1 / 50 + 1 / 100), 12);
});
