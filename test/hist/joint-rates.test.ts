import { describe, expect, it } from 'vitest';
import { eventEfficiencies, type CalibrationTable, type TrackColumn } from '../../src/hist/calibrate.js';
import { MeanOfEvents } from '../../src/hist/mean-of-events.js';
import { rateCorrelation, rateCovariance, ratioCorrelation, type JointSquares } from '../../src/hist/joint-rates.js';
import { ratioOfRates, weightTable } from '../../src/hist/make-weight-table.js';
import { rateCell, rateOf, type CellSums } from '../../src/hist/rate.js';
import { sharedBinCovariance } from '../../src/hist/shared-bins.js';
import type { RateTable } from '../../src/hist/weight-table.js';
import { integers, seedKey, uniforms, type Key } from '../../src/stats/key.js';

type Pair = { passed: CellSums; tried: CellSums };

/** Candidates with weights: sums of those that pass two cuts, and of both. */
function counted(weights: readonly number[], first: readonly boolean[], second: readonly boolean[]) {
  const sums = (keep: (i: number) => boolean): CellSums => {
    const chosen = weights.filter((_, i) => keep(i));
    return {
      sumw: chosen.reduce((a, w) => a + w, 0),
      sumw2: chosen.reduce((a, w) => a + w * w, 0),
      entries: chosen.length,
      negative: chosen.filter((w) => w < 0).length,
    };
  };
  const tried = sums(() => true);
  const pairs = [first, second].map((passes): Pair => ({ tried, passed: sums((i) => passes[i]) }));
  const joint: JointSquares = {
    tried: tried.sumw2,
    first: pairs[0].passed.sumw2,
    second: pairs[1].passed.sumw2,
    both: sums((i) => first[i] && second[i]).sumw2,
  };
  return { first: pairs[0], second: pairs[1], joint };
}

const bits = (key: Key, n: number, share: number): boolean[] => Array.from(uniforms(key, n), (u) => u < share);

describe('the covariance of two cuts on the same candidates', () => {
  it('is (ε₁₂ − ε₁ ε₂)/N for counts, and the binomial error of a cut with itself', () => {
    const n = 50;
    const [a, b] = [bits(seedKey(1), n, 0.8), bits(seedKey(2), n, 0.4)];
    const { first, second, joint } = counted(Array<number>(n).fill(1), a, b);
    const [e1, e2] = [first, second].map((p) => p.passed.sumw / n);
    const e12 = a.filter((v, i) => v && b[i]).length / n;
    expect(rateCovariance(first, second, joint)).toBeCloseTo((e12 - e1 * e2) / n, 15);
    const self = counted(Array<number>(n).fill(1), a, a);
    expect(rateCovariance(self.first, self.second, self.joint)).toBeCloseTo((e1 * (1 - e1)) / n, 15);
    expect(rateCorrelation(self.first, self.second, self.joint)).toBeCloseTo(1, 12);
    // A cut and its opposite.
    const opposite = counted(
      Array<number>(n).fill(1),
      a,
      a.map((v) => !v),
    );
    expect(rateCorrelation(opposite.first, opposite.second, opposite.joint)).toBeCloseTo(-1, 12);
  });

  it('is that of toys for weights of either sign: 4000 toys, 4 σ', () => {
    const n = 150;
    const found: { e: readonly number[]; cov: number }[] = [];
    for (let t = 0; t < 4000; t++) {
      const key = seedKey(3).split('toy', t);
      // As many as Poisson says, by thinning; the second cut is tighter than the first.
      const u = uniforms(key.split('id'), 2 * n);
      const kept = bits(key.split('n'), 2 * n, 0.5);
      const w = Array.from(uniforms(key.split('w'), 2 * n), (v) => (v < 0.85 ? 1 : -0.6));
      const rows = [...w.keys()].filter((i) => kept[i]);
      const { first, second, joint } = counted(
        rows.map((i) => w[i]),
        rows.map((i) => u[i] < 0.8),
        rows.map((i) => u[i] < 0.5),
      );
      found.push({
        e: [first, second].map((p) => p.passed.sumw / p.tried.sumw),
        cov: rateCovariance(first, second, joint),
      });
    }
    const mean = (of: (f: (typeof found)[number]) => number): number =>
      found.reduce((s, f) => s + of(f), 0) / found.length;
    const [m1, m2] = [mean((f) => f.e[0]), mean((f) => f.e[1])];
    const spread = mean((f) => (f.e[0] - m1) * (f.e[1] - m2));
    // A covariance of 4000 toys with ρ = 0.5 is known to √((1 + ρ²)/ρ²)/√4000 = 3.5 %.
    expect(Math.abs(mean((f) => f.cov) / spread - 1)).toBeLessThan(0.14);
  });

  it('has the bound where the formula knows no error, and nothing where nothing is shared', () => {
    const all = counted([1, 1, 1], [true, true, true], [true, false, true]);
    expect(rateCorrelation(all.first, all.second, all.joint)).toBe(1);
    expect(rateCorrelation(all.first, all.second, { tried: 0, first: 0, second: 0, both: 0 })).toBe(0);
  });
});

