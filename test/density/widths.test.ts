import { describe, expect, it } from 'vitest';
import { emptyCounts, fillCounts, placesOn } from '../../src/density/fill-grid.js';
import { drawSample } from '../../src/density/evaluate.js';
import { templateFromColumns } from '../../src/density/from-blocks.js';
import { relativeDensity } from '../../src/density/relative-density.js';
import { chooseWidths, referenceWidths } from '../../src/density/widths.js';
import { integers, normals, seedKey, uniforms } from '../../src/stats/key.js';
import { correlation } from '../../src/stats/moments.js';
import { gaussianToy, plainAxis } from './toys.js';

const axis = plainAxis('x', 401, -5, 5);
const n = 4000;
// In units of the axis: 10 units of x are 1.
const optimum = (2.345 * n ** -0.2) / 10;

function sample(seed: number, weights?: Float64Array) {
  const x = normals(seedKey(seed), n);
  const counts = emptyCounts([axis]);
  const sums = Array.from({ length: 5 }, () => new Float64Array(401));
  fillCounts(counts, [axis], [placesOn(axis, x)], weights, { of: integers(seedKey(seed).split('fold'), n, 5), sums });
  return { counts, sums };
}

describe('widths', () => {
  it('of a normal distribution are 2.345 σ n^(−1/5)', () => {
    const { counts } = sample(1);
    expect(referenceWidths(counts.sumw, n, [axis])[0] / optimum).toBeCloseTo(1, 1);
  });

  it('chosen by cross-validation cost less than 15 % of the best mean squared error of a normal sample', () => {
    const error = (values: Float64Array): number =>
      values.reduce((s, v, i) => {
        const x = -5 + 10 * axis.nodes[i];
        return s + (v / (10 * n) - Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)) ** 2;
      }, 0);
    let [own, best] = [0, 0];
    const factors: number[] = [];
    for (let seed = 1; seed <= 12; seed++) {
      const { counts, sums } = sample(seed);
      const choice = chooseWidths(sums, [axis], 0, n, { approximation: 'uniform' });
      factors.push(choice.widths[0] / optimum);
      expect(choice.score).toBeGreaterThanOrEqual(choice.reference.score);
      const at = (h: number) => error(relativeDensity(counts.sumw, [axis], { widths: [h], approximation: 'uniform' }));
      own += at(choice.widths[0]);
      best += at(optimum);
    }
    // Over twelve samples: the mean squared error is flat round its minimum, the choice itself scatters by a third.
    expect(own / best).toBeLessThan(1.15);
    for (const f of factors) expect(f).toBeGreaterThan(0.45);
    for (const f of factors) expect(f).toBeLessThan(1.9);
  });

  it('are wider where negative weights leave fewer effective events', () => {
    const weights = uniforms(seedKey(9), n).map((u) => (u < 0.4 ? -1 : 1));
    const { counts } = sample(3, weights);
    const effective = counts.total ** 2 / counts.total2;
    expect(effective).toBeLessThan(0.1 * n);
    expect(referenceWidths(sample(3).counts.sumw, effective, [axis])[0]).toBeGreaterThan(1.5 * optimum);
  });
});

describe('large grids', () => {
  it('are tried with fewer nodes: the same widths within their scatter, in bounded time', async () => {
    const { k, x } = gaussianToy(5, 20_000);
    const make = (nodes: number, given: number) =>
      templateFromColumns(
        { k, x },
        {
          name: 't',
          method: 'kernel',
          variables: [{ name: 'x', nodes }],
          given: [{ name: 'k', nodes: given }],
          folds: 2,
          replicas: 0,
        },
      );
    const [small, large] = [(await make(80, 20)).template, (await make(1500, 60)).template];
    const widths = (t: typeof small) => t.facts['widths'] as number[];
    widths(large).forEach((w, i) => expect(Math.abs(Math.log(w / widths(small)[i]))).toBeLessThan(0.7));
  });
});

describe('a density of three variables and nothing given', () => {
  it('is sampled with its means and its correlation', async () => {
    const n = 20_000;
    const [a, b, c] = ['a', 'b', 'c'].map((name) => normals(seedKey(8).split(name), n));
    const y = b.map((v, i) => 0.6 * a[i] + 0.8 * v);
    const variables = ['a', 'y', 'c'].map((name) => ({ name, nodes: 24 }));
    const { template } = await templateFromColumns(
      { a, y, c },
      { name: 't', method: 'kernel', variables, given: [], folds: 0 },
    );
    const drawn = drawSample(template, seedKey(9), n);
    const rho = correlation(drawn);
    // 4/√n, and what smoothing by kernels of a quarter of the width takes.
    expect(Math.abs(rho[0][1] - 0.6)).toBeLessThan(0.06);
    expect(Math.abs(rho[0][2])).toBeLessThan(0.03);
    for (const column of drawn) expect(Math.abs(column.reduce((s, v) => s + v, 0) / n)).toBeLessThan(0.04);
  });
});
