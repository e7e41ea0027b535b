import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { userError } from '../base/error.js';
import { didYouMean } from '../base/near.js';
import type { StudyDefinition } from './study.js';

// Loaded when asked for: a study brings its schema, not its numerics, but five of them would slow down `--help`.
const known: Readonly<Record<string, () => Promise<StudyDefinition>>> = {
  correction: async () => (await import('./correction/index.js')).correctionStudy,
  pid: async () => (await import('./pid/index.js')).pidStudy,
};

/** Names of the studies that datamc brings, in the order of its documentation. */
export const studyNames: readonly string[] = Object.keys(known);

/**
 * A study by its name, or, for a name that ends in `.js` or `.mjs`, by its module (relative to `directory`), which
 * exports `study: StudyDefinition`.
 *
 * @param at where the name was given, for errors
 * @throws userError `study.unknown`
 */
export async function findStudy(name: unknown, directory: string, at?: string): Promise<StudyDefinition> {
  const path = at === undefined ? {} : { path: at };
  const expected = `one of ${studyNames.join(', ')}`;
  if (name === undefined) {
    throw userError({ code: 'study.missing-key', message: 'the key "study" is missing', ...path, expected });
  }
  if (typeof name === 'string' && /\.m?js$/.test(name)) return ownStudy(name, directory, at);
  const load = typeof name === 'string' && Object.hasOwn(known, name) ? known[name] : undefined;
  if (load) return load();
  const message = `there is no study ${JSON.stringify(name)}`;
  throw userError({ code: 'study.unknown', message, ...path, expected, hint: didYouMean(String(name), studyNames) });
}

async function ownStudy(name: string, directory: string, at?: string): Promise<StudyDefinition> {
  const file = path.resolve(directory, name);
  const failed = (why: string) =>
    userError({
      code: 'study.bad-module',
      message: `the study's module "${name}" ${why}`,
      path: at ?? file,
      expected: 'a module that exports "study", a StudyDefinition',
    });
  const module = (await import(pathToFileURL(file).href).catch((error: Error) => {
    throw failed(`cannot be loaded: ${error.message.split('\n', 1)[0]}`);
  })) as { study?: StudyDefinition };
  if (!module.study) throw failed('does not export "study"');
  return module.study;
}
