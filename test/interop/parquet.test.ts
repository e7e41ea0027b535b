import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ChunkReader } from '../../src/events/parquet/chunk-reader.js';
import { flatFile } from '../../src/events/parquet/flat-file.js';

const python = process.env['DATAMC_PYTHON'] ?? 'python3';
const dir = mkdtempSync(path.join(os.tmpdir(), 'datamc-parquet-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('numbers in every page, compression and encoding that pyarrow writes are read as it wrote them', async () => {
  const { files, values } = JSON.parse(
    execFileSync(python, [path.resolve('test/interop/parquet.py'), dir], { encoding: 'utf8', maxBuffer: 1 << 28 }),
  ) as { files: string[]; values: Record<string, (number | null)[]> };
  expect(files.length).toBe(32);
  const reader = new ChunkReader();
  for (const name of files) {
    const file = path.join(dir, name);
    const flat = await flatFile(file, Object.keys(values));
    const handle = openSync(file, 'r');
    for (const [i, [column, want]] of Object.entries(values).entries()) {
      const got: number[] = [];
      for (const { rows, chunks } of flat?.groups ?? []) {
        reader.open(handle, chunks[i]);
        for (let done = 0; done < rows; done += 999) {
          const out = new Float64Array(Math.min(999, rows - done));
          reader.read(out, out.length);
          got.push(...out);
        }
      }
      expect(got, `${name}, ${column}`).toEqual(want.map((v) => v ?? NaN));
    }
    closeSync(handle);
  }
});