const N = 400;
const CELLS = 3;
/** Chances that a candidate passes a loose and a tight cut, by cell. */
const CHANCE = [
  [0.9, 0.6],
  [0.8, 0.5],
  [0.7, 0.3],
];

/** One calibration sample: tables of both cuts on the same candidates, and their correlation by cell. */
function calibration(key: Key, scale = 1) {
  const tables: [RateTable['cells'][number][], RateTable['cells'][number][]] = [[], []];
  const correlation: number[] = [];
  for (let c = 0; c < CELLS; c++) {
    const u = Array.from(uniforms(key.split('cell', c), N));
    const [loose, tight] = CHANCE[c].map((p) => u.map((v) => v < p * scale));
    const { first, second, joint } = counted(Array<number>(N).fill(1), loose, tight);
    [first, second].forEach((p, k) =>
      tables[k].push(rateCell(rateOf(p.passed, p.tried), p.passed, p.tried, {}, 'all')),
    );
    correlation.push(rateCorrelation(first, second, joint));
  }
  return { tables, correlation };
}

const spreadOf = (values: readonly number[]): number => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / (values.length - 1));
};
const TOYS = 1500;
const EVENTS = 200;
const cells = [0, 1, 2].map((t) => integers(seedKey(5).split('track', t), EVENTS, CELLS));
/** σ of 1500 toys is known to 1.8 %: 4 σ, and 2 % for errors that are estimated from 400 candidates. */
const TOLERANCE = 0.095;

describe('events with tracks of two cuts that were measured on the same candidates', () => {
  const tracksOf = (found: ReturnType<typeof calibration>) => {
    const [loose, tight] = found.tables.map((t): CalibrationTable => ({ rates: t.map((cell) => cell.rate) }));
    const correlations = () => ({ cells: found.correlation });
    // Two tracks must pass the loose cut and one the tight one; any of them may share a cell.
    const tracks = [loose, loose, tight].map((table, t): TrackColumn => ({ table, cells: cells[t] }));
    return { tables: [loose, tight], tracks, correlations };
  };
  const toys = Array.from({ length: TOYS }, (_, t) => {
    const { tables, tracks, correlations } = tracksOf(calibration(seedKey(6).split('toy', t)));
    const events = eventEfficiencies(tracks, 'shared', correlations);
    const apart = eventEfficiencies(tracks, 'shared');
    const mean = new MeanOfEvents(tables, correlations);
    mean.add(tracks, events);
    return { events, apart, mean: mean.result().mean };
  });
  const average = (of: (t: (typeof toys)[number]) => number): number => toys.reduce((s, t) => s + of(t), 0) / TOYS;

  it('err per event as toys of the calibration do', () => {
    const all = [...cells[0].keys()].filter((e) => cells[0][e] === cells[2][e] && cells[1][e] === cells[2][e]);
    const apart = [...cells[0].keys()].filter((e) => cells[0][e] !== cells[2][e] && cells[1][e] !== cells[2][e]);
    for (const e of [all[0], apart[0]]) {
      const spread = spreadOf(toys.map((t) => t.events.efficiency[e]));
      expect(Math.abs(average((t) => t.events.up[e]) / spread - 1)).toBeLessThan(TOLERANCE);
    }
    // Taken for independent, the error of an event whose tracks share a cell is too small by a tenth and more.
    const spread = spreadOf(toys.map((t) => t.events.efficiency[all[0]]));
    expect(average((t) => t.apart.up[all[0]]) / spread).toBeLessThan(0.9);
  });

  it('err on average as toys of the calibration do', () => {
    const spread = spreadOf(toys.map((t) => t.mean.value));
    expect(Math.abs(average((t) => t.mean.sources['stat'].up) / spread - 1)).toBeLessThan(TOLERANCE);
  });

  it('err by no more than the bound, which is reached where ρ = 1', () => {
    const { tables, tracks } = tracksOf(calibration(seedKey(7)));
    const error = (by?: () => { all: number }): number => {
      const mean = new MeanOfEvents(tables, by);
      mean.add(tracks, eventEfficiencies(tracks, 'shared', by));
      return mean.result().mean.sources['stat'].up;
    };
    const spread = spreadOf(toys.map((t) => t.mean.value));
    expect(error(() => ({ all: 1 }))).toBeGreaterThan(spread);
    const one = eventEfficiencies([tracks[0], tracks[2]], 'shared', () => ({ all: 1 }));
    const [l, t] = [one.tracks[0], one.tracks[1]];
    expect(one.up[0]).toBeCloseTo(l.error[0] * t.efficiency[0] + t.error[0] * l.efficiency[0], 14);
  });
});

