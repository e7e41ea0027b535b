import { chmod, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkPlace, makeFolder } from '../../src/base/make-folder.js';
import { temporaryFolder } from '../helpers/toy-run.js';

const dir = temporaryFolder();
const at = (...parts: string[]): string => path.join(dir, ...parts);

test('makes what is missing, once or many times, by many at once', async () => {
  await Promise.all(Array.from({ length: 20 }, () => makeFolder(at('a', 'b', 'c'))));
  await makeFolder(at('a', 'b', 'c'));
  // The folder above may come to be between the look at what is missing and the look above.
  for (let k = 0; k < 200; k++)
    await Promise.all(Array.from({ length: 8 }, (_, i) => makeFolder(at('many', String(k), 'x', String(i)))));
  expect((await stat(at('a', 'b', 'c'))).isDirectory()).toBe(true);
  await symlink(at('a'), at('link'));
  await makeFolder(at('link', 'd'));
  expect(await readdir(at('a'))).toEqual(['b', 'd']);
});

test('looking leaves nothing behind', async () => {
  await checkPlace(at('look', 'at', 'me'));
  await makeFolder(at('empty'));
  await checkPlace(at('empty'));
  expect(await readdir(at('empty'))).toEqual([]);
  expect(await readdir(dir)).not.toContain('look');
});

test('a file that is there may be replaced; what is below it cannot be made', async () => {
  await writeFile(at('file'), '');
  await checkPlace(at('file'));
  const error = {
    status: 2,
    data: { code: 'file.unwritable', message: expect.stringContaining('is a file') as string },
  };
  await expect(checkPlace(at('file', 'x', 'y'))).rejects.toMatchObject(error);
  await expect(makeFolder(at('file', 'x', 'y'))).rejects.toMatchObject(error);
  await expect(makeFolder(at('file'))).rejects.toMatchObject(error);
  await symlink(at('nowhere'), at('broken'));
  await expect(makeFolder(at('broken', 'x'))).rejects.toMatchObject({ status: 2 });
});

// Below /proc Node's own recursive mkdir goes round for ever.
test.runIf(process.platform === 'linux')('ends where the system refuses', { timeout: 2000 }, async () => {
  const error = { status: 2, data: { message: expect.stringContaining('nothing can be made there') as string } };
  for (const place of ['/proc/x', '/proc/x/y/z']) {
    await expect(makeFolder(place)).rejects.toMatchObject(error);
    await expect(checkPlace(place)).rejects.toMatchObject(error);
  }
});

// Rights do not bind root.
test.skipIf(process.getuid?.() === 0)('a folder without permission is refused', async () => {
  await makeFolder(at('shut'));
  await chmod(at('shut'), 0o555);
  const error = { status: 2, data: { message: expect.stringContaining('no permission') as string } };
  for (const place of ['', 'x']) {
    await expect(makeFolder(at('shut', place))).rejects.toMatchObject(error);
    await expect(checkPlace(at('shut', place))).rejects.toMatchObject(error);
  }
});
