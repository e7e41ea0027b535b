import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../base/error.js';
import { didYouMean } from '../base/near.js';
import { expandGlob, isPattern } from './glob.js';
import type { Sample, StudyHead } from './head.js';

/**
 * Make the files of every sample absolute, globs expanded and sorted.
 *
 * @param directory the study file's folder
 * @throws userError `study.no-file` where nothing matches, `study.not-a-file` for a folder
 */
export async function resolveSamples(
  samples: StudyHead['samples'],
  directory: string,
): Promise<Record<string, Sample>> {
  const resolved: Record<string, Sample> = {};
  for (const [name, sample] of Object.entries(samples)) {
    const files: string[] = [];
    for (const [i, entry] of sample.files.entries()) {
      files.push(...(await resolveFile(entry, directory, `samples.${name}.files[${i}]`)));
    }
    resolved[name] = { ...sample, files };
  }
  return resolved;
}

/** One entry of a list of files; `at` is its place in the study file. */
export async function resolveFile(entry: string, directory: string, at: string): Promise<string[]> {
  if (isPattern(entry)) {
    const files = await expandGlob(entry, directory);
    if (files.length) return files;
    const hint = `paths are relative to ${directory}`;
    throw userError({ code: 'study.no-file', message: `no file matches "${entry}"`, path: at, hint });
  }
  const file = path.resolve(directory, entry);
  const info = await stat(file).catch(() => undefined);
  if (info?.isFile()) return [file];
  if (info?.isDirectory()) {
    const hint = `to read all of it: "${entry.replace(/\/$/, '')}/*.root"`;
    throw userError({
      code: 'study.not-a-file',
      message: `"${entry}" is a folder`,
      path: at,
      expected: 'a file',
      hint,
    });
  }
  const neighbours = await readdir(path.dirname(file)).catch(() => []);
  const hint = didYouMean(path.basename(file), neighbours) ?? `paths are relative to ${directory}`;
  throw userError({ code: 'study.no-file', message: `there is no file "${entry}"`, path: at, hint });
}
