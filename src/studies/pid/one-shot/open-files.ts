import path from 'node:path';
import type { EventStore, EventTable, SampleSpec, TableOptions } from '../../../events/store.js';

/** Files of events as a one-shot command names them. */
export interface FileSample {
  readonly files: readonly string[];
  readonly tree?: string | undefined;
  readonly select?: string | undefined;
  /** The events' own weight: an expression of either sign. */
  readonly weight?: string | undefined;
}

export interface FileOptions {
  readonly jobs?: number | undefined;
  warn?(message: string, count?: number): void;
}

/** Opens files, and passes on what is odd about them. */
export async function openFiles(
  store: EventStore,
  { files, tree, select }: FileSample,
  options: TableOptions & FileOptions,
): Promise<EventTable> {
  const { define, path: at, warn, ...rest } = options;
  const spec: SampleSpec = { files: files.map((f) => path.resolve(f)), tree, select };
  const table = await store.open(spec, { define, path: at, select: rest.select, variables: rest.variables });
  for (const { message, count } of table.warnings) warn?.(message, count);
  return table;
}
