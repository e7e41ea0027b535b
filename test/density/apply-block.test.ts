import { describe, expect, it } from 'vitest';
import { newApplyCounts, resampler, transformer } from '../../src/density/apply-block.js';
import { templateFromColumns } from '../../src/density/from-blocks.js';
import { rankCorrelation } from '../../src/stats/moments.js';
import { ksTwoSample } from '../../src/stats/ks.js';
import { normals, seedKey } from '../../src/stats/key.js';
import { gaussianToy } from './toys.js';

const spec = {
  name: 'toy',
  method: 'kernel',
  variables: [{ name: 'x', nodes: 100 }],
  given: [{ name: 'k', nodes: 15 }],
  folds: 3,
  replicas: 4,
} as const;
const n = 30_000;
const data = gaussianToy(11, n, { mean: 1, slope: -1, width: 0.7, growth: 0.4 });
const simulation = gaussianToy(12, n);
const dataTemplate = (await templateFromColumns({ k: data.k, x: data.x }, spec)).template;
const simulationTemplate = (await templateFromColumns({ k: simulation.k, x: simulation.x }, spec)).template;
const key = seedKey(5);

describe('resampling', () => {
  const apply = (first: number, rows: number) =>
    resampler(dataTemplate, { key, suffix: 'resampled' }).apply(
      { rows, first, given: [data.k.slice(first, first + rows)], variables: [data.x.slice(first, first + rows)] },
      newApplyCounts(),
    );
  const whole = apply(0, n);

  it('gives the data’s own distribution at the data’s kinematics', () => {
    const ks = ksTwoSample({ values: whole['x_resampled'] as Float64Array }, { values: data.x });
    // 1.95 √(2/n): exceeded once in a thousand samples by chance; the template shares the data’s fluctuations.
    expect(ks.statistic).toBeLessThan(1.95 * Math.sqrt(2 / n));
  });

  it('does not depend on the blocks in which rows come', () => {
    const parts = [apply(0, 1001), apply(1001, 2), apply(1003, 996)];
    for (const name of ['x_resampled', 'x_resampled_stat2', 'x_resampled_syst_widths', 'x_resampled_up', 'pidstat']) {
      const joined = parts.flatMap((p) => [...p[name]]);
      expect(joined).toEqual([...whole[name].subarray(0, 1999)]);
    }
  });

  it('depends, for rows that are identified, on what they are and not on where they stand', () => {
    const rows = 500;
    const [k, run, event] = [
      data.k.slice(0, rows),
      new Float64Array(rows).fill(7),
      Float64Array.from({ length: rows }, (_, i) => i),
    ];
    const draw = resampler(dataTemplate, { key, suffix: 'r' });
    const at = (columns: readonly Float64Array[], first: number) =>
      draw.apply({ rows, first, given: [columns[0]], identity: columns.slice(1) }, newApplyCounts())['x_r'];
    const straight = at([k, run, event], 0);
    const turned = at(
      [k, run, event].map((c) => c.slice().reverse()),
      12_345,
    );
    expect([...turned].reverse()).toEqual([...straight]);
    expect(new Set(straight).size).toBeGreaterThan(rows - 5);
    const ks = ksTwoSample({ values: straight as Float64Array }, { values: data.x });
    expect(ks.statistic).toBeLessThan(1.95 * Math.sqrt(1 / rows + 1 / n));
  });

  it('says what it could not do: counted, flagged, passed through or NaN', () => {
    const given = [Float64Array.of(0.5, 2, NaN, -1, 0.5)];
    const variables = [Float64Array.of(1, 7, 8, 9, NaN)];
    const at = (outside: 'pass' | 'nan' | 'clamp') => {
      const counts = newApplyCounts();
      const added = resampler(dataTemplate, { key, suffix: 'r', outside }).apply(
        { rows: 5, first: 0, given, variables },
        counts,
      );
      return { x: [...added['x_r']], flag: [...added['pidflag']], counts, stat: added['pidstat'] };
    };
    const passed = at('pass');
    expect(passed.flag).toEqual([0, 1, 2, 1, 0]);
    expect(passed.x.slice(1, 4)).toEqual([7, 8, 9]);
    expect(passed.counts).toMatchObject({ rows: 5, done: 2, outside: 2, missing: 1, empty: 0 });
    expect(passed.stat[0]).toBeGreaterThan(100);
    expect(passed.stat[1]).toBeNaN();
    expect(at('nan').x.slice(1, 4)).toEqual([NaN, NaN, NaN]);
    const clamped = at('clamp');
    expect(clamped.flag).toEqual([0, 5, 2, 5, 0]);
    expect(clamped.x[1]).not.toBe(7);
  });
});

