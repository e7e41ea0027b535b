import { stat } from 'node:fs/promises';
import path from 'node:path';
import { emptyCatalogue, readCatalogue, writeCatalogue, type Catalogue, type CatalogueEntry } from './catalogue.js';
import { eventFilesBelow, indexFiles, type Belongs } from './index-files.js';
import { queryCatalogue, type Query } from './query.js';

export interface CatalogueOptions extends Belongs {
  /** Files to enter. */
  readonly add?: readonly string[] | undefined;
  /** Folders whose event files are entered. */
  readonly scan?: readonly string[] | undefined;
  /** Forget files that are gone. */
  readonly prune?: boolean | undefined;
  /** `proc13+prompt`. */
  readonly query?: string | undefined;
  /** Columns that files must have. */
  readonly columns?: readonly string[] | undefined;
  readonly jobs?: number | undefined;
  readonly progress?: (done: number, total: number) => void;
}

export interface CatalogueAnswer {
  readonly catalogue: string;
  readonly entries: readonly CatalogueEntry[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Files whose size is not what it was when they were indexed. */
  readonly changed: readonly string[];
}

/**
 * Enters files into a catalogue, forgets those that are gone, and answers a query. A file that is entered again replaces itself.
 *
 * @param file the catalogue; begun where it does not exist and something is added
 * @throws userError `catalogue.*`
 * @example await pidCatalogue('catalogue.yaml', { add: ['a.parquet'], collection: 'proc13', mode: 'Dst' })
 */
export async function pidCatalogue(file: string, options: CatalogueOptions = {}): Promise<CatalogueAnswer> {
  const folders = await Promise.all((options.scan ?? []).map(eventFilesBelow));
  const wanted = [...new Set([...(options.add ?? []), ...folders.flat()].map((f) => path.resolve(f)))];
  const there = (await stat(file).catch(() => undefined)) !== undefined;
  let catalogue: Catalogue = there || wanted.length === 0 ? await readCatalogue(file) : emptyCatalogue(file);
  const removed: string[] = [];
  const before = catalogue;
  if (wanted.length > 0) {
    const fresh = await indexFiles(wanted, options, options);
    const kept = catalogue.entries.filter((e) => !wanted.includes(e.file));
    catalogue = { ...catalogue, entries: [...kept, ...fresh] };
  }
  const sizes = await Promise.all(
    catalogue.entries.map((e) =>
      stat(e.file).then(
        (s) => s.size,
        () => undefined,
      ),
    ),
  );
  if (options.prune) {
    removed.push(...catalogue.entries.filter((_, i) => sizes[i] === undefined).map((e) => e.file));
    catalogue = { ...catalogue, entries: catalogue.entries.filter((_, i) => sizes[i] !== undefined) };
  }
  if (catalogue !== before) await writeCatalogue(catalogue);
  const query: Query =
    wanted.length > 0
      ? {}
      : { collection: options.query, mode: options.mode, period: options.period, columns: options.columns };
  const entries = queryCatalogue(catalogue, { ...query, collection: options.query }, '--query');
  const size = new Map(catalogue.entries.map((e) => [e.file, e.bytes]));
  const changed: string[] = [];
  for (const e of entries) {
    const now = await stat(e.file).catch(() => undefined);
    if (now?.size !== size.get(e.file)) changed.push(e.file);
  }
  return { catalogue: catalogue.path, entries, added: wanted, removed, changed };
}

/** One collection, summed over its files. */
export interface Collection {
  readonly name: string;
  readonly kind: 'data' | 'simulation';
  readonly modes: readonly { readonly mode: string; readonly files: number; readonly rows: number }[];
  readonly files: number;
  readonly rows: number;
}

/**
 * The collections of a catalogue, by name, with their modes. Named unions come last.
 *
 * @example const { collections } = await pidCollections('catalogue.yaml')
 */
export async function pidCollections(
  file: string,
): Promise<{ readonly collections: readonly Collection[]; readonly unions: Catalogue['unions'] }> {
  const { entries, unions } = await readCatalogue(file);
  const names = [...new Set(entries.map((e) => e.collection))].sort();
  const sum = (list: readonly CatalogueEntry[]): number => list.reduce((rows, e) => rows + e.rows, 0);
  const collections = names.map((name): Collection => {
    const own = entries.filter((e) => e.collection === name);
    const modes = [...new Set(own.map((e) => e.mode))].sort().map((mode) => {
      const of = own.filter((e) => e.mode === mode);
      return { mode, files: of.length, rows: sum(of) };
    });
    return { name, kind: own[0].kind, modes, files: own.length, rows: sum(own) };
  });
  return { collections, unions };
}
