import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type EventStore, type EventTable } from '../../../src/events/store.js';
import { writeTable } from '../../../src/events/write-table.js';
import { addCellCounts, outOfRange, rowsOf, tally } from '../../../src/hist/cell-counts.js';
import { normals, seedKey, uniforms } from '../../../src/stats/key.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

const dir = mkdtempSync(path.join(tmpdir(), 'cells-'));
const N = 20_000;
const key = seedKey(11);
const p = Float64Array.from(uniforms(key.split('p'), N), (u, i) =>
  i % 500 === 7 ? NaN : i % 500 === 8 ? Infinity : i % 10 === 0 ? Math.round(u * 5) : u * 5,
);
const cosTheta = Float64Array.from(uniforms(key.split('c'), N), (u) => 2 * u - 1);
const id = uniforms(key.split('id'), N);
const w = Float64Array.from(normals(key.split('w'), N), (z) => 0.5 + z);
const edges = [0.5, 1, 1.5, 2, 3, 4];
const cosEdges = [-0.8, 0.2, 0.9];

let store: EventStore;
let table: EventTable;
let halves: EventTable[];
beforeAll(async () => {
  const columns = (from: number, to: number) =>
    Object.entries({ p, cosTheta, id, w }).map(([name, values]) => ({ name, values: values.slice(from, to) }));
  await writeTable(path.join(dir, 'all.parquet'), columns(0, N));
  await writeTable(path.join(dir, 'a.parquet'), columns(0, 7777));
  await writeTable(path.join(dir, 'b.parquet'), columns(7777, N));
  store = await openStore({ cache: path.join(dir, 'cache'), threads: 2 });
  const open = (name: string) => store.open({ files: [path.join(dir, name)] });
  table = await open('all.parquet');
  halves = [await open('a.parquet'), await open('b.parquet')];
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true });
});

const request = {
  axes: [
    { column: 'p', edges },
    { column: 'cosTheta', edges: cosEdges },
  ],
  conditions: { loose: 'id > 0.3', tight: 'id > 0.8', forward: 'cosTheta > 0' },
  weights: { nominal: 'w', other: '2 * w' },
};

/** The slow way. */
function slowly(pass: (i: number) => boolean, closed: 'right' | 'left'): { sumw: number[]; sumw2: number[] } {
  const inside = (v: number, e: number[], b: number): boolean =>
    closed === 'right' ? v > e[b] && v <= e[b + 1] : v >= e[b] && v < e[b + 1];
  const [sumw, sumw2] = [new Array<number>(10).fill(0), new Array<number>(10).fill(0)];
  for (let i = 0; i < N; i++)
    for (let a = 0; a < 5; a++)
      for (let b = 0; b < 2; b++)
        if (pass(i) && inside(p[i], edges, a) && inside(cosTheta[i], cosEdges, b)) {
          sumw[2 * a + b] += w[i];
          sumw2[2 * a + b] += w[i] ** 2;
        }
  return { sumw, sumw2 };
}

const near = (a: ArrayLike<number>, b: ArrayLike<number>): void =>
  Array.from(a).forEach((v, i) => expect(Math.abs(v - b[i])).toBeLessThan(1e-10 * (1 + Math.abs(b[i]))));

describe('counting cells in one pass', () => {
  it.each(['right', 'left'] as const)('agrees with a loop over rows, bins closed on the %s', async (closed) => {
    const counts = await table.countCells({ ...request, closed });
    for (const [required, pass] of [
      [[], () => true],
      [['tight'], (i: number) => id[i] > 0.8],
      [['loose', 'forward'], (i: number) => id[i] > 0.3 && cosTheta[i] > 0],
    ] as const) {
      const found = tally(counts, 'nominal', required);
      const slow = slowly(pass, closed);
      near(found.sumw, slow.sumw);
      near(found.sumw2, slow.sumw2);
      near(
        tally(counts, 'other', required).sumw,
        slow.sumw.map((v) => 2 * v),
      );
    }
    expect(tally(counts, undefined).sumw).toEqual(tally(counts, 'nominal').entries);
    expect(tally(counts, 'nominal').negative.reduce((a, b) => a + b, 0)).toBeGreaterThan(1000);
  });

  it('says what lies outside and what is no number', async () => {
    const counts = await table.countCells(request);
    const count = (test: (v: number) => boolean): number => p.filter(test).length;
    expect(outOfRange(counts)[0]).toEqual({
      column: 'p',
      below: count((v) => v <= 0.5),
      above: count((v) => Number.isFinite(v) && v > 4),
      notFinite: 80,
    });
    expect(rowsOf(counts)).toBe(N);
    expect(rowsOf(counts, ['tight'])).toBe(id.filter((v) => v > 0.8).length);
  });

  it('gives the whole when parts are merged, in any order', async () => {
    const whole = await table.countCells(request);
    const [a, b] = [await halves[0].countCells(request), await halves[1].countCells(request)];
    const merged = addCellCounts(a, b);
    expect(addCellCounts(b, a)).toEqual(merged);
    expect([merged.cell, merged.mask, merged.entries]).toEqual([whole.cell, whole.mask, whole.entries]);
    near(merged.weights['nominal'].sumw, whole.weights['nominal'].sumw);
    near(merged.weights['other'].sumw2, whole.weights['other'].sumw2);
    expect(() => addCellCounts(a, { ...b, conditions: ['loose', 'tight', 'back'] })).toThrow('cannot be added');
  });

  it('counts only the rows of a selection', async () => {
    const counts = await table.countCells({ ...request, where: 'id > 0.8' });
    near(tally(counts, 'nominal').sumw, slowly((i) => id[i] > 0.8, 'right').sumw);
  });

  it('gives the same digits with one thread', async () => {
    const one = await openStore({ cache: path.join(dir, 'one'), threads: 1 });
    const alone = await one.open({ files: [path.join(dir, 'all.parquet')] });
    expect(await alone.countCells(request)).toEqual(await table.countCells(request));
    await one.close();
  });

  it('finds its unit again where a late weight is a thousand million times larger', async () => {
    const weights = Float64Array.from({ length: 200_000 }, (_, i) => (i === 199_999 ? 1e9 : 1));
    await writeTable(path.join(dir, 'late.parquet'), [{ name: 'w', values: weights }]);
    const late = await store.open({ files: [path.join(dir, 'late.parquet')] });
    const counts = await late.countCells({ axes: [], weights: { w: 'w' } });
    expect(tally(counts, 'w').sumw[0]).toBe(1e9 + 199_999);
    expect(tally(counts, 'w').entries[0]).toBe(200_000);
  });

  it.each([
    [{ ...request, weights: { w: 'p' } }, 'not finite in 80 of 20000 rows'],
    [{ ...request, conditions: { cut: 'ID > 0.3' } }, 'unknown column "ID"'],
    [{ axes: [{ column: 'p', edges: [0, 2, 1] }] }, 'do not increase'],
    [{ axes: [{ column: 'p', edges: [0, 2, 2] }] }, 'do not increase'],
    [{ axes: [{ column: 'p', edges: [0, Infinity] }] }, 'must be finite'],
    [{ axes: [{ column: 'q', edges: [0, 1] }] }, 'unknown column "q"'],
  ])('refuses what cannot be counted: %#', async (bad, message) => {
    await expect(table.countCells(bad)).rejects.toMatchObject({
      status: 2,
      message: expect.stringContaining(message) as string,
    });
  });
});
