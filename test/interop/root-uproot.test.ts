import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openRoot } from '../../src/events/root/reader.js';
import type { RootColumn } from '../../src/events/root/reader.js';
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
