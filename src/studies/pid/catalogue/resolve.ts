import { stat } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../../../base/error.js';
import { readCatalogue, type CatalogueEntry } from './catalogue.js';
import { queryCatalogue, type Query } from './query.js';

const NAMES = ['catalogue.yaml', 'catalogue.yml', 'catalogue.json'];

/** The catalogue of a folder: in it, or in the nearest folder above. */
export async function findCatalogue(directory: string): Promise<string | undefined> {
  for (let dir = path.resolve(directory); ; dir = path.dirname(dir)) {
    for (const name of NAMES) {
      const file = path.join(dir, name);
      if ((await stat(file).catch(() => undefined))?.isFile()) return file;
    }
    if (path.dirname(dir) === dir) return undefined;
  }
}

/** What a query came to. */
export interface Resolved {
  /** Absolute, sorted. */
  readonly files: readonly string[];
  readonly tree?: string | undefined;
  readonly entries: readonly CatalogueEntry[];
  /** The catalogue that was asked. */
  readonly catalogue: string;
}

/**
 * The files of a collection, for `samples.data.collection` of a study.
 *
 * @param query `proc13+prompt`, `MC15rd_proc13+prompt`
 * @param options.directory where a catalogue is looked for (`catalogue.yaml`, upwards), unless `options.catalogue` names one
 * @param options.at the key, for errors
 * @throws userError `catalogue.*`: no catalogue, an unknown name (with near matches), a file that is gone
 * @example await resolveCollection('proc13+prompt', { directory: '.', mode: 'Dst' })
 */
export async function resolveCollection(
  query: string,
  options: Omit<Query, 'collection'> & {
    readonly directory: string;
    readonly catalogue?: string | undefined;
    readonly at?: string | undefined;
  },
): Promise<Resolved> {
  const { directory, at, ...rest } = options;
  const file =
    options.catalogue === undefined ? await findCatalogue(directory) : path.resolve(directory, options.catalogue);
  if (file === undefined) {
    throw userError({
      code: 'catalogue.none',
      message: `no catalogue tells what "${query}" is`,
      path: at,
      expected: `a file ${NAMES[0]} in ${directory} or above`,
      hint: 'datamc pid catalogue --add FILE… --collection NAME --mode MODE begins one; or name the files',
    });
  }
  const entries = queryCatalogue(await readCatalogue(file), { ...rest, collection: query }, at);
  for (const entry of entries) {
    if ((await stat(entry.file).catch(() => undefined))?.isFile()) continue;
    const hint = `datamc pid catalogue --catalogue ${file} --prune forgets files that are gone`;
    throw userError({
      code: 'catalogue.gone',
      message: `a file of "${query}" is gone`,
      path: at,
      got: entry.file,
      hint,
    });
  }
  const trees = [...new Set(entries.map((e) => e.tree))];
  if (trees.length > 1) {
    const message = `the files of "${query}" have their events in different trees`;
    throw userError({
      code: 'catalogue.trees',
      message,
      path: at,
      got: trees.join(', '),
      hint: 'add a mode, or make them two samples',
    });
  }
  return { files: entries.map((e) => e.file), tree: trees[0], entries, catalogue: file };
}
