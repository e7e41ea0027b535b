import { expect, test } from 'vitest';
import type { DatamcError } from '../../../../src/base/error.js';
import { newApplyCounts, transformer } from '../../../../src/density/apply-block.js';
import { distributionAt } from '../../../../src/density/evaluate.js';
import { templateFromColumns } from '../../../../src/density/from-blocks.js';
import { evaluateCorrection } from '../../../../src/formats/correctionlib/evaluate.js';
import { seedKey } from '../../../../src/stats/key.js';
import { densityMap } from '../../../../src/studies/pid/densities/density-map.js';
import { gaussianToy } from '../../../density/toys.js';

const spec = {
  name: 'toy',
  method: 'kernel',
  variables: [{ name: 'x', nodes: 40 }],
  given: [{ name: 'k', nodes: 6 }],
  folds: 0,
  replicas: 2,
} as const;
const n = 5000;
const data = gaussianToy(21, n, { mean: 1, slope: -1, width: 0.7, growth: 0.4 });
const simulation = gaussianToy(22, n);
const of = async ({ k, x }: { k: Float64Array; x: Float64Array }) =>
  (await templateFromColumns({ k, x }, spec)).template;
const [dataTemplate, simulationTemplate] = [await of(data), await of(simulation)];

test('transform: what the file gives is what transform gives, and its band', async () => {
  const { correction } = await densityMap(dataTemplate, simulationTemplate, 60);
  expect(correction.inputs.map((i) => i.name)).toEqual(['variation', 'k', 'x']);
  const exact = transformer(simulationTemplate, dataTemplate, { key: seedKey(1), outside: 'clamp', suffix: 'm' }).apply(
    { rows: n, first: 0, given: [simulation.k], variables: [simulation.x] },
    newApplyCounts(),
  );
  const range = 6;
  for (const [variation, column] of [
    ['nominal', 'x_m'],
    ['up', 'x_m_up'],
    ['down', 'x_m_down'],
  ]) {
    const got = evaluateCorrection(correction, { variation, k: simulation.k, x: simulation.x });
    const off = got.map((v, i) => Math.abs(v - exact[column][i])).sort();
    expect(off[Math.floor(0.95 * n)], variation).toBeLessThan(0.01 * range);
    expect(off[n - 1], variation).toBeLessThan(0.1 * range);
  }
});

test('equal densities are the identity', async () => {
  const { correction } = await densityMap(dataTemplate, dataTemplate, 40);
  const got = evaluateCorrection(correction, { variation: 'nominal', k: data.k, x: data.x });
  got.forEach((v, i) => Math.abs(v - data.x[i]) < 1e-9 || expect(v).toBeCloseTo(data.x[i], 9));
});

test('resample: u becomes the value at that rank', async () => {
  const { correction } = await densityMap(dataTemplate, undefined, 60);
  expect(correction.inputs.map((i) => i.name)).toEqual(['variation', 'k', 'u']);
  const u = Float64Array.of(0.05, 0.2, 0.5, 0.8, 0.95);
  // At a node of the given column, where nothing is interpolated.
  const k = Float64Array.from(u, () => dataTemplate.given[0].normaliser.x[0]);
  const x = evaluateCorrection(correction, { variation: 'nominal', k, u });
  const F = distributionAt(dataTemplate, [k], u.length, x);
  u.forEach((p, i) => expect(F[i * u.length + i]).toBeCloseTo(p, 2));
});

test('what a correction cannot hold is refused with the way out', async () => {
  const saturated = { ...data, x: data.x.map((v, i) => (i % 3 ? v : 0)) };
  const error = await densityMap(await of(saturated), simulationTemplate).catch((e: unknown) => e as DatamcError);
  expect((error as DatamcError).data).toMatchObject({ code: 'density.map' });
});
