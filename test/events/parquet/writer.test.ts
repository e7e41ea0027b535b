import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBListValue } from '@duckdb/node-api';
import { afterAll, expect, test } from 'vitest';
import { Duck } from '../../../src/events/duck.js';
import { ParquetWriter } from '../../../src/events/parquet/writer.js';

const folder = mkdtempSync(path.join(tmpdir(), 'datamc-parquet-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What DuckDB reads of a file. */
async function readBack(file: string): Promise<unknown[][]> {
  const duck = await Duck.open({ scratch: folder, threads: 1 });
  try {
    return (await duck.rows(`SELECT * FROM read_parquet('${file}')`)).map((row) =>
      Object.values(row).map((value) => (value instanceof DuckDBListValue ? value.items : value)),
    );
  } finally {
    duck.close();
  }
}

/** Offsets of lists of the given lengths, beginning anywhere. */
function offsetsOf(lengths: readonly number[], begin = 0): Int32Array {
  let at = begin;
  return Int32Array.of(begin, ...lengths.map((length) => (at += length)));
}

test.each([
  ['no list at all', []],
  ['empty ones alone', [0, 0, 0]],
  ['one', [5]],
  ['a full byte of levels', [3, 0, 4]],
  ['one more than a byte', [3, 0, 5]],
  ['all lengths', Array.from({ length: 300 }, (_, i) => (i * 7) % 11)],
])('lists come back as they were: %s', async (_, lengths) => {
  const rows = lengths.length;
  const begin = 2;
  const total = lengths.reduce((sum, n) => sum + n, begin);
  const file = path.join(folder, 'lists.parquet');
  const writer = await ParquetWriter.create(file, [
    { name: 'a', type: 'float32', list: true },
    { name: 'b', type: 'int16', list: true },
    { name: 'c', type: 'float64', list: true },
    { name: 'n', type: 'int32' },
  ]);
  // Two columns of the same lengths in different places, one of others, two row groups.
  const values = Array.from({ length: total }, (_, i) => i - 3);
  const same = offsetsOf(lengths, begin);
  const other = offsetsOf([...lengths].reverse(), begin);
  const blocks = [
    { values: Float32Array.from(values), offsets: same },
    { values: Int16Array.from(values), offsets: same.slice() },
    { values: Float64Array.from(values), offsets: other },
    { values: Int32Array.from(lengths) },
  ];
  await writer.write(rows, blocks);
  await writer.write(rows, blocks);
  await writer.finish();
  const cut = (offsets: Int32Array, i: number) => values.slice(offsets[i], offsets[i + 1]);
  const wanted = lengths.map((n, i) => [cut(same, i), cut(same, i), cut(other, i), n]);
  expect(await readBack(file)).toEqual([...wanted, ...wanted]);
});

test('a writer that gives up leaves nothing', async () => {
  const file = path.join(folder, 'none.parquet');
  const writer = await ParquetWriter.create(file, [{ name: 'a', type: 'float64' }]);
  await writer.write(2, [{ values: Float64Array.of(1, 2) }]);
  await writer.abandon();
  await expect(readBack(file)).rejects.toThrow();
});
