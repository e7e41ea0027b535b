import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Duck } from '../../src/events/duck.js';
import { openStore } from '../../src/events/store.js';
import { text } from '../../src/events/sql.js';
import { scratch, userErrorOf } from './helpers/scratch.js';

const { dir, store } = await scratch();
const at = (name: string): string => path.join(dir, name);
const N = 130_001; // two row groups, and not a multiple of anything

const duck = await Duck.open({ scratch: at('duck') });

/** Every plain type, and values missing here and there. */
const numbers = `
  i::INTEGER AS k, CASE WHEN i % 3 <> 0 THEN i / 7 END AS x, (i / 3)::FLOAT AS f, CASE WHEN i % 5 <> 1 THEN i % 2 = 0 END AS b,
  CASE WHEN i < 2000 OR i > 2100 THEN (9007199254740993 + i)::BIGINT END AS big, (i % 100)::TINYINT AS t, (i % 200)::UTINYINT AS u,
  (i % 30000)::SMALLINT AS s, i::UINTEGER AS v, (18446744073709000000 + i)::UBIGINT AS w`;
const make = (name: string, columns: string): Promise<void> =>
  duck.run(`COPY (SELECT ${columns} FROM range(${N}) r(i)) TO ${text(at(name))} (FORMAT parquet)`);
await make('numbers.parquet', numbers);
await make('mixed.parquet', `${numbers}, 'n' || i AS word, [i, i + 1] AS list`);

/** How many rows of two files differ in some column that the first one has; NULL equals NULL, NaN equals NaN. */
async function differing(a: string, b: string): Promise<number> {
  const names = (await duck.rows(`DESCRIBE SELECT * FROM ${text(at(a))}`)).map((r) => String(r['column_name']));
  const all = names.map((n) => `l."${n}" IS DISTINCT FROM r."${n}"`).join(' OR ');
  const [row] = await duck.rows(
    `SELECT count(*) AS n FROM read_parquet(${text(at(a))}) l POSITIONAL JOIN read_parquet(${text(at(b))}) r WHERE ${all}`,
  );
  return Number(row['n']);
}

const types = async (name: string) =>
  Object.fromEntries(
    (await duck.rows(`DESCRIBE SELECT * FROM ${text(at(name))}`)).map((r) => [r['column_name'], r['column_type']]),
  );

describe.each(['numbers', 'mixed'])('a table of %s with a new column', (name) => {
  test('keeps every value, the missing ones and the types', async () => {
    const table = await store.open({ files: [at(`${name}.parquet`)] });
    const firsts: number[] = [];
    const done = await table.writeWith(
      at(`${name}-with.parquet`),
      { k: 'k', x: 'x' },
      ({ k, x }, first) => {
        firsts.push(first);
        return { twice: k.map((v) => 2 * v), missing: Uint8Array.from(x, (v) => (Number.isNaN(v) ? 1 : 0)) };
      },
      { rows: 50_000, ahead: 3 },
    );
    expect(done.rows).toBe(N);
    expect(firsts).toEqual([0, 50_000, 100_000]);
    expect(await differing(`${name}.parquet`, `${name}-with.parquet`)).toBe(0);
    expect(await types(`${name}-with.parquet`)).toEqual({
      ...(await types(`${name}.parquet`)),
      twice: 'DOUBLE',
      missing: 'UTINYINT',
    });
    const [row] = await duck.rows(
      `SELECT count(*) FILTER (WHERE twice = 2 * k AND (missing = 1) = (x IS NULL)) AS n FROM ${text(at(`${name}-with.parquet`))}`,
    );
    expect(Number(row['n'])).toBe(N);
  });
});

