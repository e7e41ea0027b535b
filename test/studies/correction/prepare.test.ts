import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeTable } from '../../../src/events/write-table.js';
import { normals, seedKey } from '../../../src/stats/key.js';
import {
  judgingRows,
  readPrepared,
  trainingRows,
  type PrepareParams,
  type PrepareResult,
  type SampleName,
} from '../../../src/studies/correction/prepare.js';
import { temporaryFolder } from '../../helpers/toy-run.js';
import { planOf, studyOf } from './plan-study.js';
import { runTasks } from './run-tasks.js';

const home = temporaryFolder();
const ROWS = 400;
const x = normals(seedKey(151).split('x'), ROWS).map((z) => Math.exp(z));
const y = normals(seedKey(151).split('y'), ROWS);
const w = x.map((_, i) => (i % 5 === 2 ? -1 : 1));
const odd = x.slice();
[odd[0], odd[1], odd[2], odd[390], odd[399]] = [NaN, Infinity, 0, -3, -Infinity];

const cut = (from: number, to: number, values: Float64Array) =>
  [
    { name: 'x', values },
    { name: 'y', values: y },
    { name: 'w', values: w },
    { name: 'truth', values: x.map((v) => 2 * v) },
  ].map(({ name, values: v }) => ({ name, values: v.slice(from, to) }));

beforeAll(async () => {
  await writeTable(path.join(home, 'first.parquet'), cut(0, 150, odd));
  await writeTable(path.join(home, 'second.csv'), cut(150, ROWS, odd));
  await writeTable(path.join(home, 'whole.parquet'), cut(0, ROWS, odd));
  await writeTable(path.join(home, 'data.parquet'), cut(0, ROWS, x));
});

const study = (simulation: string, more = '') =>
  studyOf(
    `samples: { simulation: ${simulation}, data: data.parquet }
variables: [{ column: x, transform: log10 }]
given: [y]
compare: [w]
truth: { x: truth }
${more}`,
    home,
  );

async function prepared(simulation: string, more = '', quick = false) {
  const dir = mkdtempSync(path.join(home, 'run-'));
  const s = study(simulation, more);
  const { folder, result, outcome } = await runTasks(s, 'prepare', { dir, quick });
  const params = (await planOf(s, quick)).tasks[0].params as unknown as PrepareParams;
  return {
    counts: (result as unknown as PrepareResult).samples,
    warnings: outcome.warnings.map(({ message, count }) => `${count} × ${message}`),
    read: (name: SampleName) => readPrepared(folder('prepare'), name, params),
  };
}

describe('two files with weights of either sign', () => {
  test('are one sample: the same rows, weights and hold-out as of one file', async () => {
    const two = await prepared('{ files: [first.parquet, second.csv], weight: w }');
    const one = await prepared('{ files: whole.parquet, weight: w }');
    expect(two.counts).toEqual(one.counts);
    expect(await two.read('simulation')).toEqual(await one.read('simulation'));
    expect(await two.read('data')).toEqual(await one.read('data'));
    const { weights, variables } = await two.read('simulation');
    const used = Array.from(x.keys()).filter((i) => ![0, 1, 2, 390, 399].includes(i));
    expect([...weights]).toEqual(used.map((i) => w[i]));
    expect([...variables[0]]).toEqual(used.map((i) => Math.log10(x[i])));
  });

  test('rows that cannot be used are counted by cause, over both files', async () => {
    const { counts, warnings } = await prepared('{ files: [first.parquet, second.csv], weight: w }');
    expect(counts.simulation).toMatchObject({
      rows: ROWS,
      used: ROWS - 5,
      bad: { x: { nan: 1, infinite: 2, outside: 2 }, y: { nan: 0, infinite: 0, outside: 0 } },
    });
    const signs = Array.from(w).filter((_, i) => ![0, 1, 2, 390, 399].includes(i));
    const sum = signs.reduce((a, b) => a + b, 0);
    expect(counts.simulation.sumOfWeights).toBe(sum);
    expect(counts.simulation.effective).toBeCloseTo(sum ** 2 / signs.length, 9);
    expect(warnings).toEqual([
      '1 × NaN in "x" of simulation: not used, passed through unchanged',
      '2 × infinite values in "x" of simulation: not used, passed through unchanged',
      '2 × values of "x" of simulation that are not positive, as log10 needs: not used, passed through unchanged',
    ]);
  });
});

test('everything is on its learning scale, the truth too; only simulation has one', async () => {
  const { read } = await prepared('whole.parquet');
  const [simulation, data] = [await read('simulation'), await read('data')];
  simulation.truth[0]?.forEach((t, i) => expect(t).toBeCloseTo(simulation.variables[0][i] + Math.log10(2), 12));
  expect(data.truth).toEqual([undefined]);
  expect(data.given[0]).toEqual(y);
  expect(data.compare[0]).toEqual(w);
  expect([...data.weights]).toEqual(Array.from(w, () => 1));
});

test('training and judging rows are all rows, each once; none held out, and all do both', async () => {
  const { read, counts } = await prepared('whole.parquet', 'holdOut: 0.25\n');
  const data = await read('data');
  const [training, judging] = [trainingRows(data), judgingRows(data)];
  expect(judging.weights).toHaveLength(counts.data.heldOut);
  expect([...training.variables[0], ...judging.variables[0]].sort()).toEqual([...data.variables[0]].sort());
  // 4 σ of 400 tries at 0.25 are 35: one false alarm in 16 000 seeds.
  expect(Math.abs(counts.data.heldOut - 100)).toBeLessThan(35);
  const all = await (await prepared('whole.parquet', 'holdOut: 0\n')).read('data');
  expect(trainingRows(all)).toEqual(all);
  expect(judgingRows(all)).toBe(all);
});

test('cuts of the study and of the sample apply, and a selection of entries', async () => {
  const { counts } = await prepared('{ files: whole.parquet, select: y > 0 }', 'select: x < 2\n');
  const [both, one] = [
    Array.from(odd.keys()).filter((i) => y[i] > 0 && odd[i] < 2).length,
    Array.from(x.keys()).filter((i) => x[i] < 2).length,
  ];
  expect(counts.simulation.rows).toBe(both);
  expect(counts.data.rows).toBe(one);
  expect((await prepared('{ files: [first.parquet, second.csv], entries: 200 }')).counts.simulation.rows).toBe(200);
});

test.each([
  ['weights that add up to nothing', '{ files: whole.parquet, weight: "-1" }', 'correction.weights'],
  ['no usable value', '{ files: whole.parquet, select: x < 0 }', 'correction.no-usable-rows'],
  ['a cut that leaves nothing', '{ files: whole.parquet, select: y > 100 }', 'events.empty-selection'],
])('%s: told in two lines', async (_, simulation, code) => {
  const failed = prepared(simulation);
  await expect(failed).rejects.toThrow(code);
});
