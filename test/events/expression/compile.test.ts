import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { Node } from '../../../src/events/expression/ast.js';
import { compile } from '../../../src/events/expression/compile.js';
import { REAL_FUNCTIONS } from '../../../src/events/expression/functions.js';
import { parse } from '../../../src/events/expression/parse.js';
import { expand } from '../../../src/events/expression/expand.js';
import { print } from '../../../src/events/expression/print.js';
import type { Scope } from '../../../src/events/expression/scope.js';
import { scope } from './columns.js';
import { evaluate, truth, type Row, type Value } from './evaluate.js';
import { bare, lcg, logical, numeric } from './random-tree.js';

const special = [NaN, Infinity, -Infinity, 0, -1, 1, 2.5, -0.5, 1e-300, -999, null];
const random = lcg(20);
const rows: Row[] = Array.from({ length: 300 }, () => {
  const real = (): number | null =>
    random() < 0.4 ? special[Math.floor(random() * special.length)] : (random() - 0.5) * 10 ** (random() * 6 - 3);
  const whole = (): number | null => (random() < 0.1 ? null : Math.floor(random() * 12) - 4);
  return {
    x: real(),
    y: real(),
    n: whole(),
    m: whole(),
    b: random() < 0.1 ? null : random() < 0.5,
    s: random() < 0.1 ? null : random() < 0.5 ? 'EB' : "E'E",
    v: random() < 0.1 ? null : Array.from({ length: Math.floor(random() * 4) }, () => real() ?? 3),
  };
});

let db: DuckDBInstance;
let sql: DuckDBConnection;
const literal = (v: Value): string => {
  if (v === null) return 'NULL';
  if (Array.isArray(v)) return `[${v.map(literal).join(',')}]::DOUBLE[]`;
  return typeof v === 'string'
    ? `'${v.replaceAll("'", "''")}'`
    : `'${v}'::${typeof v === 'number' ? 'DOUBLE' : 'BOOLEAN'}`;
};

beforeAll(async () => {
  db = await DuckDBInstance.create(':memory:', { threads: '1' });
  sql = await db.connect();
  await sql.run('CREATE TABLE t (x DOUBLE, y DOUBLE, n INTEGER, m BIGINT, b BOOLEAN, s VARCHAR, v DOUBLE[])');
  for (const row of rows) await sql.run(`INSERT INTO t VALUES (${Object.values(row).map(literal).join(',')})`);
});
afterAll(() => {
  sql.closeSync();
  db.closeSync();
});

async function inSql(selection: string): Promise<unknown[]> {
  const reader = await sql.runAndReadAll(`SELECT ${selection} FROM t`);
  return reader.getRowsJS().map((row) => row[0]);
}

/** Values of an expression by SQL and by the evaluator, NULL as NaN. */
async function both(text: string): Promise<{ got: number[]; want: number[] }> {
  const compiled = compile({ text }, scope);
  const node = expand(parse({ text }), { text }, scope);
  const got = (await inSql(compiled.real())).map((v) => (v === null ? NaN : (v as number)));
  const want = rows.map((row) => {
    const v = evaluate(node, row);
    return v === null ? NaN : Number(v);
  });
  return { got, want };
}

describe('compiled SQL equals an independent evaluator', () => {
  test('300 random numeric expressions on 300 rows with NaN, infinities, zeros and missing values', async () => {
    const trees = lcg(5);
    let finite = 0;
    for (let i = 0; i < 300; i++) {
      const text = print(numeric(trees, 4));
      const { got, want } = await both(text);
      expect(
        got.map((v) => v + 0),
        text,
      ).toEqual(want.map((v) => v + 0));
      finite += got.filter(Number.isFinite).length;
    }
    expect(finite).toBeGreaterThan(20_000);
  });

  test('300 random conditions', async () => {
    const trees = lcg(6);
    let passed = 0;
    for (let i = 0; i < 300; i++) {
      const text = print(logical(trees, 4));
      const kept = await inSql(`coalesce(${compile({ text }, scope).truth()}, false)`);
      const node = expand(parse({ text }), { text }, scope);
      expect(kept, text).toEqual(rows.map((row) => truth(evaluate(node, row))));
      const factors = compile({ text }, scope).factors();
      const all = factors.map(({ sql }) => `coalesce(${sql}, false)`).join(' AND ');
      expect(await inSql(all), text).toEqual(kept);
      passed += kept.filter(Boolean).length;
    }
    expect(passed).toBeGreaterThan(20_000);
    expect(passed).toBeLessThan(70_000);
  });

  test.each(Object.entries(REAL_FUNCTIONS))('%s, on its whole domain and outside', async (name, f) => {
    for (const args of [
      ['x', 'y', 'n'],
      ['x / 100', 'n', 'y'],
      ['n', 'm', 'x'],
    ]) {
      const text = `${name}(${args.slice(0, f.arity[0]).join(', ')})`;
      const { got, want } = await both(text);
      got.forEach((v, i) => {
        if (Number.isFinite(want[i]))
          expect(Math.abs(v - want[i]), text).toBeLessThanOrEqual(1e-12 * Math.abs(want[i]));
        else expect(v, `${text} at ${JSON.stringify(rows[i])}`).toBe(want[i]);
      });
    }
  });

  test.each([
    ["s == 'EB'"],
    ["s != 'EB'"],
    [`s == "E'E" and x > 0`],
    ['b'],
    ['!b'],
    ['b == 1'],
    ['b + n'],
    ['x and y'],
    ['not x'],
    ['n % 3'],
    ['x % 0.7'],
    ['n & 3 | 4'],
    ['x > 0 & y > 0 | n == 2'],
    ['-x ** 2'],
    ['2 ^ -n'],
    ['length(v)'],
    ['Length$(v) > 2 ? v[2] : -1'],
    ['v[n]'],
    ['v[n + 0.5]'],
    ['x > 0 ? 1 : y > 0 ? 2 : 3'],
    ['7 / 2'],
    ['isnan(x / 0)'],
    ['nan != nan'],
    ['n == -4'],
    ['formula(x + 1) * conditionalVariableSelector(x > 0, 1, -1)'],
    ['ifNANgiveX(x, -5)'],
    ['passesCut(x > 0)'],
  ])('%s', async (text) => {
    const { got, want } = await both(text);
    got.forEach((v, i) => {
      if (Number.isFinite(want[i])) expect(Math.abs(v - want[i])).toBeLessThanOrEqual(1e-13 * Math.abs(want[i]));
      else expect(v).toBe(want[i]);
    });
    expect(new Set(got.map(String)).size).toBeGreaterThan(text.startsWith('7') || text.startsWith('nan') ? 0 : 1);
  });
});

test('a printed tree parses to the same tree', () => {
  const trees = lcg(7);
  for (let i = 0; i < 500; i++) {
    const tree: Node = i % 2 ? numeric(trees, 5) : logical(trees, 5);
    const text = print(tree);
    expect(bare(parse({ text })), text).toEqual(bare(tree));
    expect(print(parse({ text }))).toBe(text);
  }
});

test('integers beyond 2^53 are compared exactly', async () => {
  const at: Scope = { columns: new Map([['e', { name: 'e', type: 'integer', sql: '9007199254740993::BIGINT' }]]) };
  const truth = async (text: string): Promise<unknown> => (await inSql(compile({ text }, at).truth()))[0];
  expect(await truth('e == 9007199254740993')).toBe(true);
  expect(await truth('e == 9007199254740992')).toBe(false);
  expect(await truth('e % 10 == 3')).toBe(true);
});
