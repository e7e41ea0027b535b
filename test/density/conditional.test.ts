import { describe, expect, it } from 'vitest';
import {
  makeChain,
  newStanding,
  newValues,
  placeValues,
  sharesOf,
  stand,
  surround,
  valuesOf,
} from '../../src/density/chain.js';
import { densityAt, distributionAt, drawSample } from '../../src/density/evaluate.js';
import { templateFromColumns } from '../../src/density/from-blocks.js';
import { coordinate } from '../../src/density/grid-axis.js';
import { ksTwoSample } from '../../src/stats/ks.js';
import { seedKey, uniforms } from '../../src/stats/key.js';
import { normalCdf } from '../../src/stats/special/erf.js';
import { gaussianToy } from './toys.js';

const spec = {
  name: 'toy',
  method: 'kernel',
  variables: [{ name: 'x', nodes: 80 }],
  given: [{ name: 'k', nodes: 15 }],
  folds: 3,
  widthsFactor: 1,
} as const;

describe('conditional distribution functions', () => {
  for (const method of ['kernel', 'histogram'] as const)
    it(`${method}: follows the known F(x | k) of a Gaussian whose mean and width depend on k`, async () => {
      const n = 60_000;
      const { k, x } = gaussianToy(1, n);
      const own =
        method === 'histogram'
          ? { ...spec, method, given: [{ name: 'k', nodes: 40 }], variables: [{ name: 'x', nodes: 70 }] }
          : spec;
      const { template } = await templateFromColumns({ k, x }, own);
      const at = Float64Array.from([0.05, 0.3, 0.5, 0.8, 0.95]);
      const edges = Array.from({ length: 41 }, (_, i) => -2 + 0.17 * i);
      const found = distributionAt(template, [at], at.length, edges);
      let worst = 0;
      at.forEach((v, row) =>
        edges.forEach((e, j) => {
          const truth = normalCdf((e - 2 * v) / (1 + 0.5 * v));
          worst = Math.max(worst, Math.abs(found[row * edges.length + j] - truth));
        }),
      );
      // About 60 000/10 events are near each k: √(¼/6000) = 0.0065 a point; five times that, and the grid's own bias.
      expect(worst).toBeLessThan(0.033);
    });

  it('rises everywhere and is undone by its inverse, with weights of either sign', async () => {
    const { k, x } = gaussianToy(2, 3000);
    const weights = uniforms(seedKey(3), 3000).map((u) => (u < 0.3 ? -1 : 1.2));
    const { template } = await templateFromColumns({ k, x }, { ...spec, widths: [0.1, 0.03] }, { weights });
    expect(template.variations['nominal'].clipped).toBeGreaterThan(0);
    const chain = makeChain(template, 'nominal');
    const standing = newStanding(chain);
    const places = newValues(chain);
    const [axis] = template.variables;
    const [u, back, value] = [new Float64Array(1), new Float64Array(1), new Float64Array(1)];
    for (const at of [0.02, 0.31, 0.77]) {
      let before = -1;
      for (let i = 0; i <= 200; i++) {
        value[0] = axis.normaliser.x[0] + (i / 200) * ((axis.normaliser.x.at(-1) as number) - axis.normaliser.x[0]);
        stand(standing, 0, template.given[0], coordinate(template.given[0], at), -1);
        placeValues(chain, standing, value, places);
        expect(sharesOf(chain, places, [0], u)).toBe(true);
        expect(u[0]).toBeGreaterThanOrEqual(before);
        before = u[0];
        surround(chain, 0, standing);
        expect(valuesOf(chain, standing, u, back)).toBe(true);
        // Where the density was set to zero many values have one u; their inverse has that u too.
        const again = new Float64Array(1);
        placeValues(chain, standing, back, places);
        sharesOf(chain, places, [0], again);
        expect(again[0]).toBeCloseTo(u[0], 9);
      }
      expect(before).toBeCloseTo(1, 12);
    }
  });

  it('has atoms: their share for given k, their value to the bit, and u spread over their jump', async () => {
    const n = 40_000;
    const { k, x } = gaussianToy(4, n);
    const pick = uniforms(seedKey(5), n);
    // The share at −999 falls from 0.4 to 0.1 with k, that at 1 is 0.05.
    const piled = x.map((v, i) => (pick[i] < 0.4 - 0.3 * k[i] ? -999 : pick[i] > 0.95 ? 1 : v));
    const { template } = await templateFromColumns({ k, x: piled }, spec);
    expect(template.variables[0].atoms.map((a) => a.value)).toEqual([-999, 1]);
    const given = [Float64Array.from([0.1, 0.5, 0.9])];
    const low = distributionAt(template, given, 3, [-999.5, -999, -998]);
    [0.37, 0.25, 0.13].forEach((share, row) => {
      expect(low[3 * row]).toBe(0);
      // √(0.25/(40 000/8)) = 0.007: four times that.
      expect(Math.abs(low[3 * row + 1] - share)).toBeLessThan(0.028);
      expect(low[3 * row + 2]).toBeCloseTo(low[3 * row + 1], 12);
    });
    const [drawn] = drawSample(template, seedKey(6), n, [k]);
    const share = (values: Float64Array, at: number): number => values.filter((v) => v === at).length / values.length;
    for (const at of [-999, 1])
      expect(Math.abs(share(drawn, at) - share(piled, at))).toBeLessThan(4 * Math.sqrt(0.25 / n) + 0.003);
    expect(ksTwoSample({ values: drawn }, { values: piled }).statistic).toBeLessThan(1.95 * Math.sqrt(2 / n) + 0.003);
  });

  it('integrates to one over the variable, in its own unit', async () => {
    const { k, x } = gaussianToy(7, 20_000);
    const { template } = await templateFromColumns(
      { k, x },
      { ...spec, variables: [{ name: 'x', nodes: 80, normaliser: 'gauss' }] },
    );
    const low = template.variables[0].normaliser.x[0];
    const high = template.variables[0].normaliser.x.at(-1) as number;
    const m = 20_000;
    const points = Float64Array.from({ length: m }, (_, i) => low + ((i + 0.5) / m) * (high - low));
    for (const at of [0.2, 0.6]) {
      const f = densityAt(template, [new Float64Array(m).fill(at)], [points]);
      expect(f.reduce((s, v) => s + v, 0) * ((high - low) / m)).toBeCloseTo(1, 3);
    }
  });
});
