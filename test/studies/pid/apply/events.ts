import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openStore } from '../../../../src/events/store.js';
import { writeTable } from '../../../../src/events/write-table.js';
import { weightOptionsSchema, type WeightOptions } from '../../../../src/studies/pid/apply/options.js';
import type { LoadedTable } from '../../../../src/studies/pid/apply/load-tables.js';
import type { WeightTable } from '../../../../src/hist/weight-table.js';

/** A folder that is gone after the tests. */
export function folder(name: string): string {
  const dir = mkdtempSync(join(tmpdir(), `datamc-${name}-`));
  afterAll(() => rmSync(dir, { recursive: true }));
  return dir;
}

export const parsed = (options: WeightOptions = {}) => weightOptionsSchema.parse(options);

/** Tables as if read from a file, rows in the order of their cells. */
export const loaded = (...tables: readonly WeightTable[]): LoadedTable[] =>
  tables.map((table, i) => ({
    table,
    order: table.cells.flatMap((c, k) => (Number.isNaN(c.ratio.value) ? [] : [k])),
    name: `table${i}`,
    files: [`table${i}.csv`],
  }));

export async function write(file: string, columns: Readonly<Record<string, ArrayLike<number>>>): Promise<string> {
  await writeTable(
    file,
    Object.entries(columns).map(([name, values]) => ({ name, values: Float64Array.from(values) })),
  );
  return file;
}

/** Columns of a file of events. */
export async function read(
  file: string,
  names: readonly string[],
  cache: string,
): Promise<Record<string, Float64Array>> {
  const store = await openStore({ cache, threads: 1 });
  try {
    const table = await store.open({ files: [file] });
    return await table.read(Object.fromEntries(names.map((n) => [n, `\`${n}\``])), { lenient: true });
  } finally {
    await store.close();
  }
}
