import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { expandGlob, isPattern } from '../../src/studies/glob.js';
import { temporaryFolder } from '../helpers/toy-run.js';

const home = temporaryFolder();

beforeAll(async () => {
  for (const name of [
    'a1.root',
    'a2.root',
    'a10.root',
    'b.csv',
    '.a3.root',
    'x/a1.root',
    'x/y/a1.root',
    'x/y/c.csv',
    'dir.root/k',
  ]) {
    await mkdir(path.dirname(path.join(home, name)), { recursive: true });
    await writeFile(path.join(home, name), '');
  }
});

test.each([
  ['*.root', ['a1.root', 'a10.root', 'a2.root']],
  ['a?.root', ['a1.root', 'a2.root']],
  ['a[2-9].root', ['a2.root']],
  ['a[!2].root', ['a1.root']],
  ['{b,a2}.{csv,root}', ['a2.root', 'b.csv']],
  ['**/a1.root', ['a1.root', 'x/a1.root', 'x/y/a1.root']],
  ['x/**/*.csv', ['x/y/c.csv']],
  ['*/y/*', ['x/y/a1.root', 'x/y/c.csv']],
  ['.a*', ['.a3.root']],
  ['none*', []],
  ['none/*.root', []],
])('%s', async (pattern, names) => {
  const found = await expandGlob(pattern, home);
  expect(found.map((file) => path.relative(home, file))).toEqual(names);
});

test('what is a pattern', () => {
  expect(['a*', 'a?', '[a]', '{a,b}'].every(isPattern)).toBe(true);
  expect(isPattern('/data/a-b_c.root')).toBe(false);
});
