import { expect, test } from 'vitest';
import { covarianceRoot } from '../../../../src/stats/cholesky.js';
import { complement, ratioOfRates } from '../../../../src/hist/make-weight-table.js';
import type { WeightTable } from '../../../../src/hist/weight-table.js';
import { eventWeights, weightsOfOne } from '../../../../src/studies/pid/apply/event-weights.js';
import type { WeightOptions } from '../../../../src/studies/pid/apply/options.js';
import { covarianceOfCells, weightToys } from '../../../../src/studies/pid/apply/toys.js';
import { weightCells } from '../../../../src/studies/pid/apply/weight-cells.js';
import { AXES, PI, sampleTable } from '../../../formats/tables/sample-tables.js';
import { loaded, parsed } from './events.js';

const AXIS = AXES.slice(0, 1);
const symmetric = { axes: AXIS, symmetric: true, sources: { 'syst:sweights': 0.8, 'syst:truth': -0.5 } } as const;
const [A, B] = [sampleTable(symmetric), sampleTable({ ...symmetric, truth: PI, seed: 2 })];
const n = 20_000;

function toysOf(tables: readonly WeightTable[], options: WeightOptions, covariance?: Float64Array[]) {
  const cells = weightCells(loaded(...tables), parsed(options));
  const root = covariance ? covarianceOfCells(covariance, cells, 'cov.npy') : undefined;
  return { cells, toys: weightToys(cells, parsed(options), root), root };
}

/** Sample covariance about the known mean. */
function covarianceOf(toys: readonly Float64Array[], value: Float64Array, size: number): number[][] {
  return Array.from({ length: size }, (_, a) =>
    Array.from(
      { length: size },
      (_v, b) => toys.reduce((s, t) => s + (t[a] - value[a]) * (t[b] - value[b]), 0) / toys.length,
    ),
  );
}

/**
 * Every element within 4.9 of its standard deviations √((C_aa C_bb + C_ab²)/n) for normal variations: for the 21 different elements of
 * a 6 × 6 matrix a false alarm has a probability below 2·10⁻⁵.
 */
function agrees(found: number[][], model: number[][]): void {
  found.forEach((row, a) =>
    row.forEach((c, b) => {
      const sigma = Math.sqrt((model[a][a] * model[b][b] + model[a][b] ** 2) / n);
      expect(Math.abs(c - model[a][b]), `${a} ${b}`).toBeLessThan(4.9 * sigma + 1e-15);
    }),
  );
}

const shift = (i: number, source: string): number => [...A.cells, ...B.cells][i].ratio.sources[source].up;
const SIX = [0, 1, 2, 3, 4, 5];

test.each(['full', 'none'] as const)('the covariance converges to the model: correlation %s', (correlation) => {
  const { cells, toys } = toysOf([A, B], { variations: n, correlation });
  const model = SIX.map((a) =>
    SIX.map((b) => {
      const stat = a === b ? shift(a, 'stat') ** 2 : 0;
      const together = correlation === 'full' || a === b ? 1 : 0;
      return (
        stat +
        together *
          (shift(a, 'syst:sweights') * shift(b, 'syst:sweights') + shift(a, 'syst:truth') * shift(b, 'syst:truth'))
      );
    }),
  );
  agrees(covarianceOf(toys, cells.value, 6), model);
  // Means: 4.9 standard deviations of six numbers, below 10⁻⁵.
  SIX.forEach((a) => {
    const mean = toys.reduce((s, t) => s + t[a] - cells.value[a], 0) / n;
    expect(Math.abs(mean)).toBeLessThan(4.9 * Math.sqrt(model[a][a] / n));
  });
});

test('the covariance converges to a given one, full rank or not; rows follow the order of the file', () => {
  const s = [0.01, 0.02, 0.03, 0.02, 0.01, 0.05];
  const full = s.map((x, a) => Float64Array.from(s, (y, b) => x * y * (a === b ? 1 : 0.4)));
  const given = toysOf([A, B], { variations: n }, full);
  agrees(
    covarianceOf(given.toys, given.cells.value, 6),
    full.map((r) => [...r]),
  );
  const one = s.map((x) => Float64Array.from(s, (y) => x * y));
  const flat = toysOf([A, B], { variations: 500 }, one);
  flat.toys.forEach((t) => {
    const z = (t[0] - flat.cells.value[0]) / s[0];
    SIX.forEach((a) => expect(t[a]).toBeCloseTo(flat.cells.value[a] + z * s[a], 12));
  });
  const turned = loaded(A, B).map((t) => ({ ...t, order: [...t.order].reverse() }));
  expect(weightCells(turned, parsed()).order).toEqual([2, 1, 0, 5, 4, 3]);
});

