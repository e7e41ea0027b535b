import { describe, expect, it } from 'vitest';
import { complement, ratioOfRates, weightTable } from '../../src/hist/make-weight-table.js';
import { bootstrapRate, bootstrapRateOfSums, rateCell, rateOf, type CellSums } from '../../src/hist/rate.js';
import type { RateCell, RateTable } from '../../src/hist/weight-table.js';
import { wilson } from '../../src/stats/intervals.js';
import { normals, seedKey, uniforms, type Key } from '../../src/stats/key.js';

const counts = (n: number): CellSums => ({ sumw: n, sumw2: n, entries: n, negative: 0 });

const sumsOf = (weights: ArrayLike<number>, kept: (i: number) => boolean): CellSums => {
  const sums = { sumw: 0, sumw2: 0, entries: 0, negative: 0 };
  for (let i = 0; i < weights.length; i++) {
    if (!kept(i)) continue;
    sums.sumw += weights[i];
    sums.sumw2 += weights[i] ** 2;
    sums.entries++;
    if (weights[i] < 0) sums.negative++;
  }
  return sums;
};

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

  it('bootstraps: rows and sums agree with the formula where that is right', () => {
    const n = 4000;
    const w = normals(seedKey(3).split('w'), n).map((z) => 1 + 0.8 * z);
    const pass = Uint8Array.from(uniforms(seedKey(3).split('p'), n), (u) => (u < 0.6 ? 1 : 0));
    const [p, t] = [sumsOf(w, (i) => pass[i] === 1), sumsOf(w, () => true)];
    const formula = rateOf(p, t, 'binomial');
    const key: Key = seedKey(4);
    // A quantile of 1000 replicas knows σ to 1/√(2·1000)·1.5 ≈ 3.5 %; 15 % is above four times that.
    for (const { up, down } of [bootstrapRate(key, w, pass, 1000), bootstrapRateOfSums(key, p, t, 1000)]) {
      expect(Math.abs(up / formula.up - 1)).toBeLessThan(0.15);
      expect(Math.abs(down / formula.down - 1)).toBeLessThan(0.15);
    }
    expect(bootstrapRate(key, w, pass, 50)).toEqual(bootstrapRate(key, w, pass, 50));
  });

  it('covers by the bootstrap where Σw is only a few of its errors', () => {
    // 40 rows of signal under 160 of background: Σw/√Σw² is about 3. 250 toys: 3.3σ of the binomial is 0.097.
    const [toys, truth] = [250, 0.7];
    let inside = 0;
    let used = 0;
    for (let toy = 0; toy < toys; toy++) {
      const key = seedKey(23).split('toy', toy);
      const u = uniforms(key, 600);
      const w = new Float64Array(200);
      const pass = new Uint8Array(200);
      for (let i = 0; i < 200; i++) {
        const signal = u[3 * i] < 0.2;
        w[i] = signal ? 1 : u[3 * i + 1] < 0.5 ? 1 : -1;
        pass[i] = u[3 * i + 2] < (signal ? truth : 0.3) ? 1 : 0;
      }
      const rate = rateOf(
        sumsOf(w, (i) => pass[i] === 1),
        sumsOf(w, () => true),
      );
      if (rate.interval !== 'bootstrap') continue;
      used++;
      const { up, down } = bootstrapRate(key.split('b'), w, pass, 100);
      if (truth > rate.value - down && truth < rate.value + up) inside++;
    }
    expect(used).toBeGreaterThan(150);
    expect(inside / used).toBeGreaterThan(0.58);
    expect(inside / used).toBeLessThan(0.78);
  });
});

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
