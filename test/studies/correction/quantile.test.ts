import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeTable } from '../../../src/events/write-table.js';
import { normals, seedKey } from '../../../src/stats/key.js';
import { readPrepared, trainingRows, type PrepareParams } from '../../../src/studies/correction/prepare.js';
import { readTable } from '../../../src/studies/correction/quantile.js';
import { evaluateTable, quantileMap } from '../../../src/studies/correction/quantile-map.js';
import { temporaryFolder } from '../../helpers/toy-run.js';
import { planOf, studyOf } from './plan-study.js';
import { runTasks } from './run-tasks.js';

const home = temporaryFolder();
const ROWS = 2000;
const values = (name: string): Float64Array => normals(seedKey(161).split(name), ROWS);
const w = values('mc').map((_, i) => (i % 6 === 1 ? -1 : 1));

beforeAll(async () => {
  const mc = values('mc');
  const put = (name: string, x: Float64Array, weights: Float64Array) =>
    writeTable(path.join(home, name), [
      { name: 'x', values: x },
      { name: 'w', values: weights },
    ]);
  await put('a.parquet', mc.slice(0, 700), w.slice(0, 700));
  await put('b.csv', mc.slice(700), w.slice(700));
  await put('whole.parquet', mc, w);
  await put(
    'data.parquet',
    values('data').map((z) => 1 + 2 * z),
    w,
  );
});

async function table(simulation: string, more = '') {
  const study = studyOf(
    `samples: { simulation: ${simulation}, data: { files: data.parquet, weight: w } }\nvariables: [x]\nmethod: quantile\n${more}`,
    home,
  );
  const { folder, result } = await runTasks(study, 'quantile', { dir: mkdtempSync(path.join(home, 'run-')) });
  const params = (await planOf(study)).tasks[0].params as unknown as PrepareParams;
  return { table: await readTable(folder('quantile')), folder, result, params };
}

describe('the task of the exact map', () => {
  const two = '{ files: [a.parquet, b.csv], weight: w }';

  test('two files with weights of either sign are one sample: the same map as of one file, near the truth 1 + 2x', async () => {
    const { table: of2 } = await table(two, 'replicas: 10\n');
    const { table: of1 } = await table('{ files: whole.parquet, weight: w }', 'replicas: 10\n');
    expect(of2.x).toEqual(of1.x);
    expect(of2.y).toEqual(of1.y);
    const at = Float64Array.of(-1.5, -0.5, 0, 0.5, 1.5);
    // Some 600 effective training events a side: the map's error is about 0.13 at the middle, 0.2 outside.
    evaluateTable(of2, at).forEach((y, i) => expect(Math.abs(y - 1 - 2 * at[i])).toBeLessThan(0.7));
    expect(of2.y.every((y, k) => k === 0 || y >= of2.y[k - 1])).toBe(true);
  });

  test('is learnt from training events alone, and read as it was made', async () => {
    const { table: read, folder, result, params } = await table(two, 'replicas: 3\nholdOut: 0.5\n');
    const sample = async (name: 'simulation' | 'data') => {
      const { variables, weights } = trainingRows(await readPrepared(folder('prepare'), name, params));
      return { values: variables[0], weights };
    };
    const made = quantileMap(await sample('simulation'), await sample('data'), { key: seedKey(1), replicas: 0 });
    expect(read.x).toEqual(made.x);
    expect(read.y).toEqual(made.y);
    expect(read.replicas).toHaveLength(3);
    expect(result).toEqual({ knots: made.x.length });
    read.sigma.forEach((s, k) => {
      expect(read.high[k]).toBe(read.y[k] + s);
      expect(read.low[k]).toBe(read.y[k] - s);
    });
  });

  test('without replicas it has no band', async () => {
    const { table: read } = await table(two, 'replicas: 0\n');
    expect(read.replicas).toEqual([]);
    expect(read.sigma.every((s) => s === 0)).toBe(true);
  });
});
