import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  openStore,
  type EventStore,
  type EventTable,
  type SampleSpec,
  type TableOptions,
} from '../../../events/store.js';

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

/** A store of event tables for one command: its cache goes away with it. */
export async function withStore<T>(options: FileOptions, work: (store: EventStore) => Promise<T>): Promise<T> {
  const cache = await mkdtemp(path.join(os.tmpdir(), 'datamc-pid-'));
  const store = await openStore({ cache, temporary: true, threads: options.jobs });
  try {
    return await work(store);
  } finally {
    await store.close();
    await rm(cache, { recursive: true, force: true });
  }
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