describe('ratio tables of data and simulation, several tracks of an event in one bin', () => {
  const head = {
    axes: [{ column: 'p', edges: [0, 1, 2, 3] }],
    cut: 'id > 0.5',
    variable: 'id',
    threshold: 0.5,
    reco: { name: 'K', pdg: 321 },
    truth: { name: 'K', pdg: 321 },
    precut: '',
    side: 'identified',
  } as const;
  const ratios = (t: number) => {
    const key = seedKey(8).split('toy', t);
    const data = { ...head, sample: 'data', cells: calibration(key.split('data')).tables[0] };
    const simulation = { ...head, sample: 'simulation', cells: calibration(key.split('mc'), 1.05).tables[0] };
    return weightTable(data, simulation).cells.map((cell) => cell.ratio);
  };
  // Weighted events in two bins of a histogram: the product of the weights of three tracks.
  const bin = (e: number): number => e % 2;
  const toys = Array.from({ length: TOYS }, (_, t) => {
    const table = ratios(t);
    const sums = [0, 0];
    const slopes = [0, 1].map(() => new Float64Array(CELLS));
    for (let e = 0; e < EVENTS; e++) {
      const w = cells.map((c) => table[c[e]].value);
      sums[bin(e)] += w[0] * w[1] * w[2];
      cells.forEach(
        (c, k) => (slopes[bin(e)][c[e]] += w.reduce((product, v, j) => (j === k ? product : product * v), 1)),
      );
    }
    const one: CalibrationTable = { rates: table };
    const events = eventEfficiencies(
      cells.map((c): TrackColumn => ({ table: one, cells: c })),
      'shared',
    );
    return { sums, covariance: sharedBinCovariance(slopes, table), events };
  });

  it('have the spread and the covariance of toys', () => {
    const [a, b] = [0, 1].map((k) => toys.map((t) => t.sums[k]));
    const mean = (v: readonly number[]): number => v.reduce((x, y) => x + y, 0) / v.length;
    const cov = mean(a.map((v, t) => (v - mean(a)) * (b[t] - mean(b))));
    const found = (i: number): number => mean(toys.map((t) => t.covariance[i]));
    expect(Math.abs(Math.sqrt(found(0)) / spreadOf(a) - 1)).toBeLessThan(TOLERANCE);
    expect(Math.abs(Math.sqrt(found(3)) / spreadOf(b) - 1)).toBeLessThan(TOLERANCE);
    // Both bins share all cells: ρ near 1, so that the covariance is known as variances are, to 3.7 %.
    expect(Math.abs(found(1) / cov - 1)).toBeLessThan(0.18);
    expect(found(1) / Math.sqrt(found(0) * found(3))).toBeGreaterThan(0.9);
  });

  it('have the error of each event that toys have', () => {
    const same = [...cells[0].keys()].find((e) => cells[0][e] === cells[1][e] && cells[1][e] === cells[2][e]) as number;
    const spread = spreadOf(toys.map((t) => t.events.efficiency[same]));
    const error = toys.reduce((s, t) => s + t.events.up[same], 0) / TOYS;
    expect(Math.abs(error / spread - 1)).toBeLessThan(TOLERANCE);
  });
});

describe('the correlation of two weights', () => {
  it('is that of toys, for two cuts of which one is the tighter', () => {
    const [n, toys] = [400, 1500];
    const shares = { data: [0.8, 0.5], simulation: [0.9, 0.7] } as const;
    const made = Array.from({ length: toys }, (_, t) => {
      const counts = (['data', 'simulation'] as const).map((sample) => {
        const u = Array.from(uniforms(seedKey(8).split(sample, t), n));
        const [a, b] = shares[sample].map((share) => u.map((v) => v < share));
        const { first, second, joint } = counted(Array<number>(n).fill(1), a, b);
        const cells = [first, second].map(({ passed, tried }) =>
          rateCell(rateOf(passed, tried, 'binomial'), passed, tried, {}, 'counts'),
        );
        return { cells, rho: rateCorrelation(first, second, joint) };
      });
      const [d, s] = counts;
      const [one, two] = [0, 1].map((k) => ratioOfRates(d.cells[k], s.cells[k]));
      return { one: one.ratio.value, two: two.ratio.value, rho: ratioCorrelation(one, two, d.rho, s.rho) };
    });
    const mean = (of: (t: (typeof made)[number]) => number): number => made.reduce((sum, t) => sum + of(t), 0) / toys;
    const [x, y] = [mean((t) => t.one), mean((t) => t.two)];
    const cov = mean((t) => (t.one - x) * (t.two - y));
    const found = cov / Math.sqrt(mean((t) => (t.one - x) ** 2) * mean((t) => (t.two - y) ** 2));
    const rho = mean((t) => t.rho);
    // ρ of n toys scatters by (1 − ρ²)/√n: four of that.
    expect(Math.abs(found - rho)).toBeLessThan((4 * (1 - rho * rho)) / Math.sqrt(toys));
    // √(ε₂ (1 − ε₁)/(ε₁ (1 − ε₂))) is 0.50 in data, 0.51 in simulation.
    expect(rho).toBeGreaterThan(0.45);
    expect(rho).toBeLessThan(0.56);
  });
});
