import { chmod, rename } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { taskError } from '../base/error.js';
import { flushTinyNumbers } from '../graph/session.js';
import { sha256File, stableJson } from '../base/hash.js';
import type { Json } from '../base/json.js';
import { makeFolder } from '../base/make-folder.js';
import { seedKey } from '../stats/key.js';
import { exists, filesBelow, remove, syncPath, writeWhole } from './files.js';
import { layout, type Layout } from './layout.js';
import type { Job } from './prepare.js';
import { finished, resultOf, type TaskRecord } from './results.js';
import { parseSummary } from './summary.js';
import type { TaskContext, TaskFunction, TaskInput, Warning } from './task.js';

/** What a task reports while it runs. */
export interface Reporter {
  progress(done: number, total: number, unit?: string): void;
  warn(warning: Warning): void;
}

let serial = 0;

/**
 * Do one task: into a temporary folder, onto the disk, then by one rename into the cache. A kill at any moment leaves
 * the whole outcome or none. Does nothing if the outcome is there already.
 *
 * @param dir the run directory
 */
export async function execute(job: Job, run: TaskFunction, dir: string, report: Reporter): Promise<void> {
  const at = layout(dir);
  if (await finished(at, job.hash)) return;
  const making = path.join(at.making, `${job.hash}.${hostname()}.${process.pid}.${serial++}`);
  await Promise.all([making, at.scratch(job.hash), at.events].map((folder) => makeFolder(folder)));
  try {
    const warnings: Warning[] = [];
    const context = await contextOf(job, making, at, {
      progress: report.progress,
      warn(warning) {
        warnings.push(warning);
        report.warn(warning);
      },
    });
    await flushTinyNumbers();
    const result = await run(context);
    await finish(job, result, making, warnings);
    await settle(making, at, job.hash);
  } catch (error) {
    await remove(making);
    throw error;
  }
  await remove(at.scratch(job.hash));
}

async function contextOf(job: Job, dir: string, at: Layout, report: Reporter): Promise<TaskContext> {
  const inputs = new Map<string, TaskInput>();
  for (const need of job.needs) {
    const warnings = (await finished(at, need.hash))?.warnings ?? [];
    inputs.set(need.id, { dir: at.task(need.hash), result: await resultOf(at, need.hash), warnings });
  }
  return {
    id: job.id,
    params: job.params,
    files: job.files.map((file) => file.path),
    key: seedKey(job.seed).split(job.key),
    dir,
    scratch: at.scratch(job.hash),
    threads: job.threads,
    quick: job.quick,
    cache: at.events,
    provenance: job.provenance,
    input(id) {
      const input = inputs.get(id);
      if (!input) throw new TypeError(`task "${job.id}" reads "${id}", which is not among its needs`);
      return input;
    },
    missing: job.missing,
    progress: report.progress,
    warn: (message, count) => report.warn(count === undefined ? { message } : { message, count }),
  };
}

async function finish(job: Job, result: Json, dir: string, warnings: readonly Warning[]): Promise<void> {
  try {
    stableJson(result);
  } catch (error) {
    throw taskError({ code: 'task.bad-result', message: `the result's ${(error as Error).message}`, path: job.id });
  }
  if (job.summary) parseSummary(result, job.id);
  for (const output of job.outputs) {
    if (await exists(path.join(dir, output))) continue;
    throw taskError({ code: 'task.no-output', message: `task "${job.id}" did not write "${output}"`, path: job.id });
  }
  const outputs: Record<string, { sha256: string; size: number }> = {};
  for (const name of await filesBelow(dir)) {
    let size = 0;
    const sha256 = await sha256File(path.join(dir, name), (bytes) => (size += bytes));
    outputs[name] = { sha256, size };
  }
  // In the task's own order: a summary is read from top to bottom.
  await writeWhole(path.join(dir, 'result.json'), `${JSON.stringify(result ?? null, undefined, 1)}\n`);
  const files = job.files.map(({ name, sha256 }) => ({ name, sha256 }));
  const record: TaskRecord = { job: { ...job, files }, warnings, outputs };
  await writeWhole(path.join(dir, 'task.json'), `${stableJson(record as unknown as Json, 1)}\n`);
}

async function settle(making: string, at: Layout, hash: string): Promise<void> {
  const folders = new Set<string>([making]);
  for (const name of await filesBelow(making)) {
    const file = path.join(making, name);
    await syncPath(file);
    await chmod(file, 0o444);
    for (let dir = path.dirname(file); dir !== making; dir = path.dirname(dir)) folders.add(dir);
  }
  for (const folder of folders) await syncPath(folder);
  try {
    await rename(making, at.task(hash));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    // Somebody else finished the same task, to the same bytes; or what is there is damaged and must make room.
    if (await finished(at, hash)) await remove(making);
    else {
      await remove(at.task(hash));
      await rename(making, at.task(hash));
    }
  }
  await syncPath(at.cache);
}
