import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Duck } from '../../src/events/duck.js';
import { peel, type Range, type Sentinel } from '../../src/events/sentinels.js';

const scratch = mkdtempSync(path.join(tmpdir(), 'datamc-sentinels-'));
const duck = await Duck.open({ scratch, threads: 1 });
afterAll(() => {
  duck.close();
  rmSync(scratch, { recursive: true });
});

// 50 000 rows, the first 20 000 of which are looked at before the rest. i runs through all of them.
test.each<[string, string, Sentinel[]]>([
  ['none: evenly spread', 'i / 7.0', []],
  [
    '-777, repeated and far out',
    'CASE WHEN i % 1000 = 0 THEN -777.25 ELSE (i % 97) / 97.0 END',
    [{ value: -777.25, count: 50 }],
  ],
  [
    '123.5 on the far side',
    'CASE WHEN i % 1000 = 0 THEN 123.5 ELSE (i % 97) / 97.0 END',
    [{ value: 123.5, count: 50 }],
  ],
  [
    'both',
    'CASE i % 1000 WHEN 0 THEN -5e4 WHEN 1 THEN 777.5 ELSE (i % 97) / 97.0 END',
    [
      { value: -5e4, count: 50 },
      { value: 777.5, count: 50 },
    ],
  ],
  ['a usual one, near', 'CASE WHEN i % 1000 = 0 THEN -999.0 ELSE 100 + i % 97 END', [{ value: -999, count: 50 }]],
  ['-1 of a probability', 'CASE WHEN i % 1000 = 0 THEN -1.0 ELSE (i % 97) / 97.0 END', [{ value: -1, count: 50 }]],
  ['two values: neither is outside the bulk of the other', 'CASE WHEN i % 3 = 0 THEN 2.5 ELSE 900.5 END', []],
  [
    'NaN stands nowhere',
    "CASE WHEN i % 5 = 0 THEN 'nan'::DOUBLE WHEN i % 1000 = 1 THEN -777.25 ELSE (i % 97) / 97.0 END",
    [{ value: -777.25, count: 50 }],
  ],
])('%s, in whatever order the rows are', async (_, value, wanted) => {
  for (const order of ['x', 'x DESC', 'hash(i)', 'abs(x) DESC']) {
    const from = `(SELECT x FROM (SELECT i, CAST(${value} AS DOUBLE) AS x FROM range(50000) t(i)) ORDER BY ${order})`;
    const [ends] = await duck.rows(`SELECT min(x) AS low, max(x) AS high FROM ${from} WHERE isfinite(x)`);
    const range: Range = {
      at: 0,
      list: false,
      whole: false,
      min: Number(ends['low']),
      max: Number(ends['high']),
      sentinels: [],
    };
    await peel(duck, from, [range], () => 'x');
    expect(
      [...range.sentinels].sort((a, b) => a.value - b.value),
      order,
    ).toEqual(wanted);
  }
});
