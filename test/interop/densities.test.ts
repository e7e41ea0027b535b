import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { densityAt, distributionAt } from '../../src/density/evaluate.js';
import { templateFromColumns } from '../../src/density/from-blocks.js';
import { saveTemplate } from '../../src/density/store.js';
import { writeTable } from '../../src/events/write-table.js';
import { normals, seedKey } from '../../src/stats/key.js';
import { gaussianToy } from '../density/toys.js';

const python = process.env['DATAMC_PYTHON'] ?? 'python3';
const dir = mkdtempSync(path.join(os.tmpdir(), 'datamc-interop-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('NumPy reads a saved density; SciPy smooths, integrates and estimates as datamc does', async () => {
  const { k, x } = gaussianToy(3, 5000);
  const normal = normals(seedKey(4), 3000);
  await writeTable(path.join(dir, 'toy.csv'), [
    { name: 'k', values: k },
    { name: 'x', values: x },
  ]);
  await writeTable(path.join(dir, 'normal.csv'), [{ name: 'z', values: normal }]);
  const plain = { normaliser: 'scale' } as const;
  const histogram = await templateFromColumns(
    { k, x },
    {
      name: 'histogram',
      method: 'histogram',
      variables: [{ name: 'x', nodes: 30, range: [-5, 8], ...plain }],
      given: [{ name: 'k', nodes: 12, range: [0, 1], ...plain }],
      widths: [1.5, 2],
    },
  );
  const kernel = await templateFromColumns(
    { k, x },
    {
      name: 'kernel',
      method: 'kernel',
      variables: [{ name: 'x', nodes: 50 }],
      given: [{ name: 'k', nodes: 9 }],
      folds: 2,
    },
  );
  await saveTemplate(path.join(dir, 'histogram.json'), histogram.template);
  await saveTemplate(path.join(dir, 'kernel.json'), kernel.template);
  const found = JSON.parse(
    execFileSync(python, [path.resolve('test/interop/densities.py'), dir], { encoding: 'utf8' }),
  ) as { histogram: number; cdf: number[][]; kde: number[] };

  expect(found.histogram).toBeLessThan(1e-12);

  const edges = Array.from({ length: 12 }, (_, i) => -1.5 + (5.5 * i) / 11);
  const cdf = distributionAt(kernel.template, [Float64Array.of(0.1, 0.45, 0.93)], 3, edges);
  // NumPy's fine grid of trapezoids is good to (1/20 000)².
  found.cdf.flat().forEach((v, i) => expect(Math.abs(v - cdf[i])).toBeLessThan(1e-6));

  const one = { name: 'z', method: 'kernel', variables: [{ name: 'z', nodes: 400, ...plain }], given: [] } as const;
  const own = await templateFromColumns({ z: normal }, { ...one, folds: 0, approximation: 'uniform', refinements: 0 });
  const points = Float64Array.from({ length: 21 }, (_, i) => -2 + 0.2 * i);
  const density = densityAt(own.template, [], [points]);
  // Two kernels of the same smoothing: a normal and a parabola differ by a few per cent of the peak.
  found.kde.forEach((v, i) => expect(Math.abs(v - density[i])).toBeLessThan(0.012));
});
