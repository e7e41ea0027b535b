import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DatamcError, userError, type ErrorData } from '../base/error.js';
import type { StudyHead } from './head.js';
import { explainIssue, worst } from './issues.js';
import { jsonSchema } from './json-schema.js';
import { parseYaml } from './parse-yaml.js';
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
