import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { Duck } from '../../../src/events/duck.js';
import { ChunkReader } from '../../../src/events/parquet/chunk-reader.js';
import { flatFile } from '../../../src/events/parquet/flat-file.js';
import { ParquetWriter } from '../../../src/events/parquet/writer.js';

const dir = mkdtempSync(path.join(tmpdir(), 'chunk-reader-'));
const duck = await Duck.open({ scratch: dir, threads: 1 });
afterAll(() => {
  duck.close();
  rmSync(dir, { recursive: true });
});

/** All values of some columns, read in pieces of odd length; undefined where the file is not flat. */
async function read(file: string, names: readonly string[], piece = 1000): Promise<Float64Array[] | undefined> {
  const flat = await flatFile(file, names);
  if (!flat) return undefined;
  const handle = openSync(file, 'r');
  try {
    // One reader for all columns and groups: nothing may be left of the last.
    const reader = new ChunkReader();
    return names.map((_, i) => {
      const values: number[] = [];
      for (const { rows, chunks } of flat.groups) {
        reader.open(handle, chunks[i]);
        for (let done = 0; done < rows; done += piece) {
          const out = new Float64Array(Math.min(piece, rows - done));
          reader.read(out, out.length);
          values.push(...out);
        }
      }
      return Float64Array.from(values);
    });
  } finally {
    closeSync(handle);
  }
}

const N = 9000;
const COLUMNS: Readonly<Record<string, string>> = {
  d: 'CAST(h % 1000003 AS DOUBLE) / 7',
  few: 'CAST(h % 500 AS DOUBLE)',
  constant: '4.5::DOUBLE',
  f: 'CAST(CAST(h % 1000003 AS DOUBLE) / 7 AS FLOAT)',
  i8: 'CAST(h % 240 - 120 AS TINYINT)',
  u16: 'CAST(h % 65536 AS USMALLINT)',
  i32: 'CAST(i * 200001 - 1000000000 AS INTEGER)',
  u32: 'CAST(h * 2 + 1 AS UINTEGER)',
  i64: 'CAST(i * 1000000000001 - 4503599627370496 AS BIGINT)',
  b: 'h % 3 = 0',
  missing: 'CASE WHEN h % 5 > 0 THEN CAST(i AS DOUBLE) END',
  rare: 'CASE WHEN i = 5432 THEN 3.25::DOUBLE END',
  fewMissing: 'CASE WHEN h % 7 > 0 THEN CAST(h % 9 AS INTEGER) END',
};
const names = Object.keys(COLUMNS);

describe.each(['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD'])('files that DuckDB wrote, %s', (codec) => {
  it('give the values that DuckDB reads', async () => {
    const file = path.join(dir, `${codec}.parquet`);
    const select = Object.entries(COLUMNS).map(([name, sql]) => `${sql} AS ${name}`);
    await duck.run(
      `COPY (SELECT ${select.join(', ')} FROM (SELECT i, CAST(hash(i) % 2147483647 AS BIGINT) AS h FROM range(${N}) t(i))) TO '${file}' (FORMAT parquet, CODEC '${codec}', ROW_GROUP_SIZE 4096)`,
    );
    const got = await read(file, names);
    const cast = names.map((name) => `coalesce(CAST(${name} AS DOUBLE), 'nan'::DOUBLE) AS ${name}`);
    const blocks = duck.doubles(`SELECT ${cast.join(', ')} FROM read_parquet('${file}')`, names, N);
    for await (const block of blocks) expect(got).toEqual(names.map((name) => block[name]));
  });
});

test('files that are written here come back, optional columns too, whatever the piece', async () => {
  const file = path.join(dir, 'own.parquet');
  const writer = await ParquetWriter.create(file, [
    { name: 'a', type: 'float64' },
    { name: 'b', type: 'float32', optional: true },
    { name: 'c', type: 'int64', optional: true },
    { name: 'yes', type: 'bool' },
  ]);
  const rows = 5000;
  const a = Float64Array.from({ length: rows }, (_, i) => i / 3);
  const b = Float32Array.from(a);
  const c = BigInt64Array.from(a, (v) => -BigInt(Math.floor(v)));
  const yes = Uint8Array.from(a, (_, i) => (i % 3 === 0 ? 1 : 0));
  const present = Uint8Array.from(a, (_, i) => (i % 4 === 0 ? 0 : 1));
  for (let k = 0; k < 2; k++)
    await writer.write(rows, [{ values: a }, { values: b }, { values: c, present }, { values: yes }]);
  await writer.finish();
  const whole = Float64Array.from(c, (v, i) => (present[i] ? Number(v) : NaN));
  const want = [a, Float64Array.from(b), whole, Float64Array.from(yes)].map((v) => Float64Array.from([...v, ...v]));
  for (const piece of [13, 777, 4096, 20_000]) expect(await read(file, ['a', 'b', 'c', 'yes'], piece)).toEqual(want);
});

test.each([
  ['a text', "'x' || i"],
  ['a list', '[i, i]'],
  ['a decimal', 'CAST(i AS DECIMAL(9, 2))'],
  ['a date', "DATE '2020-01-01'"],
  ['64 bits without sign', 'CAST(i AS UBIGINT)'],
])('%s is no flat number', async (_, sql) => {
  const file = path.join(dir, 'other.parquet');
  await duck.run(`COPY (SELECT ${sql} AS x FROM range(10) t(i)) TO '${file}' (FORMAT parquet)`);
  expect(await flatFile(file, ['x'])).toBeUndefined();
  expect(await flatFile(file, ['y'])).toBeUndefined();
});

test('whole numbers beyond 2^53 and unknown encodings are refused, not rounded', async () => {
  const file = path.join(dir, 'large.parquet');
  for (const value of ['9007199254740993', '-9007199254740993', '9223372036854775807']) {
    await duck.run(`COPY (SELECT CAST(${value} AS BIGINT) AS x FROM range(9)) TO '${file}' (FORMAT parquet)`);
    await expect(read(file, ['x'])).rejects.toThrow('beyond 2^53');
  }
  await duck.run(
    `COPY (SELECT CAST(i AS BIGINT) AS x FROM range(9000) t(i)) TO '${file}' (FORMAT parquet, PARQUET_VERSION V2)`,
  );
  await expect(read(file, ['x'])).rejects.toThrow('encoded as DELTA_BINARY_PACKED');
});

test('damage is seen: what is read is right or refused', async () => {
  const whole = path.join(dir, 'SNAPPY.parquet');
  const want = await read(whole, names);
  const bytes = readFileSync(whole);
  const file = path.join(dir, 'damaged.parquet');
  // The heads of pages: a flipped bit there changes lengths and encodings. (Values themselves carry no checksum.)
  const groups = (await flatFile(whole, names))?.groups ?? [];
  const heads = groups.flatMap((g) => g.chunks.map(({ at }, column) => ({ at, column })));
  let refused = 0;
  for (const [k, { at, column }] of heads.entries()) {
    const damaged = Buffer.from(bytes);
    damaged[at + (k % 6)] ^= 1 << (k % 8);
    writeFileSync(file, damaged);
    const found = await read(file, [names[column]]).catch((error: Error) => error.constructor.name);
    if (found === 'Unsuited') refused++;
    else expect(found).toEqual([want?.[column]]);
  }
  expect(refused).toBeGreaterThan(heads.length / 3);
  writeFileSync(file, bytes.subarray(0, bytes.length - 9));
  expect(await flatFile(file, names)).toBeUndefined();
});
