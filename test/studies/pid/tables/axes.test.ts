import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type EventStore, type EventTable } from '../../../../src/events/store.js';
import { writeTable } from '../../../../src/events/write-table.js';
import { binOf } from '../../../../src/hist/find-cell.js';
import { seedKey, uniforms } from '../../../../src/stats/key.js';
import { axesOf, edgesOf } from '../../../../src/studies/pid/tables/axes.js';

const dir = mkdtempSync(path.join(tmpdir(), 'pid-axes-'));
const x = uniforms(seedKey(4), 999).map((u) => 3 * u ** 2);
let store: EventStore;
let table: EventTable;
beforeAll(async () => {
  store = await openStore({ cache: path.join(dir, 'cache'), threads: 1 });
  const file = path.join(dir, 'events.parquet');
  await writeTable(file, [
    { name: 'x', values: x },
    { name: 'zero', values: new Float64Array(999) },
    { name: 'whole', values: x.map(Math.round) },
    { name: 'lost', values: x.map((v) => (v > 1 ? NaN : v)) },
  ]);
  table = await store.open({ files: [file] });
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true });
});

const countsOf = (edges: readonly number[], values: Float64Array): number[] =>
  edges.slice(1).map((_, b) => values.filter((v) => binOf(edges, v) === b).length);

describe('bins by quantiles', () => {
  it('hold equal shares, the smallest and the largest value inside', async () => {
    const [{ column, edges }] = await axesOf({ x: { quantiles: 9 } }, [{ table }]);
    expect([column, edges.length]).toEqual(['x', 10]);
    expect(countsOf(edges, x)).toEqual(Array.from({ length: 9 }, () => 111));
  });

  it('are as many as there are values, and one where there is one value: 0 too', async () => {
    const axes = await axesOf({ whole: { quantiles: 20 }, zero: { quantiles: 5 } }, [{ table }]);
    const [whole, zero] = axes.map((axis) => axis.edges);
    const kinds = [0, 1, 2, 3].map((v) => x.filter((u) => Math.round(u) === v).length);
    expect(countsOf(whole, x.map(Math.round))).toEqual(kinds);
    expect(zero.length).toBe(2);
    expect(binOf(zero, 0)).toBe(0);
  });

  it('are of what is selected and has a value', async () => {
    const [{ edges }] = await axesOf({ lost: { quantiles: 2 } }, [{ table, where: 'x > 0.5' }]);
    const kept = x.filter((v) => v > 0.5 && v <= 1);
    expect(edges[2]).toBe(Math.max(...kept));
    const [below, above] = countsOf(edges, kept);
    expect(below + above).toBe(kept.length);
    expect(Math.abs(below - above)).toBeLessThanOrEqual(1);
  });
});

describe('bins of told ends', () => {
  it('keep both ends as they are, at equal distances or ratios', () => {
    expect(edgesOf({ from: 0.1, to: 0.7, bins: 3, log: false })).toEqual([
      0.1,
      expect.closeTo(0.3),
      expect.closeTo(0.5),
      0.7,
    ]);
    expect(edgesOf({ from: 0.1, to: 100, bins: 3, log: true })).toEqual([
      0.1,
      expect.closeTo(1),
      expect.closeTo(10),
      100,
    ]);
  });
});
