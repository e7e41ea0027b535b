import type { EventStore, EventTable } from '../../../events/store.js';
import { resolveFile } from '../../samples.js';
import { inPlaceOf, readOwnVariables, type OwnVariablesSpec } from '../../own-variables.js';

/** Files of events as a one-shot command names them. */
export interface FileSample {
  /** Paths or globs, relative to the working directory. */
  readonly files: readonly string[];
  readonly tree?: string | undefined;
  /** One row an object: `Muon` turns the lists `Muon_pt`, `Muon_eta`, … into single values. */
  readonly explode?: string | undefined;
  /** At most so many entries. */
  readonly entries?: number | undefined;
  readonly select?: string | undefined;
  /** The events' own weight: an expression of either sign. */
  readonly weight?: string | undefined;
}

/** What strings about events may use besides columns. */
export interface StringOptions {
  /** Derived columns. */
  readonly define?: Readonly<Record<string, string>> | undefined;
  /** Own variables: definitions by name, modules, or a list of them. */
  readonly with?: OwnVariablesSpec | undefined;
}

export interface FileOptions extends StringOptions {
  readonly jobs?: number | undefined;
  readonly warn?: ((message: string, count?: number) => void) | undefined;
}

/**
 * Opens files with all that strings about them may use, and passes on what is odd about them.
 *
 * @param at where the files were named, for errors
 * @param prefix of the columns that strings name by their short names
 */
export async function openFiles(
  store: EventStore,
  { files, tree, explode, entries, select }: FileSample,
  { define, with: own, warn }: FileOptions,
  at: string,
  prefix?: string,
): Promise<EventTable> {
  const found = (await Promise.all(files.map((f) => resolveFile(f, process.cwd(), at)))).flat();
  const variables = inPlaceOf(await readOwnVariables(own, process.cwd(), '--with'), prefix);
  const table = await store.open({ files: found, tree, explode, entries }, { select, define, path: at, ...variables });
  for (const { message, count } of table.warnings) warn?.(message, count);
  return table;
}
