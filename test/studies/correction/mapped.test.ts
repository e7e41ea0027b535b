import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../helpers/toy-run.js';
import { normals, seedKey } from '../../../src/stats/key.js';
import { readMapped, writeMapped, type Mapped } from '../../../src/studies/correction/mapped.js';

const home = temporaryFolder();
const column = (name: string, n: number): Float64Array => normals(seedKey(91).split(name), n);
const columns = (name: string, count: number, n: number): Float64Array[] =>
  Array.from({ length: count }, (_, k) => column(`${name} ${k}`, n));

const cases: Record<string, Mapped> = {
  'one variable': { nominal: columns('y', 1, 40), sigma: columns('s', 1, 12), replicas: [columns('r', 1, 12)] },
  'two variables, twelve replicas': {
    nominal: columns('y', 2, 40),
    sigma: columns('s', 2, 12),
    replicas: Array.from({ length: 12 }, (_, r) => columns(`r${r}`, 2, 12)),
  },
  'eleven variables': {
    nominal: columns('y', 11, 5),
    sigma: columns('s', 11, 5),
    replicas: [columns('a', 11, 5), columns('b', 11, 5)],
  },
  'no replicas': { nominal: columns('y', 2, 40), replicas: [] },
  'one replica, no spread': { nominal: columns('y', 1, 3), replicas: [columns('r', 1, 3)] },
  'NaN, infinities and −0': { nominal: [Float64Array.of(NaN, -0, Infinity)], replicas: [] },
};

test.each(Object.entries(cases))('%s: read as written', async (_, mapped) => {
  const dir = mkdtempSync(path.join(home, 'mapped-'));
  await writeMapped(dir, mapped);
  expect(await readMapped(dir)).toEqual(mapped);
});

test('columns that are part of a larger buffer', async () => {
  const dir = mkdtempSync(path.join(home, 'mapped-'));
  const whole = column('whole', 30);
  await writeMapped(dir, { nominal: [whole.subarray(7, 20)], replicas: [] });
  expect((await readMapped(dir)).nominal).toEqual([whole.slice(7, 20)]);
});