test('asymmetric shifts: one side each; the larger for both on request', () => {
  const table = sampleTable({ axes: AXIS, sources: { 'syst:x': 3 } });
  const only = {
    ...table,
    cells: table.cells.map((c) => ({ ...c, ratio: { ...c.ratio, sources: { 'syst:x': { up: 0.3, down: -0.1 } } } })),
  };
  const { cells, toys } = toysOf([only], { variations: n });
  const above = toys.filter((t) => t[0] > cells.value[0]);
  // Half of them, 5σ of a binomial: 6·10⁻⁷.
  expect(Math.abs(above.length / n - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / n));
  const rms = (list: readonly Float64Array[]) =>
    Math.sqrt(list.reduce((s, t) => s + (t[0] - cells.value[0]) ** 2, 0) / list.length);
  expect(rms(above) / 0.3).toBeCloseTo(1, 1);
  expect(rms(toys.filter((t) => t[0] < cells.value[0])) / 0.1).toBeCloseTo(1, 1);
  expect(weightCells(loaded(only), parsed({ errors: 'largest' })).sources[0]).toMatchObject({
    up: Float64Array.of(0.3, 0.3, 0.3, 0),
    down: Float64Array.of(-0.3, -0.3, -0.3, 0),
  });
});

test('toy i is the same whatever else is asked: more toys, further tables, other particles', () => {
  const few = toysOf([A], { variations: 3 });
  const many = toysOf([A, B], { variations: 10 });
  for (let i = 0; i < 3; i++) expect(many.toys[i].subarray(0, 3)).toEqual(few.toys[i].subarray(0, 3));
  expect(toysOf([A], { variations: 3, seed: 2 }).toys[0]).not.toEqual(few.toys[0]);
});

test('tables of cuts on the same candidates vary as they share them, and so does the band; passing and failing ones oppositely', () => {
  const stat = { axes: AXIS, symmetric: true, sources: {} } as const;
  const [one, two] = [sampleTable(stat), sampleTable({ ...stat, threshold: 0.9, seed: 3 })];
  const failing: WeightTable = { ...two, side: 'notIdentified' };
  const tables = loaded(one, two, failing);
  const rho = [0.8, -0.5, 0];
  const cells = weightCells(tables, parsed(), [{ tables: [tables[1], tables[0]], correlation: rho }]);
  const toys = weightToys(cells, parsed({ variations: n }));
  const sigma = Float64Array.from([...one.cells, ...two.cells, ...two.cells], (c) => c.ratio.sources['stat'].up);
  const model = Array.from({ length: 9 }, (_, a) =>
    Array.from({ length: 9 }, (_v, b) => {
      if (a % 3 !== b % 3) return 0;
      const [s, t] = [a, b].map((i) => Math.floor(i / 3));
      const sign = (s === 2 ? -1 : 1) * (t === 2 ? -1 : 1);
      const same = s === t || (s > 0 && t > 0);
      return sign * (same ? 1 : rho[a % 3]) * sigma[a] * sigma[b];
    }),
  );
  agrees(covarianceOf(toys, cells.value, 9), model);
  // The first table's numbers are its own.
  const alone = weightToys(weightCells(tables, parsed()), parsed({ variations: 1 }));
  expect(toys[0].subarray(0, 3)).toEqual(alone[0].subarray(0, 3));
  const placed = [Int32Array.of(0, 1, 0, 0), Int32Array.of(3, 4, 4, 6)];
  const columns = eventWeights(cells, [], { correlation: 'full', sources: false })(placed);
  for (let i = 0; i < 4; i++) {
    const [a, b] = [placed[0][i], placed[1][i]];
    const [x, y] = [sigma[a] * cells.value[b], sigma[b] * cells.value[a]];
    const r = model[a][b] / (sigma[a] * sigma[b]);
    expect(columns['_up'][i] - columns[''][i]).toBeCloseTo(Math.sqrt(x * x + y * y + 2 * r * x * y), 12);
  }
});

test('two particles in one bin move together, in different bins on their own; the band says the same as the toys', () => {
  const stat = sampleTable({ axes: AXIS, symmetric: true, sources: {} });
  const { cells, toys } = toysOf([stat], { variations: n });
  const placed = [Int32Array.of(0, 0), Int32Array.of(0, 1)];
  const columns = eventWeights(cells, toys, { correlation: 'full', sources: false })(placed);
  const [r, s] = [0, 1].map((i) => stat.cells[i].ratio);
  const [dr, ds] = [r, s].map((e) => e.sources['stat'].up);
  expect(columns[''][0]).toBe(r.value ** 2);
  expect(columns['_up'][0]).toBeCloseTo((r.value + dr) ** 2, 12);
  expect(columns['_up'][1] - columns[''][1]).toBeCloseTo(Math.hypot(dr * s.value, ds * r.value), 12);
  const spread = (i: number) =>
    Math.sqrt(toys.reduce((sum, _, k) => sum + (columns[`_${k}`][i] - columns[''][i]) ** 2, 0) / n);
  // σ of a standard deviation of n normal numbers: 1/√(2n) = 0.5 %; 5σ = 2.5 %.
  expect(spread(0) / (columns['_up'][0] - columns[''][0])).toBeCloseTo(1, 1);
  expect(Math.abs(spread(1) / (columns['_up'][1] - columns[''][1]) - 1)).toBeLessThan(0.025);
});

