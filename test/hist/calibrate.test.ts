import { describe, expect, it } from 'vitest';
import { eventEfficiencies, MeanOfEvents, type CalibrationTable, type TrackColumn } from '../../src/hist/calibrate.js';
import { binOf, cellBounds, cellFinder } from '../../src/hist/find-cell.js';
import { integers, normals, seedKey } from '../../src/stats/key.js';

const table = (values: readonly number[], sigma = 0.01, shift?: number): CalibrationTable => ({
  rates: values.map((value) => ({
    value,
    sources: {
      stat: { up: sigma, down: -sigma },
      ...(shift === undefined ? {} : { 'syst:model': { up: shift, down: -shift / 2 } }),
    },
  })),
});
const track = (t: CalibrationTable, ...cells: number[]): TrackColumn => ({ table: t, cells: Int32Array.from(cells) });

describe('the efficiency of events', () => {
  it('is the product of its tracks; tracks in one cell share its error', () => {
    const t = table([0.9, 0.8]);
    const { efficiency, up, tracks } = eventEfficiencies([track(t, 0, 0), track(t, 0, 1)], 'shared');
    expect([...efficiency]).toEqual([0.9 * 0.9, 0.9 * 0.8]);
    expect(up[0]).toBeCloseTo(2 * 0.9 * 0.01, 15);
    expect(up[1]).toBeCloseTo(0.01 * Math.hypot(0.9, 0.8), 15);
    expect([...tracks[1].efficiency]).toEqual([0.9, 0.8]);
    // PIDCalib2 takes them for independent.
    const apart = eventEfficiencies([track(t, 0), track(t, 0)], 'independent');
    expect(apart.up[0]).toBeCloseTo(0.81 * Math.hypot(0.01 / 0.9, 0.01 / 0.9), 15);
    const other = table([0.9, 0.8]);
    expect(eventEfficiencies([track(t, 0), track(other, 0)], 'shared').up[0]).toBeCloseTo(apart.up[0], 15);
  });

  it('has an error also where a track’s efficiency is 0, and none where a track has no efficiency', () => {
    const t = table([0, 0.5, NaN, -0.1]);
    const { efficiency, up } = eventEfficiencies([track(t, 0, 1, 1, -1), track(t, 1, 2, 3, 0)], 'shared');
    expect([efficiency[0], up[0]]).toEqual([0, 0.5 * 0.01]);
    for (const e of [1, 2, 3]) expect([efficiency[e], up[e]]).toEqual([NaN, NaN]);
  });
});

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

describe('finding cells', () => {
  it('puts a value on an edge into the bin that the edge belongs to', () => {
    const edges = [0, 1, 2.5, 4];
    expect([0, 0.5, 1, 2.5, 4, 4.1, NaN].map((v) => binOf(edges, v, 'right'))).toEqual([-1, 0, 0, 1, 2, -1, -1]);
    expect([0, 0.5, 1, 2.5, 4, -1, NaN].map((v) => binOf(edges, v, 'left'))).toEqual([0, 0, 1, 2, -1, -1, -1]);
  });

  it('finds every cell again by its middle', () => {
    const axes = [
      { column: 'a', edges: [0, 1, 3] },
      { column: 'b', edges: [-1, 0, 1, 2] },
      { column: 'c', edges: [5, 6] },
    ];
    const middles = [0, 1, 2, 3, 4, 5].map((c) => cellBounds(axes, c).map(([low, high]) => (low + high) / 2));
    const find = cellFinder(
      axes,
      [0, 1, 2].map((a) => Float64Array.from(middles, (m) => m[a])),
    );
    expect(middles.map((_, i) => find(i))).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
