import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Json } from '../base/json.js';
import type { Layout } from './layout.js';
import type { Job } from './prepare.js';
import type { Warning } from './task.js';

/** `task.json` of a finished task: what was done, and what came out. */
export interface TaskRecord {
  readonly job: Omit<Job, 'files'> & { readonly files: readonly { readonly name: string; readonly sha256: string }[] };
  readonly warnings: readonly Warning[];
  readonly outputs: Readonly<Record<string, { readonly sha256: string; readonly size: number }>>;
}

/** A finished task's record, or undefined where the task is not in the cache, or not whole. */
export async function finished(layout: Layout, hash: string): Promise<TaskRecord | undefined> {
  const dir = layout.task(hash);
  let record: TaskRecord;
  try {
    record = JSON.parse(await readFile(path.join(dir, 'task.json'), 'utf8')) as TaskRecord;
  } catch {
    return undefined;
  }
  // The folder was renamed here when whole; sizes tell whether somebody has been at it since.
  for (const [name, { size }] of Object.entries(record.outputs)) {
    const now = await stat(path.join(dir, name)).catch(() => undefined);
    if (now?.size !== size) return undefined;
  }
  return record;
}

/** The JSON that a finished task returned. */
export async function resultOf(layout: Layout, hash: string): Promise<Json> {
  return JSON.parse(await readFile(path.join(layout.task(hash), 'result.json'), 'utf8')) as Json;
}
