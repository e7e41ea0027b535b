import { describe, expect, it } from 'vitest';
import { distributionAt } from '../../src/density/evaluate.js';
import { templateFromColumns } from '../../src/density/from-blocks.js';
import { flowTemplate } from '../../src/models/flow-density.js';
import { uniforms, seedKey } from '../../src/stats/key.js';
import { normalCdf } from '../../src/stats/special/erf.js';
import { gaussianToy } from '../density/toys.js';

describe('a conditional flow as a density', () => {
  it('follows the known F(x | k) beside an atom, and its variations differ from it a little', async () => {
    const n = 12_000;
    const { k, x } = gaussianToy(31, n);
    const u = uniforms(seedKey(32), n);
    const piled = x.map((v, i) => (u[i] < 0.2 * k[i] ? 9 : v));
    const spec = {
      name: 'flow',
      method: 'flow',
      variables: [{ name: 'x', nodes: 60 }],
      given: [{ name: 'k', nodes: 8 }],
      folds: 0,
      replicas: 1,
      widthsFactor: 1,
    } as const;
    const made = await templateFromColumns({ k, x: piled }, spec, {
      keep: 20_000,
      otherWeights: { tilted: k.map((v) => 0.5 + v) },
    });
    const { template, score } = await flowTemplate(made.template, made.events as NonNullable<typeof made.events>, {
      flow: { hidden: [16], bins: 8 },
      training: { epochs: 12, batch: 512 },
      variationEpochs: 3,
    });
    expect(template.method).toBe('flow');
    expect(Number.isFinite(score)).toBe(true);
    const at = Float64Array.of(0.15, 0.5, 0.85);
    const edges = Array.from({ length: 30 }, (_, i) => -2.5 + 0.25 * i);
    const found = distributionAt(template, [at], 3, edges);
    const spread = (name: string): number =>
      distributionAt(template, [at], 3, edges, name).reduce((most, v, i) => Math.max(most, Math.abs(v - found[i])), 0);
    let worst = 0;
    at.forEach((v, row) =>
      edges.forEach((e, j) => {
        const truth = (1 - 0.2 * v) * normalCdf((e - 2 * v) / (1 + 0.5 * v));
        worst = Math.max(worst, Math.abs(found[row * edges.length + j] - truth));
      }),
    );
    // √(¼ · 8/12 000) = 0.013 for kernels of an eighth; the flow knows all k together and stays below three times that.
    expect(worst).toBeLessThan(0.04);
    for (const name of ['stat0', 'syst_tilted']) {
      expect(spread(name)).toBeGreaterThan(1e-4);
      expect(spread(name)).toBeLessThan(0.05);
    }
  });
});
