import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fromUhi, readHists, toUhi, writeHists } from '../../src/formats/uhi.js';
import { regularAxis, variableAxis } from '../../src/hist/axis.js';
import { fill } from '../../src/hist/fill.js';
import { inner } from '../../src/hist/hist.js';
import { normals, seedKey } from '../../src/stats/key.js';

const key = seedKey(1);
const columns = ['a', 'b', 'c'].map((name) => normals(key.split(name), 500));
const H = fill(
  [regularAxis('x', 4, -1, 1, { label: 'x of it', unit: 'mm' }), variableAxis('y', [-1, 0, 0.3])],
  columns.slice(0, 2),
  columns[2],
);

test.each(['toy.hist.json', 'toy.hist.json.gz'])('%s: written, read, the same', async (name) => {
  const dir = await mkdtemp(join(tmpdir(), 'datamc-'));
  await writeHists(join(dir, name), { toy: H, other: fill([H.axes[1]], [columns[0]]) });
  const read = await readHists(join(dir, name));
  expect(read['toy']).toEqual(H);
  expect(Object.keys(read)).toEqual(['toy', 'other']);
  await rm(dir, { recursive: true });
});

test('regular axes without flow, and counts, as other programs write them', () => {
  const axis = { type: 'regular', lower: 0, upper: 3, bins: 3, underflow: false, overflow: true, circular: false };
  const h = fromUhi({ uhi_schema: 1, axes: [axis], storage: { type: 'int', values: [1, 2, 3, 9] } });
  expect([...h.sumw]).toEqual([0, 1, 2, 3, 9]);
  expect([...h.sumw2]).toEqual([0, 1, 2, 3, 9]);
  expect([...inner(h).values]).toEqual([1, 2, 3]);
});

test.each<[string, (u: Record<string, unknown>) => unknown]>([
  ['category axes', (u) => ({ ...u, axes: [{ type: 'category_str', categories: ['a'], flow: true }] })],
  ['contents of another length', (u) => ({ ...u, storage: { type: 'double', values: [1, 2] } })],
  ['another schema', (u) => ({ ...u, uhi_schema: 2 })],
])('%s: refused', (_, change) => {
  expect(() => fromUhi(change({ ...toUhi(H) }))).toThrow(/cannot|not|do not fit/);
});
