import { emptyFile } from '../events/file-error.js';
import type { EventStore, EventTable } from '../events/store.js';
import { neededDefinitions } from './needed-definitions.js';
import { inPlaceOf, readOwnVariables, type OwnVariablesSpec } from './own-variables.js';

/** Events that something is applied to. */
export interface ApplyInput {
  readonly input: string;
  /** Tree of a ROOT input. */
  readonly tree?: string | undefined;
  /** Derived columns. */
  readonly define?: Readonly<Record<string, string>> | undefined;
  /** Own variables that strings may use. */
  readonly with?: OwnVariablesSpec | undefined;
  readonly warn?: ((message: string, count?: number) => void) | undefined;
}

/** What a product knows of the events that it is applied to. */
export interface ProductNeeds {
  /** Its own derived columns: those that are needed and that the input does not bring are made. */
  readonly define?: Readonly<Record<string, string>> | undefined;
  /** The strings that it evaluates. */
  readonly used?: readonly string[] | undefined;
  /** Prefix of the columns that strings name by their short names. */
  readonly prefix?: string | undefined;
  /** Where the input was named, for errors: `IN` unless told. */
  readonly path?: string | undefined;
}

/**
 * Opens the events that a product is applied to, and passes on what is odd about them.
 *
 * @throws userError `file.empty` for an input without rows, and what is wrong with files and strings
 */
export async function openApplyInput(
  store: EventStore,
  { input, tree, define = {}, with: own, warn }: ApplyInput,
  { define: known = {}, used = [], prefix, path = 'IN' }: ProductNeeds = {},
): Promise<{ readonly table: EventTable; readonly rows: number }> {
  const spec = { files: [input], tree };
  const inPlace = inPlaceOf(await readOwnVariables(own, process.cwd(), '--with'), prefix);
  let all = define;
  if (Object.keys(known).length > 0) {
    const bare = await store.open(spec, { path });
    const brought = new Set([...bare.columns.map((c) => c.name), ...Object.keys(define)]);
    const missing = Object.fromEntries(Object.entries(known).filter(([name]) => !brought.has(name)));
    all = { ...neededDefinitions(missing, used), ...define };
  }
  const table = await store.open(spec, { define: all, path, ...inPlace });
  for (const { message, count } of table.warnings) warn?.(message, count);
  const rows = await table.about();
  if (rows === 0) throw emptyFile(input, `${input} has no rows`);
  return { table, rows };
}
