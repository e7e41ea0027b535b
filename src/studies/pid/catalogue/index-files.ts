import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../../../base/error.js';
import { withTemporaryStore } from '../../../events/temporary-store.js';
import type { CatalogueEntry } from './catalogue.js';

/** What a file belongs to; what is absent is read from its path. */
export interface Belongs {
  readonly collection?: string | undefined;
  readonly mode?: string | undefined;
  readonly period?: string | undefined;
  readonly kind?: 'data' | 'simulation' | undefined;
  readonly tree?: string | undefined;
}

const KEYS: Readonly<Record<string, keyof Belongs>> = {
  collection: 'collection',
  proc: 'collection',
  mode: 'mode',
  model: 'mode',
  model_name: 'mode',
  period: 'period',
};

/** What the folders of a path say: `…/collection=proc13/mode=Dst/forMC=False/a.parquet`. */
export function belongsByPath(file: string): Belongs {
  const found: Record<string, string> = {};
  for (const part of file.split(/[\\/]/)) {
    const match = /^([A-Za-z_]+)=(.+)$/.exec(part);
    if (!match) continue;
    const [, key, value] = match;
    if (Object.hasOwn(KEYS, key)) found[KEYS[key]] ??= value;
    if (key === 'forMC') found['kind'] = /^true$/i.test(value) ? 'simulation' : 'data';
    if (key === 'kind' && (value === 'data' || value === 'simulation')) found['kind'] = value;
  }
  return found;
}

/** Simulation campaigns are called MC15rd…, MC16ri…; everything else is data. */
export const kindOf = (collection: string): 'data' | 'simulation' => (/^mc/i.test(collection) ? 'simulation' : 'data');

const FORMATS = /\.(root|parquet|pq|csv|h5|hdf5|npy|npz)$/i;

/** All event files below a folder, sorted. Hidden folders, and `cache` folders of runs, are passed by. */
export async function eventFilesBelow(directory: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (dir: string): Promise<void> => {
    const list = await readdir(dir, { withFileTypes: true });
    for (const item of list.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (item.name.startsWith('.')) continue;
      const full = path.join(dir, item.name);
      if (item.isDirectory()) {
        const ofRun = item.name === 'cache' && list.some((other) => other.name === 'run.json');
        if (!ofRun) await visit(full);
      } else if (item.isFile() && FORMATS.test(item.name)) found.push(full);
    }
  };
  await visit(path.resolve(directory)).catch((cause: NodeJS.ErrnoException) => {
    const message = cause.code === 'ENOTDIR' ? `"${directory}" is no folder` : `cannot read the folder "${directory}"`;
    const hint = 'name a folder of event files, or enter files: --add FILE…';
    throw userError({ code: 'catalogue.folder', message, path: directory, hint }, { cause });
  });
  return found;
}

/**
 * Reads the headers of some files and says what to enter into a catalogue.
 *
 * @param belongs what they belong to; where it says nothing, folders such as `collection=proc13` do
 * @throws userError `catalogue.belongs` where neither says it; what is wrong with a file
 */
export async function indexFiles(
  files: readonly string[],
  belongs: Belongs,
  options: {
    readonly jobs?: number | undefined;
    readonly progress?: (done: number, total: number) => void;
  },
): Promise<CatalogueEntry[]> {
  return withTemporaryStore(options.jobs, async (store) => {
    const entries: CatalogueEntry[] = [];
    for (const [i, name] of files.entries()) {
      const file = path.resolve(name);
      const own = { ...belongsByPath(file), ...defined(belongs) };
      const { collection, mode } = own;
      if (collection === undefined || mode === undefined) {
        const lacking = collection === undefined ? 'collection' : 'mode';
        throw userError({
          code: 'catalogue.belongs',
          message: `which ${lacking} does "${name}" belong to?`,
          path: `--${lacking}`,
          expected: `--${lacking} NAME, or a folder ${lacking}=NAME in its path`,
        });
      }
      const table = await store.open({ files: [file], tree: own.tree });
      const { size } = await stat(file);
      entries.push({
        file,
        collection,
        mode,
        ...(own.period === undefined ? {} : { period: own.period }),
        kind: own.kind ?? kindOf(collection),
        ...(own.tree === undefined ? {} : { tree: own.tree }),
        rows: await table.count(),
        bytes: size,
        columns: table.columns.filter((c) => c.unreadable === undefined).map((c) => c.name),
      });
      options.progress?.(i + 1, files.length);
    }
    return entries;
  });
}

const defined = (belongs: Belongs): Belongs =>
  Object.fromEntries(Object.entries(belongs).filter(([, value]) => value !== undefined));
