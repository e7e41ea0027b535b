import { newApplyCounts, resampler, transformer } from '../../src/density/apply-block.js';
import type { AxisSpec, DensitySpec } from '../../src/density/density-spec.js';
import { templateFromColumns } from '../../src/density/from-blocks.js';
import { rowUniforms } from '../../src/density/row-random.js';
import type { Template } from '../../src/density/template.js';
import { flowTemplate } from '../../src/models/flow-density.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';
import { erfinv, normalCdf } from '../../src/stats/special/erf.js';

/** One variable of a chain, x = g(v), v = mean(k, v before) + width(k) z: its conditional quantiles are known for every u. */
interface Link {
  readonly mean: (k: readonly number[], before: readonly number[]) => number;
  readonly width: (k: readonly number[]) => number;
}

export interface BandToy {
  /** A given column from a uniform number. */
  readonly given: readonly { readonly from: (u: number) => number; readonly axis: AxisSpec }[];
  readonly variables: readonly {
    readonly axis: AxisSpec;
    readonly g: (v: number) => number;
    /** What g ends at: an atom. */
    readonly top?: number;
  }[];
  readonly simulation: readonly Link[];
  readonly data: readonly Link[];
}

export interface Sizes {
  readonly toys: number;
  readonly events: number;
  readonly rows: number;
  readonly replicas: number;
}

/** The share of rows whose band held the truth, in the mean of the toys, and the error of that mean. */
export interface Share {
  readonly mean: number;
  readonly error: number;
}

export interface Coverage {
  readonly resample: readonly Share[];
  readonly transform: readonly Share[];
  /** Of resampled rows with u > 0.75. */
  readonly high: readonly Share[];
}

const key = seedKey(5);
const normalQuantile = (u: number): number => Math.SQRT2 * erfinv(2 * u - 1);

interface Sample {
  readonly k: Float64Array[];
  readonly z: Float64Array[];
  readonly x: Float64Array[];
}

function latent(links: readonly Link[], k: readonly number[], z: readonly number[]): number[] {
  const v: number[] = [];
  links.forEach(({ mean, width }, j) => v.push(mean(k, v) + width(k) * z[j]));
  return v;
}

function sample(toy: BandToy, kind: 'simulation' | 'data', seed: number, n: number): Sample {
  const own = seedKey(seed).split(kind);
  const k = toy.given.map(({ from }, a) => uniforms(own.split('k', a), n).map(from));
  const z = toy.variables.map((_, j) => normals(own.split('z', j), n));
  const x = toy.variables.map(() => new Float64Array(n));
  for (let i = 0; i < n; i++) {
    const v = latent(
      toy[kind],
      k.map((c) => c[i]),
      z.map((c) => c[i]),
    );
    toy.variables.forEach(({ g }, j) => (x[j][i] = g(v[j])));
  }
  return { k, z, x };
}

/** New values that data have at shares u of their conditional distribution functions, row by row. */
function truthOf(toy: BandToy, { k }: Sample, u: readonly Float64Array[]): Float64Array[] {
  const out = u.map((c) => new Float64Array(c.length));
  for (let i = 0; i < out[0].length; i++) {
    const v = latent(
      toy.data,
      k.map((c) => c[i]),
      u.map((c) => normalQuantile(c[i])),
    );
    toy.variables.forEach(({ g }, j) => (out[j][i] = g(v[j])));
  }
  return out;
}

/** u of the rows' own values; inside an atom (of a first variable) it is drawn. */
function ranksOf(toy: BandToy, rows: Sample, random: readonly Float64Array[]): Float64Array[] {
  return rows.z.map((z, j) =>
    z.map((v, i) => {
      const { top } = toy.variables[j];
      if (rows.x[j][i] !== top) return normalCdf(v);
      const k = rows.k.map((c) => c[i]);
      const { mean, width } = toy.simulation[j];
      const below = normalCdf((top - mean(k, [])) / width(k));
      return below + random[j][i] * (1 - below);
    }),
  );
}

async function templateOf(s: Sample, toy: BandToy, spec: DensitySpec): Promise<Template> {
  const columns = Object.fromEntries([
    ...toy.given.map(({ axis }, a) => [axis.name, s.k[a]] as const),
    ...toy.variables.map(({ axis }, j) => [axis.name, s.x[j]] as const),
  ]);
  const isFlow = spec.method === 'flow';
  const { template, events } = await templateFromColumns(columns, spec, isFlow ? { keep: 1e6 } : {});
  if (!isFlow || !events) return template;
  return (await flowTemplate(template, events, { seed: spec.seed, training: { threads: 1 } })).template;
}

