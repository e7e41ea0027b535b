import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../../../base/error.js';
import { expandGlob, isPattern } from '../../glob.js';
import type { ProductionTask } from './settings.js';

/** What a .list file names. */
export interface Inputs {
  /** Absolute paths of files that are here. */
  readonly local: readonly string[];
  /** Logical names of datasets on the grid. */
  readonly grid: readonly string[];
  /** Neither. */
  readonly absent: readonly string[];
}

/** Logical path names of the experiment's grid begin so. */
const isLogical = (name: string): boolean => /^(?:LFN:)?\/belle\//.test(name);

/**
 * Reads a task's .list file: one file, pattern or logical path name a line; blank lines and what follows `#` are passed by.
 *
 * @throws userError `produce.list-file`: no such file, or nothing in it
 */
export async function readInputs(task: ProductionTask, directory: string, at: string): Promise<Inputs> {
  const list = path.resolve(directory, task.path);
  const text = await readFile(list, 'utf8').catch((cause: unknown) => {
    const message = `cannot read the list "${task.path}" of ${task.short_name}`;
    throw userError({ code: 'produce.list-file', message, path: at, got: list }, { cause });
  });
  const names = text
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter(Boolean);
  if (names.length === 0) {
    const message = `the list "${task.path}" of ${task.short_name} names no file`;
    throw userError({ code: 'produce.list-file', message, path: at, expected: 'a file or dataset a line' });
  }
  const folder = path.dirname(list);
  const [local, grid, absent] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const name of names) {
    const file = path.resolve(folder, name);
    if ((await stat(file).catch(() => undefined))?.isFile()) local.add(file);
    else if (isLogical(name)) grid.add(name.replace(/^LFN:/, ''));
    else {
      const found = isPattern(name) ? await expandGlob(name, folder) : [];
      for (const f of found) local.add(f);
      if (found.length === 0) absent.add(name);
    }
  }
  return { local: [...local], grid: [...grid], absent: [...absent] };
}
