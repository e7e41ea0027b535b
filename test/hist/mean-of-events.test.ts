import { describe, expect, it } from 'vitest';
import { eventEfficiencies, type TrackColumn } from '../../src/hist/calibrate.js';
import { MeanOfEvents } from '../../src/hist/mean-of-events.js';
import { integers, normals, seedKey } from '../../src/stats/key.js';
import { table, track } from './calibration-toys.js';

describe('the mean of a sample', () => {
  it('is as uncertain as toys of the tables say: three tracks, two tables, cells shared by events', () => {
    const n = 200;
    const [a, b] = [[0.9, 0.8, 0.6].map((v) => v), [0.5, 0.7]];
    const cells = (name: string, below: number): Int32Array => integers(seedKey(8).split(name), n, below);
    const columns = [cells('1', 3), cells('2', 3), cells('3', 2)];
    const mean = (va: readonly number[], vb: readonly number[]): number => {
      let sum = 0;
      for (let e = 0; e < n; e++) sum += va[columns[0][e]] * va[columns[1][e]] * vb[columns[2][e]];
      return sum / n;
    };
    const [ta, tb] = [table(a, 0.01), table(b, 0.01)];
    const tracks = [0, 1, 2].map((k): TrackColumn => ({ table: k < 2 ? ta : tb, cells: columns[k] }));
    const of = new MeanOfEvents([ta, tb]);
    of.add(tracks, eventEfficiencies(tracks, 'shared'));
    const { mean: found, used } = of.result();
    expect(found.value).toBeCloseTo(mean(a, b), 14);
    expect(used).toBe(n);
    const toys = 4000;
    const z = normals(seedKey(9), 5 * toys);
    let [s, s2] = [0, 0];
    for (let t = 0; t < toys; t++) {
      const moved = (v: readonly number[], from: number): number[] => v.map((x, i) => x + 0.01 * z[5 * t + from + i]);
      const m = mean(moved(a, 0), moved(b, 3)) - found.value;
      s += m;
      s2 += m * m;
    }
    const spread = Math.sqrt(s2 / toys - (s / toys) ** 2);
    // σ of 4000 toys is known to 1.1 %; 5 % is 4.5σ (false alarm 7e-6). A mean of independent events would be 10 times surer.
    expect(Math.abs(found.sources['stat'].up / spread - 1)).toBeLessThan(0.05);
    expect(of.result().meanError / Math.sqrt(n)).toBeLessThan(0.2 * spread);
  });

  it('moves all cells at once with a systematic source, and keeps its sides apart', () => {
    const t = table([0.9, 0.6], 0.01, 0.02);
    const tracks = [track(t, 0, 1)];
    const of = new MeanOfEvents([t]);
    of.add(tracks, eventEfficiencies(tracks, 'shared'), { weights: Float64Array.of(3, 1) });
    const { mean, sumw } = of.result();
    expect([mean.value, sumw]).toEqual([(3 * 0.9 + 0.6) / 4, 4]);
    expect(mean.sources['syst:model'].up).toBeCloseTo(0.02, 14);
    expect(mean.sources['syst:model'].down).toBeCloseTo(-0.01, 14);
    expect(mean.sources['stat'].up).toBeCloseTo(0.01 * Math.hypot(0.75, 0.25), 14);
  });

  it('is the same whatever the blocks, and leaves out what has no efficiency or is not kept', () => {
    const t = table([0.9, 0.6, NaN]);
    const cells = [0, 1, 2, -1, 0, 0];
    const keep = (e: number): boolean => e !== 5;
    const whole = new MeanOfEvents([t]);
    whole.add([track(t, ...cells)], eventEfficiencies([track(t, ...cells)], 'shared'), { keep });
    const parts = new MeanOfEvents([t]);
    for (const part of [cells.slice(0, 2), cells.slice(2, 5)])
      parts.add([track(t, ...part)], eventEfficiencies([track(t, ...part)], 'shared'));
    expect(parts.result()).toEqual(whole.result());
    expect([whole.result().used, whole.result().unused]).toEqual([3, 2]);
    // Three events of 0.9, 0.6, 0.9: √(Σ(ε − ε̄)²)/3.
    expect(whole.result().sampleError).toBeCloseTo(Math.sqrt(0.06) / 3, 14);
  });
});