test('bands: sources that move together add along, independent ones in quadrature; a covariance takes their place', () => {
  const { cells } = toysOf([A], {});
  const placed = [Int32Array.of(0), Int32Array.of(1)];
  const { value } = cells;
  const band = (correlation: 'full' | 'none') => eventWeights(cells, [], { correlation, sources: true })(placed);
  const up = (i: number, source: string): number => A.cells[i].ratio.sources[source].up;
  expect(band('full')['_syst:sweights_up'][0]).toBeCloseTo(
    (value[0] + up(0, 'syst:sweights')) * (value[1] + up(1, 'syst:sweights')),
    14,
  );
  expect(band('none')['_syst:sweights_up'][0]).toBeCloseTo(
    value[0] * value[1] + Math.hypot(up(0, 'syst:sweights') * value[1], up(1, 'syst:sweights') * value[0]),
    14,
  );
  const s = [0.01, 0.02, 0.03];
  const given = toysOf(
    [A],
    {},
    s.map((x) => Float64Array.from(s, (y) => x * y)),
  );
  const columns = eventWeights(given.cells, [], { correlation: 'full', sources: false }, given.root)(placed);
  expect(columns['_up'][0] - columns[''][0]).toBeCloseTo(0.01 * value[1] + 0.02 * value[0], 14);
});

test('one particle: looked up by its cell, the same as worked out row by row', () => {
  const { cells, toys } = toysOf([A], { variations: 2 });
  const placed = Int32Array.of(0, 3, 2, 1, 0, 3);
  const options = { correlation: 'full', sources: true } as const;
  const columns = weightsOfOne(cells, toys, options)(placed);
  expect(columns).toEqual(eventWeights(cells, toys, options)([placed]));
  expect(Object.keys(columns).slice(0, 3)).toEqual(['', '_stat_up', '_stat_down']);
  expect(columns['_up'][1]).toBeNaN();
});

test('Cholesky with pivots: L Lᵀ is the matrix, also without full rank; no roots of what is no covariance', () => {
  const c = [
    [4, 2, 2],
    [2, 5, 3],
    [2, 3, 9],
  ].map((r) => Float64Array.from(r));
  const root = covarianceRoot(c);
  root.forEach((r, i) =>
    root.forEach((q, j) => expect(r.reduce((s, x, k) => s + x * q[k], 0)).toBeCloseTo(c[i][j], 12)),
  );
  expect(covarianceRoot([Float64Array.of(1, 1), Float64Array.of(1, 1)])[0]).toHaveLength(1);
  expect(() => covarianceRoot([Float64Array.of(1, 2), Float64Array.of(2, 1)])).toThrow(/not positive/);
  expect(() => covarianceRoot([Float64Array.of(0, 1), Float64Array.of(1, 0)])).toThrow(/not positive/);
  expect(() => covarianceRoot([Float64Array.of(1, 0.5), Float64Array.of(0, 1)])).toThrow(/not symmetric/);
  expect(() => covarianceRoot([Float64Array.of(NaN)])).toThrow(/not finite/);
});

test('candidates that pass and that fail vary against each other: their number stays', () => {
  // Simulation without an error: ε_data fluctuates alone, and N (ε_s W_pass + (1 − ε_s) W_fail) = N whatever it is.
  const exact = (t: WeightTable): WeightTable => ({
    ...t,
    cells: t.cells.map((c) => {
      const rate = (cell: typeof c.data, value: number, stat: number) => ({
        ...cell,
        flags: [],
        rate: { value, sources: { stat: { up: stat, down: -stat }, 'syst:sweights': { up: -stat, down: stat } } },
      });
      return ratioOfRates(rate(c.data, 0.8, 0.03), rate(c.simulation, 0.9, 0));
    }),
  });
  const pass = exact(A);
  const fail: WeightTable = {
    ...pass,
    side: 'notIdentified',
    cells: pass.cells.map((c) => ratioOfRates(complement(c.data), complement(c.simulation))),
  };
  for (const correlation of ['full', 'none'] as const) {
    const { toys } = toysOf([pass, fail], { variations: 20, correlation });
    for (const toy of toys)
      for (let c = 0; c < 3; c++) {
        expect(0.9 * toy[c] + 0.1 * toy[3 + c]).toBeCloseTo(1, 12);
        expect(Math.abs(toy[c] - 0.8 / 0.9)).toBeGreaterThan(0);
      }
  }
  // So does the band of one that passes and one that fails in a bin: d(R_p R_f) = R_f dε/ε_s − R_p dε/(1 − ε_s).
  const cells = weightCells(loaded(pass, fail), parsed());
  const band = eventWeights(cells, [], { correlation: 'full', sources: true });
  const columns = band([Int32Array.of(1, 1), Int32Array.of(4, 3)]);
  const [p, f] = [cells.value[1], cells.value[4]];
  const moved = (p + 0.03 / 0.9) * (f - 0.03 / 0.1) - p * f;
  expect(columns['_stat_up'][0] - p * f).toBeCloseTo(Math.abs(moved), 12);
  // In different bins they do not know of each other.
  expect(columns['_stat_up'][1] - p * f).toBeCloseTo(Math.hypot((0.03 / 0.9) * f, p * (0.03 / 0.1)), 12);
});
