import { expect, test } from 'vitest';
import type { PrepareResult, RowCounts } from '../../../src/studies/correction/prepare.js';
import { rowsTable } from '../../../src/studies/correction/rows-table.js';

const counts = (bad: RowCounts['bad']): RowCounts => ({
  rows: 12_345,
  used: 12_000,
  heldOut: 3600,
  sumOfWeights: 11_999.123456789,
  effective: 10_000.4,
  bad,
});
const clean = { ip: { nan: 0, infinite: 0, outside: 0 } };

test('one line a sample, simulation first', () => {
  const tables = rowsTable({ samples: { data: counts(clean), simulation: counts(clean) } } as PrepareResult);
  expect(tables).toHaveLength(1);
  expect(tables[0].rows).toEqual([
    ['simulation', 12_345, 12_000, 3600, 11_999.12, 10_000],
    ['data', 12_345, 12_000, 3600, 11_999.12, 10_000],
  ]);
  for (const row of tables[0].rows) expect(row).toHaveLength(tables[0].columns.length);
});

test('columns with values that cannot be learnt from, by cause, and no others', () => {
  const bad = { ip: { nan: 1, infinite: 2, outside: 30 }, pt: { nan: 0, infinite: 0, outside: 0 } };
  const [, table] = rowsTable({ samples: { simulation: counts(bad), data: counts(clean) } });
  expect(table.rows).toEqual([['simulation', 'ip', 1, 2, 30]]);
  expect(table.rows[0]).toHaveLength(table.columns.length);
});
