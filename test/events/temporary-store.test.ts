import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { withTemporaryStore } from '../../src/events/temporary-store.js';

const dir = mkdtempSync(path.join(tmpdir(), 'datamc-temporary-'));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

test('the cache goes away after the work, and after work that fails', async () => {
  vi.stubEnv('TMPDIR', path.join(dir, 'none'));
  await expect(withTemporaryStore(1, async () => 1)).rejects.toThrow('ENOENT');
  vi.stubEnv('TMPDIR', dir);
  const file = path.join(dir, 'x.csv');
  writeFileSync(file, 'x\n1\n2\n');
  const rows = await withTemporaryStore(1, async (store) => (await store.open({ files: [file] })).count());
  expect(rows).toBe(2);
  await expect(withTemporaryStore(1, (store) => store.open({ files: [`${file}.none`] }))).rejects.toThrow('none');
  expect(readdirSync(dir)).toEqual(['x.csv']);
});
