import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { DatamcError } from '../../src/base/error.js';
import { addTestingPayload } from '../../src/formats/testing-payloads.js';

const folder = mkdtempSync(path.join(tmpdir(), 'datamc-payloads-'));
afterAll(() => rmSync(folder, { recursive: true }));
const add = (name: string, iov: readonly number[], text: string) =>
  addTestingPayload(folder, name, iov as never, (file) => writeFile(file, text));
const database = () => readFileSync(path.join(folder, 'database.txt'), 'utf8');

// The lines and file names that basf2's parse_testing_payloads_file takes.
test('a payload has a number of its own by interval, and keeps it when it is made again', async () => {
  await add('KaonDensity', [7, 0, 26, -1], 'one');
  await add('KaonDensity', [27, 0, -1, -1], 'two');
  await add('PionDensity', [0, 0, -1, -1], 'three');
  await add('KaonDensity', [7, 0, 26, -1], 'four');
  expect(database()).toBe(
    'dbstore/KaonDensity 1 7,0,26,-1\ndbstore/KaonDensity 2 27,0,-1,-1\ndbstore/PionDensity 1 0,0,-1,-1\n',
  );
  expect(readdirSync(folder).sort()).toEqual([
    'database.txt',
    'dbstore_KaonDensity_rev_1.root',
    'dbstore_KaonDensity_rev_2.root',
    'dbstore_PionDensity_rev_1.root',
  ]);
  expect(readFileSync(path.join(folder, 'dbstore_KaonDensity_rev_1.root'), 'utf8')).toBe('four');
});

test.each([
  ['', [0, 0, -1, -1], 'payload.name'],
  ['X', [0, 0, -1], 'payload.iov'],
  ['X', [0, 0, -1, 0.5], 'payload.iov'],
])('%j %j: %s', async (name, iov, code) => {
  const error = await add(name, iov, '').catch((e: unknown) => e as DatamcError);
  expect((error as DatamcError).data).toMatchObject({ code });
});

test('another file is not written over', async () => {
  writeFileSync(path.join(folder, 'database.txt'), 'my notes\n');
  const error = await add('X', [0, 0, -1, -1], '').catch((e: unknown) => e as DatamcError);
  expect((error as DatamcError).data).toMatchObject({ code: 'payload.database' });
  expect(database()).toBe('my notes\n');
});
