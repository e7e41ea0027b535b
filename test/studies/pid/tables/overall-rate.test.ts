import { expect, test } from 'vitest';
import { rateCell, rateOf } from '../../../../src/hist/rate.js';
import { seedKey, uniforms } from '../../../../src/stats/key.js';
import { ratioOfEstimates } from '../../../../src/hist/make-weight-table.js';
import { overall, overallRate } from '../../../../src/studies/pid/tables/overall-rate.js';

/** Chances to pass in four bins, one of them of nearly all. */
const CHANCE = [0.995, 0.8, 0.4, 0.1];

/** Candidates with weights of either sign that fall into bins at random; a mean number of them. */
function table(toy: number, weighted: boolean) {
  const n = 1200;
  const key = seedKey(17).split('toy', toy);
  const [bin, id, sign, there] = ['bin', 'id', 'sign', 'there'].map((name) => uniforms(key.split(name), n));
  const sums = CHANCE.map(() => [0, 1].map(() => ({ sumw: 0, sumw2: 0, entries: 0, negative: 0 })));
  for (let i = 0; i < n; i++) {
    // Half of them, so that their number is near Poisson's.
    if (there[i] < 0.5) continue;
    const c = Math.floor(4 * bin[i]);
    const w = weighted && sign[i] < 0.2 ? -0.7 : 1;
    for (const s of id[i] < CHANCE[c] ? sums[c] : [sums[c][1]]) {
      s.sumw += w;
      s.sumw2 += w * w;
      s.entries++;
      s.negative += w < 0 ? 1 : 0;
    }
  }
  return { cells: sums.map(([p, t]) => rateCell(rateOf(p, t, 'binomial'), p, t, {}, 'sweights')) };
}

test.each([false, true])('the error over all bins is the spread of toys, weights of either sign: %s', (weighted) => {
  const found = Array.from({ length: 2000 }, (_, toy) => overall(overallRate(table(toy, weighted))));
  const mean = found.reduce((s, f) => s + f.value, 0) / found.length;
  const spread = Math.sqrt(found.reduce((s, f) => s + (f.value - mean) ** 2, 0) / found.length);
  const error = found.reduce((s, f) => s + f.error, 0) / found.length;
  // σ of 2000 toys is known to 1.6 %: 4 σ, and 2 % for what bins of some hundred candidates tell of their own.
  expect(Math.abs(error / spread - 1)).toBeLessThan(0.085);
});

test('of one bin it is the bin’s own', () => {
  const [cell] = table(1, false).cells.slice(1);
  expect(overallRate({ cells: [cell] })).toMatchObject({ value: cell.rate.value });
  expect(overall(overallRate({ cells: [cell] })).error).toBeCloseTo(cell.rate.sources['stat'].up, 12);
});

test('a systematic source moves all bins together, signed, and is part of the error', () => {
  const sums = (n: number) => ({ sumw: n, sumw2: n, entries: n, negative: 0 });
  const cell = (passed: number, up: number) =>
    rateCell(
      rateOf(sums(passed), sums(100)),
      sums(passed),
      sums(100),
      { sweights: { up: passed / 100 + up } },
      'sweights',
    );
  const raised = overallRate({ cells: [cell(80, 0.02), cell(40, 0.01)] });
  expect(raised.sources['syst:sweights'].up).toBeCloseTo(0.015, 12);
  expect(raised.sources['syst:sweights'].down).toBeCloseTo(-0.015, 12);
  // One bin up, one down: they cancel.
  expect(overallRate({ cells: [cell(80, 0.02), cell(40, -0.02)] }).sources['syst:sweights'].up).toBeCloseTo(0, 12);
  const { value, error, parts } = overall(raised);
  expect(value).toBeCloseTo(0.6, 12);
  expect(parts['sweights']).toBeCloseTo(0.015, 12);
  expect(error).toBeCloseTo(Math.hypot(parts['stat'], 0.015), 12);
  // Both samples moved by one source: the ratio of the moved rates.
  const half = overallRate({ cells: [cell(30, 0.015)] });
  expect(overall(ratioOfEstimates(raised, half)).parts['sweights']).toBeCloseTo(
    (0.615 / 0.315 - 2 + (2 - 0.585 / 0.285)) / -2,
    12,
  );
});