/** How often the bands of new values hold the truth, over independent samples of data and of simulation. */
export async function coverage(
  toy: BandToy,
  { toys, events, rows: count, replicas }: Sizes,
  more: Partial<DensitySpec> = {},
): Promise<Coverage> {
  const rows = sample(toy, 'simulation', 4242, count);
  const random = toy.variables.map((_, j) => rowUniforms(key.split('draw', j), 0, count, undefined));
  const spec: DensitySpec = {
    name: 'toy',
    method: 'kernel',
    variables: toy.variables.map((v) => v.axis),
    given: toy.given.map((g) => g.axis),
    folds: 2,
    replicas,
    ...more,
  };
  const ways = { resample: random, transform: ranksOf(toy, rows, random) };
  const held = { resample: shares(toy), transform: shares(toy), high: shares(toy) };
  for (let t = 0; t < toys; t++) {
    const to = await templateOf(sample(toy, 'data', 7000 + t, events), toy, spec);
    const from = await templateOf(sample(toy, 'simulation', 7000 + t, events), toy, spec);
    const block = { rows: count, first: 0, given: rows.k, variables: rows.x };
    for (const way of ['resample', 'transform'] as const) {
      const u = ways[way];
      const truth = truthOf(toy, rows, u);
      const applier =
        way === 'resample' ? resampler(to, { key, suffix: 'n' }) : transformer(from, to, { key, suffix: 'n' });
      const found = applier.apply(block, newApplyCounts()) as Record<string, Float64Array>;
      toy.variables.forEach(({ axis: { name }, top }, j) => {
        const [value, down, up] = [found[`${name}_n`], found[`${name}_n_down`], found[`${name}_n_up`]];
        const [all, high] = [tally(), tally()];
        for (let i = 0; i < count; i++) {
          // Where both lie on the atom there is nothing to hold.
          if (found['pidflag'][i] !== 0 || (truth[j][i] === top && value[i] === top)) continue;
          const inside = truth[j][i] >= down[i] && truth[j][i] <= up[i];
          all.add(inside);
          if (u[j][i] > 0.75) high.add(inside);
        }
        held[way][j].push(all.share());
        if (way === 'resample') held.high[j].push(high.share());
      });
    }
  }
  const told = (list: number[][]): Share[] => list.map(meanOf);
  return { resample: told(held.resample), transform: told(held.transform), high: told(held.high) };
}

const shares = (toy: BandToy): number[][] => toy.variables.map(() => []);

function tally() {
  let [held, all] = [0, 0];
  return {
    add(inside: boolean): void {
      all++;
      if (inside) held++;
    },
    share: (): number => held / all,
  };
}

function meanOf(list: readonly number[]): Share {
  const n = list.length;
  const mean = list.reduce((s, v) => s + v, 0) / n;
  return { mean, error: Math.sqrt(list.reduce((s, v) => s + (v - mean) ** 2, 0) / Math.max(1, n - 1) / n) };
}

const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));
/** A spectrum that falls by a factor of thirty. */
const momentum = (u: number): number => 0.3 - 1.1 * Math.log(1 - u * (1 - Math.exp(-3.7 / 1.1)));
const separation = (scale: number, angle = 0): Link => {
  const d = (k: readonly number[]): number => (scale * 12 * (1 + angle * (k[1] ?? 0))) / (0.6 + k[0] * k[0]);
  return { mean: d, width: (k) => Math.sqrt(2 * d(k)) };
};
const identification: AxisSpec = { name: 'x', nodes: 80, transform: 'logit' };

/** The first of them, and a second identification that goes with it. */
function chain(given: number, nodes: number): BandToy {
  return {
    given: [{ from: momentum, axis: { name: 'p', nodes: given } }],
    variables: [
      { axis: { ...identification, nodes }, g: sigmoid },
      { axis: { ...identification, name: 'y', nodes }, g: sigmoid },
    ],
    simulation: [separation(1.15), { mean: ([p], [v]) => 0.5 * v + 1 / p, width: () => 1.2 }],
    data: [separation(1), { mean: ([p], [v]) => 0.35 * v + 0.8 / p, width: () => 1.4 }],
  };
}

export const bandToys = {
  // A probability piled up at 1, most of all at low momentum.
  identification: {
    given: [{ from: momentum, axis: { name: 'p', nodes: 25 } }],
    variables: [{ axis: identification, g: sigmoid }],
    simulation: [separation(1.15)],
    data: [separation(1)],
  },
  // A tenth of the data to a quarter of them lie on the upper end.
  atom: {
    given: [{ from: (u) => u, axis: { name: 'k', nodes: 25 } }],
    variables: [{ axis: { name: 'x', nodes: 80 }, g: (v) => Math.min(v, 1.8), top: 1.8 }],
    simulation: [{ mean: ([k]) => k, width: ([k]) => 1 + 0.3 * k }],
    data: [{ mean: ([k]) => 0.4 + 0.6 * k, width: ([k]) => 0.9 + 0.3 * k }],
  },
  // The first of them, depending on an angle as well.
  twoGiven: {
    given: [
      { from: momentum, axis: { name: 'p', nodes: 20 } },
      { from: (u) => -0.866 + 1.822 * u, axis: { name: 'cosTheta', nodes: 10 } },
    ],
    variables: [{ axis: identification, g: sigmoid }],
    simulation: [separation(1.15, 0.3)],
    data: [separation(1, 0.2)],
  },
  chain: chain(20, 80),
  smallChain: chain(12, 40),
} satisfies Record<string, BandToy>;
