import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { binSql } from '../../../src/events/cells/bin-sql.js';
import { Duck } from '../../../src/events/duck.js';
import { binOf } from '../../../src/hist/find-cell.js';
import { seedKey, uniforms } from '../../../src/stats/key.js';
import { nextDown, nextUp } from '../../../src/stats/ulp.js';

const dir = mkdtempSync(path.join(tmpdir(), 'bin-sql-'));
const duck = await Duck.open({ scratch: dir, threads: 1 });
afterAll(() => {
  duck.close();
  rmSync(dir, { recursive: true });
});

const linspace = (from: number, to: number, n: number): number[] =>
  Array.from({ length: n + 1 }, (_, i) => from + ((to - from) * i) / n);

/** Edges, and whether integers hold them. */
const cases: readonly [string, readonly number[], boolean][] = [
  ['thirds of a unit', linspace(-1, 1, 6), true],
  ['decimals', [-0.866, -0.682, -0.4226, -0.1045, 0.225, 0.5, 0.766, 0.8829, 0.9563], true],
  ['momenta in MeV', [3000, 9300, 15600, ...linspace(19000, 100000, 15)], true],
  ['three bins', [0.2, 1.3, 2.7, 4], false],
  ['one bin', [-2, 2], false],
  ['widely spread', [1e-9, 1e-3, 0.1, 10, 1e4, 1e9], false],
  ['integers', [0, 50, 200, 300, 500], true],
  ['a hundred bins', linspace(0.2, 4, 100), true],
  ['no lower limit', [-1e300, 0.1, 0.2, 0.3, 1e300], false],
];

describe.each(cases)('%s', (_, edges, whole) => {
  const near = edges.flatMap((e) => [e, nextDown(e), nextUp(e), -e]);
  const [low, high] = [edges[0], edges[edges.length - 1]];
  const inside = Array.from(uniforms(seedKey(edges.length), 500), (u) => low + u * (high - low));
  const odd = [0, -0, 5e-324, -5e-324, 1e-300, 1e300, -1e300, Infinity, -Infinity, NaN, -999, 1e18, -1e18, 2 ** 62];
  const values = [...near, ...inside.filter(Number.isFinite), ...odd];

  it.each(['right', 'left'] as const)(
    'finds the bin of every value to the last bit, closed on the %s',
    async (closed) => {
      const sql = binSql('x', 'y', edges, closed);
      expect(sql.prepared !== undefined).toBe(whole);
      const text = (v: number): string =>
        Number.isFinite(v) ? v.toExponential() : `'${v}'`.replace('Infinity', 'inf');
      const rows = values.map((v, i) => `(${i}, ${text(v)}::DOUBLE)`).join(', ');
      const bins = async (prepared: string | undefined): Promise<number[]> => {
        const from = `(SELECT i, x, ${prepared ?? 'NULL'} AS y FROM (VALUES ${rows}, (${values.length}, NULL)) t(i, x))`;
        const found = await duck.rows(`SELECT ${sql.bin} AS bin FROM ${from} ORDER BY i`);
        return found.map((row) => Number(row['bin']));
      };
      const n = edges.length - 1;
      const expected = values.map((v) => {
        if (!Number.isFinite(v)) return n + 2;
        const bin = binOf(edges, v, closed);
        return bin >= 0 ? bin + 1 : v < high && (v < low || closed === 'right') ? 0 : v <= low ? 0 : n + 1;
      });
      expect(await bins(sql.prepared?.safe)).toEqual([...expected, n + 2]);
      expect(await bins(sql.prepared?.quick)).toEqual([...expected, n + 2]);
    },
  );
});
