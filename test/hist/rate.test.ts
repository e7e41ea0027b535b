import { describe, expect, it } from 'vitest';
import { rateCell, rateOf, type CellSums } from '../../src/hist/rate.js';
import { wilson } from '../../src/stats/intervals.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';
import { counts, sumsOf } from './sums.js';

describe('the rate of a cell', () => {
  it('has the binomial error ε(1 − ε)/N of counts, and of weights (1−ε)²P₂ + ε²F₂ over T²', () => {
    const { value, up, down } = rateOf(counts(80), counts(100), 'binomial');
    expect([value, up ** 2, down ** 2]).toEqual([
      0.8,
      expect.closeTo((0.8 * 0.2) / 100, 15),
      expect.closeTo(0.0016, 15),
    ]);
    const w = normals(seedKey(5), 400).map((z) => 1 + z);
    const [p, t, f] = [sumsOf(w, (i) => i % 4 > 0), sumsOf(w, () => true), sumsOf(w, (i) => i % 4 === 0)];
    const rate = rateOf(p, t, 'binomial');
    const e = rate.value;
    expect(rate.up ** 2).toBeCloseTo(((1 - e) ** 2 * p.sumw2 + e * e * f.sumw2) / t.sumw ** 2, 14);
  });

  it('has Wilson’s interval for small counts, and on effective counts where all or none passed', () => {
    expect(rateOf(counts(80), counts(100)).interval).toBe('binomial');
    expect(rateOf(counts(95), counts(100)).interval).toBe('binomial');
    expect(rateOf(counts(96), counts(100)).interval).toBe('wilson');
    const eight = rateOf(counts(8), counts(10));
    expect([eight.value - eight.down, eight.value + eight.up]).toEqual([
      expect.closeTo(wilson(8, 10).low, 14),
      expect.closeTo(wilson(8, 10).high, 14),
    ]);
    const halves: CellSums = { sumw: 5, sumw2: 2.5, entries: 10, negative: 0 };
    const all = rateOf(halves, halves);
    expect([all.interval, all.value, all.up, 1 - all.down]).toEqual(['wilson', 1, 0, wilson(10, 10).low]);
    const none = rateOf({ sumw: 0, sumw2: 0, entries: 0, negative: 0 }, halves);
    expect([none.value, none.down, none.up]).toEqual([0, 0, expect.closeTo(wilson(0, 10).high, 14)]);
  });

  it('names what cannot be trusted and clips nothing', () => {
    const t: CellSums = { sumw: 10, sumw2: 20, entries: 30, negative: 4 };
    const with_ = (sumw: number) => rateOf({ sumw, sumw2: 5, entries: 9, negative: 2 }, t);
    expect([with_(-2).value, with_(-2).flags]).toEqual([-0.2, ['negative']]);
    expect([with_(12).value, with_(12).flags]).toEqual([1.2, ['above-one']]);
    expect(rateOf(counts(0), counts(0)).flags).toEqual(['empty']);
    expect(rateOf(counts(0), counts(0)).value).toBeNaN();
    expect(rateOf(counts(2), { ...t, sumw: -3 }).flags).toContain('negative-total');
    expect(rateOf(counts(1), counts(2)).flags).toEqual(['few']);
    expect(rateOf({ ...t, sumw: 3, sumw2: 10 }, { ...t, sumw: 5 }).interval).toBe('bootstrap');
  });

  it('covers the truth as often as it says: weights of either sign, as sWeights are', () => {
    // Signal (w̄ = 0.8) with ε = 0.7 and background of mean weight 0: 2000 toys; ±3.3σ of a binomial with p = 0.683: 0.1 % a side.
    const toys = 2000;
    const truth = 0.7;
    let inside = 0;
    for (let toy = 0; toy < toys; toy++) {
      const key = seedKey(17).split('toy', toy);
      const u = uniforms(key, 900);
      const w = new Float64Array(300);
      const pass = new Uint8Array(300);
      for (let i = 0; i < 300; i++) {
        const signal = u[3 * i] < 0.6;
        w[i] = signal ? 0.5 + 0.6 * u[3 * i + 1] : -0.8 + 1.6 * u[3 * i + 1];
        pass[i] = u[3 * i + 2] < (signal ? truth : 0.25) ? 1 : 0;
      }
      const { value, up, down } = rateOf(
        sumsOf(w, (i) => pass[i] === 1),
        sumsOf(w, () => true),
      );
      if (truth > value - down && truth < value + up) inside++;
    }
    expect(Math.abs(inside / toys - 0.6827)).toBeLessThan(3.3 * Math.sqrt((0.6827 * 0.3173) / toys));
  });

  it('has replicas of one source as their root mean square', () => {
    const [passed, tried] = [counts(60), counts(100)];
    const variants = { 'templates[0]': { up: 0.63 }, 'templates[1]': { up: 0.56 }, sweights: { up: 0.61 } };
    const { sources } = rateCell(rateOf(passed, tried), passed, tried, variants, 'classifier').rate;
    const rms = Math.sqrt((0.03 ** 2 + 0.04 ** 2) / 2);
    expect(Object.keys(sources)).toEqual(['stat', 'syst:sweights', 'syst:templates']);
    expect(sources['syst:templates'].up).toBeCloseTo(rms, 14);
    expect(sources['syst:templates'].down).toBeCloseTo(-rms, 14);
  });
});
