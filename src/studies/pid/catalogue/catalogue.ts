import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { userError } from '../../../base/error.js';
import { checkPlace, makeFolder } from '../../../base/make-folder.js';
import { writeWhole } from '../../../runs/files.js';
import { explainIssue, worst } from '../../issues.js';
import { jsonSchema } from '../../json-schema.js';
import { parseYaml } from '../../parse-yaml.js';

const word = z.string().regex(/^[\w.-]+$/, 'must consist of letters, digits, dots, underscores and dashes');

const entry = z.strictObject({
  file: z.string().min(1).describe('path, relative to the catalogue'),
  collection: word.describe('data period or simulation campaign'),
  mode: word.describe('control mode, such as Dst'),
  period: word.optional().describe('data-taking period that the file belongs to'),
  kind: z.enum(['data', 'simulation']).describe('data or simulation'),
  tree: z.string().min(1).optional().describe('tree of a ROOT file'),
  rows: z.int().min(0),
  bytes: z.int().min(0).describe('size of the file when it was indexed'),
  columns: z.string().min(1).describe('which list of columns it has: a key of "columns"'),
});

const schema = z.strictObject({
  catalogue: z.literal(1).describe('version of the format'),
  collections: z
    .record(z.string().min(1), z.array(z.string().min(1)).min(1))
    .default({})
    .describe('names for unions of collections'),
  files: z.array(entry).default([]),
  columns: z.record(z.string(), z.array(z.string())).default({}).describe('lists of columns, each once'),
});

/** One tuple: a file, what it belongs to, what it holds. */
export interface CatalogueEntry {
  /** Absolute. */
  readonly file: string;
  readonly collection: string;
  readonly mode: string;
  readonly period?: string | undefined;
  readonly kind: 'data' | 'simulation';
  readonly tree?: string | undefined;
  readonly rows: number;
  readonly bytes: number;
  readonly columns: readonly string[];
}

/** An index of tuples by collection, mode, period and variables. */
export interface Catalogue {
  /** Where it is kept, absolute. */
  readonly path: string;
  /** Names for unions of collections. */
  readonly unions: Readonly<Record<string, readonly string[]>>;
  readonly entries: readonly CatalogueEntry[];
}

export const emptyCatalogue = (file: string): Catalogue => ({ path: path.resolve(file), unions: {}, entries: [] });

/**
 * Reads a catalogue, YAML or JSON.
 *
 * @throws userError `catalogue.unreadable`, or what is wrong in it with its line and the nearest known key
 */
export async function readCatalogue(file: string): Promise<Catalogue> {
  const full = path.resolve(file);
  const text = await readFile(full, 'utf8').catch((cause: unknown) => {
    const hint = 'datamc pid catalogue --add FILE… --collection NAME --mode MODE begins one';
    throw userError(
      { code: 'catalogue.unreadable', message: `there is no catalogue "${file}"`, path: file, hint },
      { cause },
    );
  });
  const { raw, where } = parseYaml(text, path.basename(full), {
    what: 'a catalogue',
    example: 'catalogue: 1, files: […]',
  });
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    const { keys, ...data } = explainIssue(worst(parsed.error.issues), raw, jsonSchema(schema));
    throw userError({ ...data, path: where(keys) });
  }
  const { files, columns, collections } = parsed.data;
  const directory = path.dirname(full);
  const entries = files.map((f, i): CatalogueEntry => {
    const names = columns[f.columns] as string[] | undefined;
    if (!names) {
      const message = `the catalogue has no list of columns "${f.columns}"`;
      throw userError({ code: 'catalogue.columns', message, path: where(['files', i, 'columns']) });
    }
    return { ...f, file: path.resolve(directory, f.file), columns: names };
  });
  return { path: full, unions: collections, entries };
}

/** The catalogue as text: paths relative to it, lists of columns once each; equal contents, equal bytes. */
export function catalogueText({ path: file, unions, entries }: Catalogue): string {
  const lists = new Map<string, string>();
  const columns: Record<string, readonly string[]> = {};
  const directory = path.dirname(file);
  const sorted = [...entries].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  const files = sorted.map(({ columns: names, file: full, ...rest }) => {
    const key = JSON.stringify(names);
    let list = lists.get(key);
    if (list === undefined) {
      list = `c${lists.size + 1}`;
      lists.set(key, list);
      columns[list] = names;
    }
    const relative = path.relative(directory, full);
    return { file: relative.split(path.sep).join('/'), ...rest, columns: list };
  });
  const body = { catalogue: 1, ...(Object.keys(unions).length ? { collections: unions } : {}), files, columns };
  const json = JSON.stringify(body, undefined, 1);
  return file.endsWith('.json') ? `${json}\n` : stringify(JSON.parse(json), { lineWidth: 120 });
}

/** Writes a catalogue in one piece, where its `path` says; the folder is made. */
export async function writeCatalogue(catalogue: Catalogue): Promise<void> {
  await checkPlace(catalogue.path);
  await makeFolder(path.dirname(catalogue.path));
  await writeWhole(catalogue.path, catalogueText(catalogue));
}