test.each(['parquet', 'csv', 'npy', 'root'])('the same bytes of %s for any number of threads', async (ending) => {
  const bytes: Buffer[] = [];
  for (const [threads, ahead] of [
    [1, 1],
    [3, 4],
  ]) {
    const other = await openStore({ cache: at(`cache${threads}`), threads });
    const table = await other.open({ files: [at('numbers.parquet')] });
    await table.writeWith(at(`threads.${ending}`), { k: 'k' }, ({ k }) => ({ y: k.map(Math.sqrt) }), { ahead });
    await other.close();
    bytes.push(readFileSync(at(`threads.${ending}`)));
  }
  expect(bytes[1].equals(bytes[0])).toBe(true);
});

describe('formats of numbers alone', () => {
  test.each(['npy', 'npz', 'h5', 'root'])(
    '%s: missing is NaN, whole numbers stay exact where none is missing',
    async (ending) => {
      const table = await store.open({ files: [at('numbers.parquet')] });
      await table.writeWith(at(`n.${ending}`), { k: 'k' }, ({ k }) => ({ y: k.map((v) => v / 4) }));
      const back = await store.open({ files: [at(`n.${ending}`)] });
      expect(await back.count()).toBe(N);
      expect(await back.count('y == k / 4')).toBe(N);
      expect(await back.count('isnan(x)')).toBe(Math.ceil(N / 3));
      // Missing somewhere: real numbers, so that 2^53 + 1 is gone.
      expect(await back.count('isnan(big)')).toBe(101);
      expect(back.columns.find((c) => c.name === 'v')?.type).toBe('integer');
    },
  );

  test('no text and no lists, said before anything is written', async () => {
    const table = await store.open({ files: [at('mixed.parquet')] });
    const error = await userErrorOf(() => table.writeWith(at('m.npy'), { k: 'k' }, ({ k }) => ({ y: k })));
    expect(error).toMatchObject({ code: 'events.column-type', message: expect.stringContaining('"word"') as unknown });
    expect(existsSync(at('m.npy'))).toBe(false);
  });
});

test.each(['numbers', 'mixed'])('an error on the way leaves nothing behind (%s)', async (name) => {
  const table = await store.open({ files: [at(`${name}.parquet`)] });
  const failing = table.writeWith(
    at('gone.parquet'),
    { k: 'k' },
    ({ k }, first) => {
      if (first > 0) throw new Error('stop');
      return { y: k };
    },
    { rows: 40_000, ahead: 2 },
  );
  await expect(failing).rejects.toThrow('stop');
  expect(readdirSync(dir).filter((f) => f.startsWith('gone'))).toEqual([]);
});

test('a table without rows gives a file with its columns', async () => {
  await duck.run(`COPY (SELECT ${numbers} FROM range(0) r(i)) TO ${text(at('none.parquet'))} (FORMAT parquet)`);
  const table = await store.open({ files: [at('none.parquet')] });
  const add = ({ k }: Record<string, Float64Array>) => ({ y: k });
  expect(await table.writeWith(at('none-with.parquet'), { k: 'k' }, add)).toEqual({ rows: 0 });
  expect(await types('none-with.parquet')).toEqual(await types('none.parquet'));
});

test.each([1, 7, 8, 9, 64, 65, 2047, 2049])(
  'CSV of %i rows: only the last cell is missing, or none is',
  async (rows) => {
    for (const last of ['', '0.5']) {
      const name = `last-${rows}-${last}.csv`;
      const lines = Array.from({ length: rows }, (_, i) => `${i},${i < rows - 1 ? i / 4 : last}`);
      writeFileSync(at(name), `k,x\n${lines.join('\n')}\n`);
      const table = await store.open({ files: [at(name)] });
      await table.writeWith(at('last.parquet'), { k: 'k' }, ({ k }) => ({ y: k }));
      const [row] = await duck.rows(
        `SELECT count(*) AS n, count(x) AS filled, max(k) AS k FROM ${text(at('last.parquet'))}`,
      );
      expect([row['n'], row['filled'], row['k']].map(Number)).toEqual([rows, last === '' ? rows - 1 : rows, rows - 1]);
    }
  },
);
