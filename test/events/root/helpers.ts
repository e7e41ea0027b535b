import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { DatamcError } from '../../../src/base/error.js';
import { openBytes } from '../../../src/events/root/byte-source.js';
import { createUnpacker } from '../../../src/events/root/codecs/unpack.js';
import { columnsOf } from '../../../src/events/root/columns.js';
import type { JsrootTree } from '../../../src/events/root/jsroot-objects.js';
import { openMetadata } from '../../../src/events/root/metadata.js';
import type { BranchPlan } from '../../../src/events/root/plan.js';
import type { RootColumn } from '../../../src/events/root/types.js';

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), 'fixtures');
export const fixture = (name: string): string => path.join(folder, name);

export const expected = JSON.parse(readFileSync(fixture('expected.json'), 'utf8')) as Record<string, unknown[]>;

/** A column as the lists of numbers and texts that expected.json holds. */
export function asLists(column: RootColumn): unknown[] {
  if (column.kind === 'string' || column.kind === 'objects') return column.values;
  const numbers = Array.from(column.values as ArrayLike<number | bigint>, (value) => {
    if (column.type === 'bool') return value === 1;
    const exact = typeof value === 'number' || (value >= -(2n ** 53n) && value <= 2n ** 53n);
    return exact ? Number(value) : String(value);
  });
  if (column.kind === 'flat') return numbers;
  if (column.kind === 'fixed') {
    return Array.from({ length: numbers.length / column.length }, (_, i) =>
      numbers.slice(i * column.length, (i + 1) * column.length),
    );
  }
  return Array.from({ length: column.offsets.length - 1 }, (_, i) =>
    numbers.slice(column.offsets[i], column.offsets[i + 1]),
  );
}

/** A folder that is removed after the tests of a file. */
export function scratchFolder(): (name: string, bytes: Uint8Array) => string {
  const made = mkdtempSync(path.join(tmpdir(), 'datamc-root-'));
  afterAll(() => rmSync(made, { recursive: true }));
  return (name, bytes) => {
    const file = path.join(made, name);
    writeFileSync(file, bytes);
    return file;
  };
}

/** How the branches of a tree are to be decoded, by column. */
export async function plansOf(file: string, tree: string): Promise<Map<string, BranchPlan>> {
  const source = openBytes(file);
  try {
    const metadata = await openMetadata(source, createUnpacker());
    const columns = columnsOf((await metadata.readObject(tree)) as JsrootTree, metadata);
    return new Map([...columns].flatMap(([name, { plan }]) => (plan ? [[name, plan] as const] : [])));
  } finally {
    source.close();
  }
}

/** The error that a piece of work ends with. */
export async function failure(work: Promise<unknown> | (() => unknown)): Promise<DatamcError> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    return error as DatamcError;
  }
  throw new Error('it did not fail');
}
