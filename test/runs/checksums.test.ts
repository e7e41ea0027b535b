import { mkdir, rename, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/base/hash.js';
import { openChecksums } from '../../src/runs/checksums.js';
import { temporaryFolder } from '../helpers/toy-run.js';

const home = temporaryFolder();
const store = path.join(home, 'checksums.json');
const file = path.join(home, 'events.csv');

test('checksums are remembered until path, size, time or inode change', async () => {
  await writeFile(file, 'abc');
  const first = await openChecksums(store);
  expect(await first.known(file)).toBeUndefined();
  expect(await first.of(file)).toEqual({ sha256: sha256('abc'), size: 3 });
  await first.save();

  const later = async () => openChecksums(store);
  let read = 0;
  await (await later()).of(file, () => read++);
  expect(read).toBe(0);
  expect(await (await later()).known(file)).toEqual({ sha256: sha256('abc'), size: 3 });

  // Another file of the same size and time in its place: the inode tells.
  await utimes(file, 1, 1);
  const memory = await later();
  await memory.of(file);
  await memory.save();
  const other = path.join(home, 'other.csv');
  await writeFile(other, 'xyz');
  await utimes(other, 1, 1);
  await rename(other, file);
  expect(await (await later()).known(file)).toBeUndefined();
  expect(await (await later()).of(file)).toEqual({ sha256: sha256('xyz'), size: 3 });

  await writeFile(file, 'abcd');
  expect((await (await later()).of(file)).size).toBe(4);
});

test('a damaged memory is no memory', async () => {
  const broken = path.join(home, 'broken.json');
  await writeFile(broken, '{"x');
  expect((await (await openChecksums(broken)).of(file)).size).toBe(4);
});

test('what cannot be read is named', async () => {
  await mkdir(path.join(home, 'folder'));
  const sums = await openChecksums(store);
  await expect(sums.of(path.join(home, 'none'))).rejects.toThrow('no such file');
  await expect(sums.of(path.join(home, 'folder'))).rejects.toMatchObject({
    status: 2,
    data: { code: 'file.not-a-file' },
  });
});
