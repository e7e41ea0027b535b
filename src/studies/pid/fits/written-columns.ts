import path from 'node:path';
import type { EventStore, EventTable } from '../../../events/store.js';
import { writeTable } from '../../../events/write-table.js';

/** What the classifier says of a candidate; in simulation, which species it belongs to: 0 signal, 1, … backgrounds, −1 none. */
export const OUTPUT = 'sWeight_output';
export const PART = 'sWeight_part';

/** Columns of weights of one sample, row by row as prepared. */
export const weightsFile = (sample: string): string => `weights_${sample}.parquet`;

/** Keeps the columns of one sample for the task that writes its tuple. */
export const keepColumns = (
  dir: string,
  sample: string,
  columns: Readonly<Record<string, Float64Array>>,
): Promise<void> =>
  writeTable(
    path.join(dir, weightsFile(sample)),
    Object.entries(columns).map(([name, values]) => ({ name, values })),
  );

/** The prepared candidates with the columns that were kept. */
export async function writeClassified(
  store: EventStore,
  table: EventTable,
  from: string,
  out: string,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const kept = await store.open({ files: [from] });
  const names = kept.columns.map((c) => c.name);
  const columns = await kept.read(Object.fromEntries(names.map((name) => [name, name])));
  await writeBeside(table, out, columns, metadata);
}

/** Writes a table with columns that are there already, row by row. */
export function writeBeside(
  table: EventTable,
  out: string,
  columns: Readonly<Record<string, Float64Array>>,
  metadata: Readonly<Record<string, string>>,
) {
  const add = ({ x }: Record<string, Float64Array>, first: number): Record<string, Float64Array> =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.slice(first, first + x.length)]));
  return table.writeWith(out, { x: '1' }, add, { metadata });
}
