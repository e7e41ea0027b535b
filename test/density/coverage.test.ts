import { describe, expect, it } from 'vitest';
import { newApplyCounts, resampler, transformer } from '../../src/density/apply-block.js';
import type { AxisSpec } from '../../src/density/density-spec.js';
import { templateFromColumns } from '../../src/density/from-blocks.js';
import { rowUniforms } from '../../src/density/row-random.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';
import { erfinv, normalCdf } from '../../src/stats/special/erf.js';

/** x = g(μ(k) + σ(k) z): its conditional quantiles are known for every u, and with them the truth of each new value. */
interface Toy {
  readonly k: (u: number) => number;
  readonly simulation: readonly [(k: number) => number, (k: number) => number];
  readonly data: readonly [(k: number) => number, (k: number) => number];
  readonly g: (v: number) => number;
  readonly top?: number;
  readonly axis: AxisSpec;
}

const separation = (scale: number) => {
  const d = (p: number): number => (scale * 12) / (0.6 + p * p);
  return [d, (p: number) => Math.sqrt(2 * d(p))] as const;
};

const toys: Record<string, Toy> = {
  // A probability piled up at 1, most of all at low momentum, of a spectrum that falls by a factor of thirty.
  'an identification': {
    k: (u) => 0.3 - 1.1 * Math.log(1 - u * (1 - Math.exp(-3.7 / 1.1))),
    simulation: separation(1.15),
    data: separation(1),
    g: (v) => 1 / (1 + Math.exp(-v)),
    axis: { name: 'x', nodes: 80, transform: 'logit' },
  },
  // A tenth of the data to a quarter of them lie on the upper end.
  'an atom at its end': {
    k: (u) => u,
    simulation: [(k) => k, (k) => 1 + 0.3 * k],
    data: [(k) => 0.4 + 0.6 * k, (k) => 0.9 + 0.3 * k],
    g: (v) => Math.min(v, 1.8),
    top: 1.8,
    axis: { name: 'x', nodes: 80 },
  },
};

function sample(toy: Toy, kind: 'simulation' | 'data', seed: number, n: number) {
  const key = seedKey(seed).split(kind);
  const [mean, width] = toy[kind];
  const k = uniforms(key.split('k'), n).map(toy.k);
  const z = normals(key.split('z'), n);
  return { k, z, x: z.map((v, i) => toy.g(mean(k[i]) + width(k[i]) * v)) };
}

const TOYS = 8;
const EVENTS = 8000;
const ROWS = 800;
const key = seedKey(5);

/** Whether the band of each row held its truth, by way, and where the row stands in u; rows on an atom apart. */
async function coverage(toy: Toy) {
  const rows = sample(toy, 'simulation', 4242, ROWS);
  const random = rowUniforms(key.split('draw', 0), 0, ROWS, undefined);
  const [mean, width] = toy.simulation;
  const ranks = rows.z.map((z, i) => {
    if (rows.x[i] !== toy.top) return normalCdf(z);
    // Inside an atom u is drawn.
    const below = normalCdf((toy.top - mean(rows.k[i])) / width(rows.k[i]));
    return below + random[i] * (1 - below);
  });
  const truthOf = (u: Float64Array): Float64Array =>
    u.map((v, i) => toy.g(toy.data[0](rows.k[i]) + toy.data[1](rows.k[i]) * Math.SQRT2 * erfinv(2 * v - 1)));
  const spec = {
    name: 'toy',
    method: 'kernel',
    variables: [toy.axis],
    given: [{ name: 'k', nodes: 25 }],
    folds: 2,
    replicas: 10,
  } as const;
  const held = { resample: [] as number[], transform: [] as number[], high: [] as number[] };
  for (let t = 0; t < TOYS; t++) {
    const data = sample(toy, 'data', 7000 + t, EVENTS);
    const simulation = sample(toy, 'simulation', 7000 + t, EVENTS);
    const to = (await templateFromColumns({ k: data.k, x: data.x }, spec)).template;
    const from = (await templateFromColumns({ k: simulation.k, x: simulation.x }, spec)).template;
    const block = { rows: ROWS, first: 0, given: [rows.k], variables: [rows.x] };
    for (const [way, u, applier] of [
      ['resample', random, resampler(to, { key, suffix: 'n' })],
      ['transform', ranks, transformer(from, to, { key, suffix: 'n' })],
    ] as const) {
      const truth = truthOf(u);
      const { x_n: value, x_n_down: down, x_n_up: up, pidflag } = applier.apply(block, newApplyCounts());
      for (let i = 0; i < ROWS; i++) {
        // Where both lie on the atom there is nothing to hold.
        if (pidflag[i] !== 0 || (truth[i] === toy.top && value[i] === toy.top)) continue;
        const inside = truth[i] >= down[i] && truth[i] <= up[i] ? 1 : 0;
        held[way].push(inside);
        if (way === 'resample' && u[i] > 0.75) held.high.push(inside);
      }
    }
  }
  const share = (list: number[]): number => list.reduce((s, v) => s + v, 0) / list.length;
  return { resample: share(held.resample), transform: share(held.transform), high: share(held.high) };
}

describe('the band of new values holds the truth for two rows in three', () => {
  for (const [name, toy] of Object.entries(toys))
    it(`${name}: resampled and transformed, over independent samples`, async () => {
      const found = await coverage(toy);
      // Rows of one sample share its fluctuations: the share scatters by 0.08 to 0.16 from sample to sample (forty samples of
      // 20 000 events), so by 0.06 at most in the mean of eight. ±0.14 round 0.70 is exceeded once in fifty changes of the
      // seeds at worst.
      for (const way of ['resample', 'transform'] as const) {
        expect(found[way]).toBeGreaterThan(0.56);
        expect(found[way]).toBeLessThan(0.84);
      }
      // Where the density ends the kernels' bias is largest.
      expect(found.high).toBeGreaterThan(0.5);
    });
});
