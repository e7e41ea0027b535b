import { describe, expect, it } from 'vitest';
import { complement, ratioOfRates, weightTable } from '../../src/hist/make-weight-table.js';
import { rateCell, rateOf } from '../../src/hist/rate.js';
import type { RateCell, RateTable } from '../../src/hist/weight-table.js';
import { counts } from './sums.js';

const cell = (p: number, t: number, variants: Parameters<typeof rateCell>[3] = {}): RateCell =>
  rateCell(rateOf(counts(p), counts(t), 'binomial'), counts(p), counts(t), variants, 'truth');

describe('ratios of rates', () => {
  it('is 1 with itself, and inverts when data and simulation change places', () => {
    const [a, b] = [cell(60, 100), cell(75, 100)];
    expect(ratioOfRates(a, a).ratio.value).toBe(1);
    const [there, back] = [ratioOfRates(a, b).ratio, ratioOfRates(b, a).ratio];
    expect(there.value * back.value).toBeCloseTo(1, 14);
    expect(there.sources['stat'].up / there.value).toBeCloseTo(back.sources['stat'].up / back.value, 14);
  });

  it('has σ(R) = R √((σ_d/ε_d)² + (σ_s/ε_s)²)', () => {
    const [a, b] = [cell(60, 100), cell(75, 100)];
    const relative = (c: RateCell): number => c.rate.sources['stat'].up / c.rate.value;
    expect(ratioOfRates(a, b).ratio.sources['stat'].up).toBeCloseTo(0.8 * Math.hypot(relative(a), relative(b)), 14);
  });

  it('moves by source: data alone σ(ε_d)/ε_s, both at once where both name the source', () => {
    const a = cell(60, 100, { sweights: { up: 0.63 }, model: { up: 0.62, down: 0.57 } });
    const b = cell(75, 100, { sweights: { up: 0.75 * 1.05 } });
    const alone = ratioOfRates(a, cell(75, 100)).ratio.sources;
    expect(alone['syst:sweights']).toEqual({ up: expect.closeTo(0.04, 14), down: expect.closeTo(-0.04, 14) });
    expect(alone['syst:model']).toEqual({
      up: expect.closeTo(0.02 / 0.75, 14),
      down: expect.closeTo(-0.03 / 0.75, 14),
    });
    expect(ratioOfRates(a, b).ratio.sources['syst:sweights'].up).toBeCloseTo(0, 14);
  });

  it('of candidates that fail is (1 − ε_d)/(1 − ε_s), with the shifts of 1 − ε', () => {
    const [a, b] = [cell(60, 100, { sweights: { up: 0.63 } }), cell(75, 100)];
    const fail = ratioOfRates(complement(a), complement(b)).ratio;
    expect(fail.value).toBeCloseTo(0.4 / 0.25, 14);
    expect(fail.sources['syst:sweights'].up).toBeCloseTo(-0.03 / 0.25, 14);
    expect(complement(complement(a)).rate.value).toBeCloseTo(0.6, 15);
    // Weighted by each, simulation has as many candidates as before: ε_s R + (1 − ε_s) R̄ = 1.
    expect(0.75 * ratioOfRates(a, b).ratio.value + 0.25 * fail.value).toBeCloseTo(1, 14);
  });

  it('is NaN and flagged where simulation never passes or nothing was tried', () => {
    expect(ratioOfRates(cell(6, 10), cell(0, 10)).flags).toEqual(['undefined']);
    const { ratio, flags } = ratioOfRates(cell(0, 0), cell(5, 10));
    expect([ratio.value, flags]).toEqual([NaN, ['data:empty', 'undefined']]);
    expect(ratioOfRates(cell(0, 10), cell(5, 10)).ratio.sources['stat'].up).toBe(0);
  });

  it('has each error on the side on which it raises the ratio, rates of either sign', () => {
    const rate = (value: number): RateCell => ({
      rate: { value, sources: { stat: { up: 0.03, down: -0.01 } } },
      ...{ passed: 1, tried: 1, entries: 1, flags: [], method: 'sweights' },
    });
    for (const [d, s] of [
      [0.5, 0.8],
      [-0.2, 0.8],
      [0.5, -0.1],
      [-0.2, -0.1],
    ]) {
      const { value, sources } = ratioOfRates(rate(d), rate(s)).ratio;
      // Linear in both rates: what is added to R where each moves to the end that raises it.
      const [top, bottom] = [s > 0 ? 0.03 : 0.01, d > 0 ? 0.01 : 0.03];
      expect(sources['stat'].up).toBeCloseTo(Math.hypot(top / s, (value * bottom) / s), 14);
      const [lessTop, lessBottom] = [0.04 - top, 0.04 - bottom];
      expect(sources['stat'].down).toBeCloseTo(-Math.hypot(lessTop / s, (value * lessBottom) / s), 14);
    }
  });

  it('tells of candidates that fail what is wrong with 1 − ε: below 0 where ε is above 1', () => {
    const tried = { sumw: 2, sumw2: 10, entries: 10, negative: 2 };
    const [more, less] = [2.5, -0.5].map((sumw) => {
      const passed = { sumw, sumw2: 4, entries: 5, negative: 1 };
      return complement(rateCell(rateOf(passed, tried), passed, tried, {}, 'sweights'));
    });
    expect([more.rate.value, more.flags]).toEqual([-0.25, ['negative', 'few']]);
    expect([less.rate.value, less.flags]).toEqual([1.25, ['above-one', 'few']]);
  });

  it('refuses tables of different cuts or bins', () => {
    const table = (cut: string): RateTable => ({
      axes: [{ column: 'p', edges: [0, 1] }],
      cut,
      variable: 'kaonID',
      threshold: 0.6,
      reco: { name: 'K', pdg: 321 },
      truth: { name: 'K', pdg: 321 },
      precut: '',
      side: 'identified',
      sample: 'data',
      cells: [cell(5, 10)],
    });
    expect(() => weightTable(table('kaonID > 0.6'), table('kaonID > 0.7'))).toThrow('same bins');
    expect(weightTable(table('a'), table('a')).cells[0].ratio.value).toBe(1);
  });
});