describe('transforming', () => {
  const rows = 5000;
  const block = {
    rows,
    first: 0,
    given: [simulation.k.slice(0, rows)],
    variables: [simulation.x.slice(0, rows)],
  };

  it('is the identity, to the grid’s precision, where both templates are one', () => {
    const added = transformer(simulationTemplate, simulationTemplate, { key, suffix: 't' }).apply(
      block,
      newApplyCounts(),
    );
    for (const name of ['x_t', 'x_t_stat1', 'x_t_syst_widths'])
      added[name].forEach((v, i) => expect(Math.abs(v - block.variables[0][i])).toBeLessThan(1e-9));
  });

  it('finds the known map (x − μ_sim)/σ_sim σ_data + μ_data, and its band holds it', () => {
    const added = transformer(simulationTemplate, dataTemplate, { key, suffix: 't' }).apply(block, newApplyCounts());
    const truth = (i: number): number => {
      const k = block.given[0][i];
      return 1 - k + (0.7 + 0.4 * k) * simulation.z[i];
    };
    let [sum, inside, core] = [0, 0, 0];
    for (let i = 0; i < rows; i++) {
      const d = added['x_t'][i] - truth(i);
      sum += d * d;
      if (Math.abs(simulation.z[i]) > 2) continue;
      core++;
      if (truth(i) >= added['x_t_down'][i] && truth(i) <= added['x_t_up'][i]) inside++;
    }
    // Each k has the statistics of some 30 000/8 events in both templates: √(2 · 1.6/3750) σ = 0.03 σ, and the grid's bias.
    expect(Math.sqrt(sum / rows)).toBeLessThan(0.08);
    // Nominally 0.68; four replicas and the kernels' bias take some of it.
    expect(inside / core).toBeGreaterThan(0.5);
  });

  it('keeps the correlation with another column of the row, which resampling loses', () => {
    const noise = normals(seedKey(7), rows);
    const other = simulation.z.slice(0, rows).map((z, i) => z + noise[i]);
    const at = (x: Float64Array): number => rankCorrelation([x, other])[0][1];
    const kept = transformer(simulationTemplate, dataTemplate, { key, suffix: 't' }).apply(block, newApplyCounts());
    const lost = resampler(dataTemplate, { key, suffix: 'r' }).apply(block, newApplyCounts());
    const before = at(block.variables[0]);
    expect(before).toBeGreaterThan(0.5);
    expect(at(kept['x_t'] as Float64Array)).toBeGreaterThan(before - 0.1);
    // 5 000 rows: 4/√5000.
    expect(Math.abs(at(lost['x_r'] as Float64Array))).toBeLessThan(0.057);
  });
});

describe('a chain of variables', () => {
  it('carries two correlated variables, one of them with an atom, into those of the data', async () => {
    const make = (seed: number, shift: number, rho: number, share: number) => {
      const { k, x, z } = gaussianToy(seed, n, { mean: shift });
      const e = normals(seedKey(seed).split('e'), n);
      const y = z.map((v, i) => rho * v + Math.sqrt(1 - rho * rho) * e[i]);
      // The first variable saturates: so much of it lies at its top.
      const top = shift + 2.2 - share;
      return { k, a: x.map((v) => Math.min(v, top)), b: y };
    };
    const two = {
      ...spec,
      replicas: 1,
      variables: [
        { name: 'a', nodes: 30 },
        { name: 'b', nodes: 30 },
      ],
      given: [{ name: 'k', nodes: 6 }],
    } as const;
    const [from, to] = [make(21, 0, 0.8, 0), make(22, 0.5, 0.4, 0.4)];
    const [mc, real] = [(await templateFromColumns(from, two)).template, (await templateFromColumns(to, two)).template];
    expect(mc.variables[0].atoms).toHaveLength(1);
    const added = transformer(mc, real, { key, suffix: 't' }).apply(
      { rows: n, first: 0, given: [from.k], variables: [from.a, from.b] },
      newApplyCounts(),
    );
    const [a, b] = [added['a_t'] as Float64Array, added['b_t'] as Float64Array];
    const bound = 1.95 * Math.sqrt(2 / n) + 0.01;
    expect(ksTwoSample({ values: a }, { values: to.a }).statistic).toBeLessThan(bound);
    expect(ksTwoSample({ values: b }, { values: to.b }).statistic).toBeLessThan(bound);
    const correlation = (x: Float64Array, y: Float64Array): number => rankCorrelation([x, y])[0][1];
    expect(Math.abs(correlation(a, b) - correlation(to.a, to.b))).toBeLessThan(0.03);
    expect(Math.abs(correlation(from.a, from.b) - correlation(to.a, to.b))).toBeGreaterThan(0.15);
    const topOf = (x: Float64Array): number => x.filter((v) => v === real.variables[0].atoms[0].value).length / n;
    expect(Math.abs(topOf(a) - topOf(to.a))).toBeLessThan(0.012);
  });
});

describe('bootstrap replicas', () => {
  it('scatter as the densities of fresh samples do', async () => {
    const small = 4000;
    const lean = {
      ...spec,
      widths: [0.5, 0.12],
      replicas: 40,
      widthsFactor: 1,
      variables: [{ name: 'x', nodes: 40, range: [-4, 8] as const, normaliser: 'scale' as const }],
      given: [{ name: 'k', nodes: 5, range: [0, 1] as const, normaliser: 'scale' as const }],
    };
    const point = { rows: 1, first: 0, given: [Float64Array.of(0.5)], variables: [Float64Array.of(0)] };
    // The median of x at k = ½ under every replica of one sample, and of forty samples.
    const identity = async (seed: number, replicas: number) => {
      const { k, x } = gaussianToy(seed, small);
      return (await templateFromColumns({ k, x }, { ...lean, replicas })).template;
    };
    const one = await identity(100, 40);
    const draw = resampler(one, { key, suffix: 'r' }).apply(point, newApplyCounts());
    const own = Float64Array.from({ length: 40 }, (_, r) => draw[`x_r_stat${r}`][0]);
    const fresh: number[] = [];
    for (let s = 0; s < 40; s++)
      fresh.push(resampler(await identity(200 + s, 0), { key, suffix: 'r' }).apply(point, newApplyCounts())['x_r'][0]);
    const sd = (v: ArrayLike<number>): number => {
      const list = Array.from(v);
      const mean = list.reduce((s, x) => s + x, 0) / list.length;
      return Math.sqrt(list.reduce((s, x) => s + (x - mean) ** 2, 0) / (list.length - 1));
    };
    // The ratio of two standard deviations of forty numbers: 1 ± 0.16, so within 0.6 … 1.65 but for once in a thousand.
    expect(sd(own) / sd(fresh)).toBeGreaterThan(0.6);
    expect(sd(own) / sd(fresh)).toBeLessThan(1.65);
  });
});
