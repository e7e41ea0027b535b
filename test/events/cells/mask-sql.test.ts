import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Duck } from '../../../src/events/duck.js';
import { compile } from '../../../src/events/expression/compile.js';
import type { Scope } from '../../../src/events/expression/scope.js';
import { maskSql } from '../../../src/events/cells/mask-sql.js';

const dir = mkdtempSync(path.join(tmpdir(), 'mask-sql-'));
const duck = await Duck.open({ scratch: dir, threads: 1 });
afterAll(() => {
  duck.close();
  rmSync(dir, { recursive: true });
});

const scope: Scope = {
  origin: 'rows',
  columns: new Map([
    ['x', { name: 'x', type: 'real', sql: '"x"' }],
    ['y', { name: 'y', type: 'real', sql: '"y"' }],
    ['n', { name: 'n', type: 'integer', sql: '"n"' }],
  ]),
};

/** Every value of x with every value of y; n runs along. */
const odd = [-2, -1, -0.5, -0, 0, 0.5, 1, 1.5, 2, 3, Infinity, -Infinity, NaN, undefined];
const sqlOf = (v: number | undefined): string =>
  v === undefined ? 'NULL' : Number.isFinite(v) ? v.toExponential() : `'${v}'`.replace('Infinity', 'inf');
const rows = odd.flatMap((x, i) =>
  odd.map((y, j) => `(${i * odd.length + j}, ${sqlOf(x)}::DOUBLE, ${sqlOf(y)}::DOUBLE, ${(i + j) % 4})`),
);
const from = `(VALUES ${rows.join(', ')}) t(i, x, y, n)`;

async function both(texts: readonly string[]): Promise<{ masks: number[]; expected: number[] }> {
  const conditions = texts.map((text) => compile({ text }, scope));
  const { prepared, mask } = maskSql(
    conditions.map((c) => c.factors()),
    'b',
  );
  const columns = Object.entries(prepared).map(([name, sql]) => `${sql} AS ${name}`);
  const one = await duck.rows(
    `SELECT ${mask} AS mask FROM (SELECT ${['*', ...columns].join(', ')} FROM ${from}) ORDER BY i`,
  );
  const bits = conditions.map((c, i) => `CASE WHEN ${c.truth()} THEN ${2 ** i} ELSE 0 END`).join(' + ') || '0';
  const other = await duck.rows(`SELECT ${bits} AS mask FROM ${from} ORDER BY i`);
  const read = (found: typeof one): number[] => found.map((row) => Number(row['mask']));
  return { masks: read(one), expected: read(other) };
}

const cases: Record<string, readonly string[]> = {
  none: [],
  one: ['x > 0.5 and y > 1'],
  'cuts on one variable': ['x > 0.5', 'x > -1', 'x > 2', 'x >= 2', '1 < x', 'x > 0.5'],
  'cuts from above': ['x < 0.5', 'x <= 0.5', 'x < -1', '2 >= x', 'x < 1 and y > 0'],
  'a shared preselection': ['y > 0 and x > 0', 'y > 0 and x > 1', 'x > 2 and y > 0', 'y > 0'],
  ranges: ['0 < x <= 1', '0 < x < 2', '-1 <= x <= 1 and y >= 0'],
  'both variables': ['x > 0 and y > 0', 'x > 1 and y > 1', 'x > 1 and y > 0', 'x > y', 'not x > 1'],
  integers: ['n > 0', 'n >= 2', 'n > 1 and x > 0', 'n == 3', 'n > 0.5'],
  alternatives: ['x > 0 or y > 0', '(x > 0 or y > 0) and x > -1', 'x == 1 or x > 2', 'true', 'x != 1'],
  'the same twice': ['x > 1 and x > 0', 'x > 1', 'x > 0'],
};

describe.each(Object.entries(cases))('%s', (_, texts) => {
  it('has the bits of the conditions, for every kind of number', async () => {
    const { masks, expected } = await both(texts);
    expect(masks).toEqual(expected);
    if (texts.length > 0) expect(new Set(masks).size).toBeGreaterThan(1);
  });
});

it('asks what several conditions share once, and cuts on one variable in one search', () => {
  const factors = ['y > 0 and x > 0', 'y > 0 and x > 1', 'y > 0 and x > 2'].map((text) =>
    compile({ text }, scope).factors(),
  );
  const { prepared, mask } = maskSql(factors, 'b');
  expect(Object.values(prepared)).toEqual([
    '-(CAST("x" AS DOUBLE))',
    'CASE WHEN (-(CAST("y" AS DOUBLE)) < -(0e+0::DOUBLE)) THEN 7 ELSE 0 END',
  ]);
  expect(mask).toMatch(/^\(CASE WHEN bv0 < -\(2e\+0::DOUBLE\) THEN 7 .* ELSE 0 END\) & bm1$/);
});
