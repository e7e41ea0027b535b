import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readMatrix } from '../../../src/formats/tables/read-matrix.js';

const dir = mkdtempSync(join(tmpdir(), 'datamc-matrix-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** What numpy.save writes for a matrix of doubles (format version 1.0). */
function npy(rows: readonly (readonly number[])[], fortran = false): Buffer {
  const shape = `(${rows.length}, ${rows[0].length})`;
  const dict = `{'descr': '<f8', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${shape}, }`;
  const head = Buffer.alloc(128, ' ');
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(118, 8);
  head.write(dict, 10);
  head[127] = 10;
  const columns = rows[0].map((_, j) => rows.map((r) => r[j]));
  return Buffer.concat([head, Buffer.from(Float64Array.from((fortran ? columns : rows).flat()).buffer)]);
}

test('a covariance from NumPy, in either order of memory, and from text', async () => {
  const matrix = [
    [4, 1, 0.5],
    [1, 9, -2],
    [0.25, 7, 1],
  ];
  const file = (name: string, bytes: Buffer | string): string => {
    writeFileSync(join(dir, name), bytes);
    return join(dir, name);
  };
  const files = [
    file('c.npy', npy(matrix)),
    file('f.npy', npy(matrix, true)),
    file('m.csv', matrix.map((r) => r.join(', ')).join('\n')),
    file('m.txt', `# a comment\n${matrix.map((r) => r.join(' ')).join('\n')}\n`),
  ];
  for (const name of files) expect((await readMatrix(name)).map((r) => [...r])).toEqual(matrix);
  await expect(readMatrix(file('wide.csv', '1,2,3\n4,5,6\n'))).rejects.toThrow(/square/);
  await expect(readMatrix(file('head.csv', 'a,b\n1,2\n'))).rejects.toThrow(/"a" is not a number/);
  await expect(readMatrix(join(dir, 'none.npy'))).rejects.toThrow(/cannot read/);
});
