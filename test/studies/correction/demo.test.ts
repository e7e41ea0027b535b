import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readdirSync } from 'node:fs';
import { sha256 } from '../../../src/base/hash.js';
import { openStore } from '../../../src/events/store.js';
import { distortedLog10Ip } from '../../../src/physics/impact-parameter.js';
import { orderPlan } from '../../../src/runs/plan.js';
import { correctionDemo } from '../../../src/studies/correction/demo.js';
import { demoStudies } from '../../../src/studies/correction/demo-files.js';
import type { CorrectionStudy } from '../../../src/studies/correction/schema.js';
import { readStudy } from '../../../src/studies/read.js';
import { temporaryFolder } from '../../helpers/toy-run.js';
import { planOf } from './plan-study.js';

const home = temporaryFolder();
const dir = path.join(home, 'demo');
let study: string;

beforeAll(async () => {
  study = await correctionDemo.write(dir, { quick: true });
});

async function columns(file: string, names: readonly string[]) {
  const store = await openStore({ cache: path.join(home, 'cache') });
  try {
    const table = await store.open({ files: [path.join(dir, file)] });
    return await table.read(Object.fromEntries(names.map((n) => [n, n])));
  } finally {
    await store.close();
  }
}

test('the demo’s study is the first of its files', () => {
  expect(path.basename(study)).toBe('correction.yaml');
  expect(readdirSync(dir)).toEqual(expect.arrayContaining(Object.keys(demoStudies)));
});

describe.each(Object.keys(demoStudies))('%s', (name) => {
  test('can be read and planned, quick or not', async () => {
    const read = await readStudy(path.join(dir, name));
    expect(read.definition.name).toBe('correction');
    for (const quick of [false, true]) {
      const plan = await planOf(read.study as CorrectionStudy, quick, path.join(home, 'cache'));
      expect(orderPlan(plan).at(-1)?.id).toBe('report');
    }
  });
});

test('the same seed, the same bytes; another seed, other events', async () => {
  const digests = async (folder: string, seed?: number) => {
    const at = path.join(home, folder);
    await correctionDemo.write(at, { quick: true, ...(seed === undefined ? {} : { seed }) });
    const names = readdirSync(at).sort();
    return Promise.all(names.map(async (name) => `${name} ${sha256(await readFile(path.join(at, name)))}`));
  };
  const first = await digests('again');
  expect(await digests('demo')).toEqual(first);
  const other = await digests('other', 2);
  const different = other.filter((line, i) => line !== first[i]).map((line) => line.split(' ')[0]);
  expect(different.filter((name) => !name.endsWith('.yaml'))).toHaveLength(6);
});

test('the truth in the study file is the generator’s own', async () => {
  const read = await readStudy(study);
  const { truth } = read.study as CorrectionStudy;
  const { ip, pt, [truth['ip']]: expected } = await columns('simulation.parquet', ['ip', 'pt', truth['ip']]);
  ip.slice(0, 500).forEach((v, i) => {
    expect(Math.log10(expected[i])).toBeCloseTo(distortedLog10Ip(Math.log10(v), pt[i]), 10);
  });
});

test('the two-dimensional toy has the means, widths and correlation of its description', async () => {
  const mean = (v: Float64Array): number => v.reduce((a, b) => a + b, 0) / v.length;
  const covariance = (a: Float64Array, b: Float64Array): number => {
    const [meanA, meanB] = [mean(a), mean(b)];
    return mean(a.map((v, i) => (v - meanA) * (b[i] - meanB)));
  };
  const [simulation, data] = [
    await columns('toy_simulation.csv', ['x', 'y']),
    await columns('toy_data.csv', ['x', 'y']),
  ];
  // 10 000 events: means are known to 0.02, products of deviations to 0.06; 4 σ.
  for (const name of ['x', 'y']) {
    expect(Math.abs(mean(simulation[name]) - 5)).toBeLessThan(0.08);
    expect(Math.abs(covariance(simulation[name], simulation[name]) - 4)).toBeLessThan(0.24);
  }
  expect(Math.abs(covariance(simulation['x'], simulation['y']))).toBeLessThan(0.16);
  expect(Math.abs(mean(data['x']) - 5.5)).toBeLessThan(0.08);
  // Cov(x, y) = 1.8 · 0.8; Var(y) = 1.9² + 0.8².
  expect(Math.abs(covariance(data['x'], data['y']) - 1.44)).toBeLessThan(0.16);
  expect(Math.abs(covariance(data['y'], data['y']) - 4.25)).toBeLessThan(0.25);
});
