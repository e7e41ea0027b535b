import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openRoot } from '../../src/events/root/reader.js';
import type { RootColumn } from '../../src/events/root/reader.js';
import { writeTable } from '../../src/events/write-table.js';
import { hasSharedData, sharedData } from '../helpers/shared-data.js';

interface Row {
  readonly tree: string;
  readonly entries: number;
  readonly column: string;
  readonly kind: RootColumn['kind'];
  readonly rounded: boolean;
  readonly digest: string;
}

const here = path.dirname(fileURLToPath(import.meta.url));
const python = process.env['DATAMC_PYTHON'] ?? 'python3';

function rootFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.root'))
    .sort()
    .map((name) => path.join(folder, name));
}

function uprootReads(file: string): Row[] {
  const lines = execFileSync(python, [path.join(here, 'root-uproot.py'), file], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);
}

function digest(column: RootColumn, rounded: boolean): string {
  const hash = createHash('md5');
  if (column.kind === 'string' || column.kind === 'objects')
    return hash.update(JSON.stringify(column.values)).digest('hex');
  if (column.kind === 'jagged') hash.update(column.offsets);
  return hash.update(rounded ? Float32Array.from(column.values as Float64Array) : column.values).digest('hex');
}

/** Every value of every column, and no column more or less. */
async function compare(path: string): Promise<void> {
  const rows = uprootReads(path);
  const file = await openRoot(path);
  expect(new Set(file.trees.map((tree) => tree.name))).toEqual(
    new Set([
      ...file.trees.filter((tree) => tree.entries === 0).map((tree) => tree.name),
      ...rows.map((row) => row.tree),
    ]),
  );
  for (const { name } of file.trees) {
    const tree = await file.tree(name);
    const wanted = rows.filter((row) => row.tree === name);
    const columns = await tree.read(tree.branches.map((branch) => branch.name));
    const ours = wanted.map((row) => {
      const column = columns.get(row.column);
      return column && { ...row, entries: tree.entries, kind: column.kind, digest: digest(column, row.rounded) };
    });
    expect(ours).toEqual(wanted);
    if (tree.entries > 0) expect([...columns.keys()].sort()).toEqual(wanted.map((row) => row.column).sort());
  }
  file.close();
}

describe('small files of every codec', () => {
  test.each(rootFiles(path.join(here, '../events/root/fixtures')))('%s', compare);
});

describe.skipIf(!hasSharedData)('files of the experiments', () => {
  test.each(hasSharedData ? rootFiles(sharedData('.')) : [])('%s', compare);
});

test.each([1, 70_001])('a tree of %d entries that datamc has written', async (n) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'datamc-uproot-'));
  const file = path.join(folder, 'written.root');
  await writeTable(file, [
    { name: 'd', values: Float64Array.from({ length: n }, (_, i) => i / 7) },
    { name: 'f', values: Float32Array.from({ length: n }, (_, i) => i / 7) },
    { name: 'l', values: BigInt64Array.from({ length: n }, (_, i) => -9_223_372_036_854_775_808n + BigInt(i)) },
    { name: 'us', values: Uint16Array.from({ length: n }, (_, i) => i % 65_536) },
    { name: 'b', values: Int8Array.from({ length: n }, (_, i) => -128 + (i % 256)) },
  ]);
  expect(uprootReads(file).map((row) => [row.column, row.entries])).toEqual(
    ['d', 'f', 'l', 'us', 'b'].map((c) => [c, n]),
  );
  await compare(file);
  rmSync(folder, { recursive: true });
});
