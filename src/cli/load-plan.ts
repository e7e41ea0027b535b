import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Plan } from '../runs/task.js';
import { layout } from '../runs/layout.js';
import { makeRunDirectory } from '../runs/run.js';
import { exists, remove } from '../runs/files.js';
import type { StudyHead } from '../studies/head.js';
import { readStudy, withPlaces, type StudyFile } from '../studies/read.js';
import type { Globals } from './globals.js';
import type { Io } from './io.js';

/** A study file with its plan. */
export interface Planned extends StudyFile {
  readonly study: StudyHead;
  readonly plan: Plan;
  /** The run directory. */
  readonly dir: string;
}

/**
 * Read a study file and plan it. Opens the samples' headers only.
 *
 * @param keep whether the run directory may be made
 */
export async function loadPlan(file: string, globals: Globals, io: Io, keep: boolean): Promise<Planned> {
  const read = await readStudy(file);
  const study = globals.seed === undefined ? read.study : { ...read.study, seed: globals.seed };
  const dir = path.resolve(globals.out ?? path.join('runs', study.name));
  const made = !(await exists(dir));
  // Without a run directory there is no cache of headers to find; checking leaves nothing behind.
  const at = layout(made && !keep ? await mkdtemp(path.join(tmpdir(), 'datamc-check-')) : dir);
  await makeRunDirectory(at);
  let whole = false;
  try {
    const { directory, definition } = read;
    const context = { directory, quick: globals.quick, seed: study.seed, cache: at.events, warn: io.warn };
    const plan = await withPlaces(read, () => definition.plan(study, context));
    whole = true;
    return { ...read, study, plan, dir };
  } finally {
    if (made && !(keep && whole)) await remove(at.dir);
  }
}
