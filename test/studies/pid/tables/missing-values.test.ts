import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type EventStore, type EventTable } from '../../../../src/events/store.js';
import { writeTable } from '../../../../src/events/write-table.js';
import { comparedIn, warnOfMissing } from '../../../../src/studies/pid/tables/missing-values.js';
import { temporaryFolder } from '../../../helpers/toy-run.js';

const dir = temporaryFolder();
let store: EventStore;
let table: EventTable;

beforeAll(async () => {
  const file = path.join(dir, 'k.parquet');
  const values = (f: (i: number) => number) => Float64Array.from({ length: 100 }, (_, i) => f(i));
  await writeTable(file, [
    { name: 'id', values: values((i) => (i % 10 ? 0.5 : NaN)) },
    { name: 'other', values: values((i) => (i < 50 ? NaN : i)) },
    { name: 'p', values: values((i) => i) },
    { name: 'probNN', values: values((i) => (i % 4 ? 0.5 : i % 8 ? -999 : -1000)) },
    { name: 'mass', values: values((i) => 900 + i) },
  ]);
  store = await openStore({ cache: dir });
  table = await store.open({ files: [file] });
});
afterAll(() => store.close());

test('conditions are counted in one pass', async () => {
  expect(await table.countEach(['isnan(id)', 'p > 89', 'id > 0.4'])).toEqual({ rows: 100, each: [10, 10, 90] });
  expect(await table.countEach(['isnan(id)', 'isnan(other)'], 'p < 60 or p == 99')).toEqual({
    rows: 61,
    each: [6, 50],
  });
  expect(await table.countEach([], 'p < 0')).toEqual({ rows: 0, each: [] });
});

test('a cut compares what is no constant', () => {
  expect(comparedIn('0.5 < id <= 1 and abs(p) > -1 or not other == 3')).toEqual(['id', 'abs(p)', 'other']);
});

const warnings = async (cuts: readonly string[], select?: string): Promise<unknown[]> => {
  const told: unknown[] = [];
  const warn = (message: string, count?: number): void => void told.push([message, count]);
  await warnOfMissing(
    [
      { table, select },
      { table, select: 'p > 79 or p < 0' },
    ],
    cuts,
    { whose: 'K in data', at: 'cut', warn },
  );
  return told;
};

test('candidates without a value are summed over the sources, variable by variable', async () => {
  expect(await warnings(['id > 0.6', 'id > 0.4 and p > 3'])).toEqual([
    ['K in data: id has no value, which fails the cut', 12],
  ]);
  expect(await warnings(['other > 0.6 and id > 0'], 'p < 60 or p > 98')).toEqual([
    ['K in data: other has no value, which fails the cut', 50],
    ['K in data: id has no value, which fails the cut', 8],
  ]);
  expect(await warnings(['p > 0.6'])).toEqual([]);
});

test('numbers in the place of no value are counted and named; the same number among real ones is not', async () => {
  expect(await warnings(['probNN > 0.6'], 'p < 80')).toEqual([
    ['K in data: probNN is -999, which looks like no value; cuts take it as it is', 12],
    ['K in data: probNN is -1000, which looks like no value; cuts take it as it is', 13],
  ]);
  expect(await warnings(['mass > 950'])).toEqual([]);
});

test('no value at all ends the work', async () => {
  await expect(
    warnOfMissing([{ table, select: 'p < 20' }], ['p > 1', 'other > 1'], { whose: 'K in data', at: 'tables[0].cut' }),
  ).rejects.toMatchObject({
    status: 2,
    data: { path: 'tables[0].cut', message: '"other" has no value in any of the 20 candidates of K in data' },
  });
});
