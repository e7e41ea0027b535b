import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isCollection, isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { DatamcError, userError, type ErrorData } from '../base/error.js';
import type { Json } from '../base/json.js';
import type { StudyHead } from './head.js';
import { explainIssue, worst } from './issues.js';
import { jsonSchema } from './json-schema.js';
import { findStudy } from './registry.js';
import { resolveSamples } from './samples.js';
import type { StudyDefinition } from './study.js';

/** A study file, read and checked. */
export interface StudyFile {
  /** Absolute path of the file, and of its folder. */
  readonly file: string;
  readonly directory: string;
  readonly definition: StudyDefinition;
  /** Defaults filled in, sample files absolute. */
  readonly study: StudyHead;
  /** Where a key stands: `study.yaml:7:5`. */
  where(keys: readonly PropertyKey[]): string;
  /** The outermost keys that the file has. */
  readonly keys: ReadonlySet<string>;
}

/**
 * Read a study file. Every error names the key, its line and column, and what was expected.
 *
 * @throws userError `study.*`
 */
export async function readStudy(file: string): Promise<StudyFile> {
  const absolute = path.resolve(file);
  const bytes = await readFile(absolute).catch((cause: NodeJS.ErrnoException) => {
    const message = cause.code === 'EISDIR' ? `"${file}" is a folder, not a study file` : `cannot read "${file}"`;
    const hint = 'datamc demo correction --write DIR writes a study file to begin with';
    throw userError({ code: 'study.unreadable', message, path: file, hint });
  });
  const text = textOf(bytes, path.basename(absolute));
  const directory = path.dirname(absolute);
  const { raw, where } = parseYaml(text, path.basename(absolute));
  const given = raw as Record<string, unknown>;
  const name = path.basename(absolute).replace(/\.ya?ml$/, '');
  const named = 'name' in given ? given : { ...given, name: name.replace(/[^\w.+-]/g, '-') };
  const definition = await findStudy(given['study'], directory, where(['study']));
  const parsed = definition.schema.safeParse(named);
  if (!parsed.success) {
    const { keys: place, ...data } = explainIssue(worst(parsed.error.issues), given, jsonSchema(definition.schema));
    throw userError({ ...data, path: where(place) });
  }
  const keys = new Set(Object.keys(given));
  const samples = await withPlaces({ where, keys }, () => resolveSamples(parsed.data.samples, directory));
  return { file: absolute, directory, definition, study: { ...parsed.data, samples }, where, keys };
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const before = new TextDecoder('utf-8').decode(bytes).split('\ufffd', 1)[0];
    throw userError({
      code: 'study.not-utf8',
      message: 'the study file is not written in UTF-8',
      path: `${name}:${before.split('\n').length}`,
      expected: 'a text file in UTF-8',
      hint: 'save it as UTF-8 in your editor',
    });
  }
}

/** Parse YAML; the keys of the outermost level are looked up later. */
export function parseYaml(text: string, name: string): { raw: Json; where(keys: readonly PropertyKey[]): string } {
  const lines = new LineCounter();
  const document = parseDocument(text.replace(/^\uFEFF/, ''), { lineCounter: lines, uniqueKeys: true, merge: true });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const [error] = document.errors;
  if (error) {
    const duplicate = error.code === 'DUPLICATE_KEY';
    const key = duplicate ? /^[^\s:]+/.exec(text.slice(error.pos[0]))?.[0] : undefined;
    throw userError({
      code: duplicate ? 'study.duplicate-key' : 'study.not-yaml',
      message: duplicate ? `the key "${key}" stands twice` : `not valid YAML: ${firstLine(error.message)}`,
      path: place(error.pos[0]),
      hint: duplicate ? 'keep one of the two' : 'indent with blanks, put texts with ": " or "#" in quotes',
    });
  }
  const raw = plainValue(document, name);
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw)) {
    const message = raw === null ? 'the study file is empty' : 'a study file consists of keys and values';
    throw userError({ code: 'study.not-a-study', message, path: name, expected: 'study: correction, samples: …' });
  }
  return { raw, where: (keys) => place(offsetOf(document, keys)) };
}

// Aliases are followed only now: unknown ones, and more of them than a study can need, are found here.
function plainValue(document: Document, name: string): Json {
  try {
    return document.toJS() as Json;
  } catch (cause) {
    throw userError(
      {
        code: 'study.not-yaml',
        message: `not valid YAML: ${firstLine((cause as Error).message)}`,
        path: name,
        hint: 'a text that begins with * or & stands in quotes: "*.root"',
      },
      { cause },
    );
  }
}

/** Where a key stands, or the nearest enclosing one that is there. */
function offsetOf(document: Document, keys: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = isCollection(node) ? (node.range?.[0] ?? 0) : 0;
  for (const key of keys) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (!pair) break;
      offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
      node = pair.value;
    } else if (isCollection(node)) {
      node = (node.items as unknown[])[Number(key)];
      const range = (node as { range?: [number, number, number] | null } | undefined)?.range;
      if (!range) break;
      offset = range[0];
    } else break;
  }
  return offset;
}

/**
 * What is wrong, with line and column where its path is a key of the study file: `samples.data.select` becomes
 * `study.yaml:7:5, samples.data.select`. Other paths stay as they are.
 */
export function located(data: ErrorData, file: Pick<StudyFile, 'where' | 'keys'>): ErrorData {
  const keys = (data.path ?? '')
    .split(/[.[\]]/)
    .filter(Boolean)
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  const known = keys.length > 0 && file.keys.has(String(keys[0]));
  return known ? { ...data, path: `${file.where(keys)}, ${data.path}` } : data;
}

function rethrowLocated(error: unknown, file: Pick<StudyFile, 'where' | 'keys'>): never {
  if (!(error instanceof DatamcError)) throw error;
  const moved = new DatamcError(located(error.data, file), error.status);
  if (error.stack) moved.stack = error.stack;
  throw moved;
}

/** Does something whose errors name keys of the study file, and adds line and column to them. */
export async function withPlaces<T>(file: Pick<StudyFile, 'where' | 'keys'>, body: () => T | Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    return rethrowLocated(error, file);
  }
}

const firstLine = (text: string): string => text.split('\n', 1)[0].replace(/ at line \d+, column \d+:?$/, '');
