import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore, type EventStore } from '../../../../src/events/store.js';
import { writeTable } from '../../../../src/events/write-table.js';
import { bootstrapRate } from '../../../../src/hist/bootstrap-rate.js';
import { seedKey, uniforms } from '../../../../src/stats/key.js';
import { rateTables, type RateRequest } from '../../../../src/studies/pid/tables/rate-tables.js';

const dir = mkdtempSync(path.join(tmpdir(), 'bootstrap-cells-'));
const N = 3000;
const u = uniforms(seedKey(12), 3 * N);
const x = Float64Array.from({ length: N }, (_, i) => 100 * u[3 * i]);
const id = Float64Array.from({ length: N }, (_, i) => u[3 * i + 1]);
const w = Float64Array.from({ length: N }, (_, i) => (u[3 * i + 2] < 0.6 ? 1 : -0.9));
let store: EventStore;
let request: RateRequest;
beforeAll(async () => {
  const file = path.join(dir, 'a.parquet');
  await writeTable(file, [
    { name: 'x', values: x },
    { name: 'id', values: id },
    { name: 'w', values: w },
  ]);
  store = await openStore({ cache: path.join(dir, 'cache'), threads: 1 });
  const K = { name: 'K', pdg: 321 };
  request = {
    sources: [{ table: await store.open({ files: [file] }), weight: 'w', method: 'sweights' }],
    sample: 'data',
    cuts: ['id > 0.4'],
    axes: [{ column: 'x', edges: Array.from({ length: 101 }, (_, i) => i) }],
    reco: K,
    truth: K,
    replicas: 100,
    key: seedKey(2),
  };
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true });
});

it('draws the rows of just those cells in which the formula fails, by the key of the table and the cell', async () => {
  const [{ table }] = await rateTables(request);
  const formula = (await rateTables({ ...request, interval: 'binomial' }))[0].table;
  let drawn = 0;
  table.cells.forEach((cell, c) => {
    expect(cell.rate.value).toBe(formula.cells[c].rate.value);
    const rows = Array.from(x.keys()).filter((i) => x[i] > c && x[i] <= c + 1);
    const t = rows.reduce((sum, i) => sum + w[i], 0);
    const t2 = rows.reduce((sum, i) => sum + w[i] ** 2, 0);
    if (t >= 4 * Math.sqrt(t2) && cell.rate.value >= 0 && cell.rate.value <= 1) return;
    drawn++;
    const key = seedKey(2).split('data  id > 0.4').split('cell', c);
    const { up, down } = bootstrapRate(
      key,
      Float64Array.from(rows, (i) => w[i]),
      rows.map((i) => (id[i] > 0.4 ? 1 : 0)),
      100,
    );
    expect(cell.rate.sources['stat'].up).toBeCloseTo(up, 12);
    expect(cell.rate.sources['stat'].down).toBeCloseTo(-down, 12);
  });
  expect(drawn).toBeGreaterThan(50);
});

it('is the same again, and another with another key', async () => {
  const [a, b] = [await rateTables(request), await rateTables(request)];
  expect(a[0].table).toEqual(b[0].table);
  const [other] = await rateTables({ ...request, key: seedKey(3) });
  expect(other.table).not.toEqual(a[0].table);
});
