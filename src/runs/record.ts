import { readFile } from 'node:fs/promises';
import type { ErrorData } from '../base/error.js';
import { userError } from '../base/error.js';
import type { Json } from '../base/json.js';
import { writeWhole } from './files.js';
import type { Layout } from './layout.js';
import type { Warning } from './task.js';

export type RunStatus = 'running' | 'done' | 'failed' | 'interrupted';
export type TaskStatus = 'waiting' | 'running' | 'cached' | 'done' | 'failed' | 'skipped';

/** A task in `run.json`. */
export interface TaskEntry {
  readonly id: string;
  readonly kind: string;
  hash: string;
  readonly title?: string;
  readonly needs: readonly string[];
  status: TaskStatus;
  /** Wall-clock seconds of the run that did it. */
  seconds?: number;
  error?: ErrorData;
  /** The failed task because of which this one was skipped. */
  because?: string;
}

/** A file that a run published. */
export interface Published {
  readonly sha256: string;
  readonly size: number;
  readonly task: string;
  readonly hash: string;
}

/** What the caller knows about a run. */
export interface RunHead {
  readonly name: string;
  readonly study: string;
  /** The command that does it again. */
  readonly command: string;
  readonly label?: Json;
  /** The study with every default filled in. */
  readonly resolved: Json;
}

/** `run.json`. */
export interface RunRecord extends RunHead {
  readonly format: 1;
  status: RunStatus;
  readonly seed: number;
  readonly quick: boolean;
  readonly versions: Readonly<Record<string, string>>;
  readonly executor: string;
  readonly host: string;
  readonly pid: number;
  readonly started: string;
  ended?: string;
  seconds?: number;
  /** Input files by absolute path. */
  readonly inputs: Readonly<Record<string, { readonly sha256: string; readonly size: number }>>;
  readonly tasks: readonly TaskEntry[];
  readonly warnings: (Warning & { readonly task: string })[];
  /** What lies in products/, figures/ and beside this file, by place. It may stem from an earlier run. */
  published: Readonly<Record<string, Published>>;
}

export const writeRecord = (at: Layout, record: RunRecord): Promise<void> =>
  writeWhole(at.run, `${JSON.stringify(record, undefined, 1)}\n`);

/** The record of a run directory, or undefined where there is none. */
export async function findRecord(at: Layout): Promise<RunRecord | undefined> {
  const text = await readFile(at.run, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as RunRecord;
  } catch {
    throw userError({
      code: 'run.damaged',
      message: `"${at.run}" is not JSON`,
      path: at.run,
      hint: 'run the study again',
    });
  }
}

/** @throws userError `run.not-a-run` */
export async function readRecord(at: Layout): Promise<RunRecord> {
  const record = await findRecord(at);
  if (record) return record;
  const message = `"${at.dir}" is not a run directory`;
  throw userError({ code: 'run.not-a-run', message, path: at.dir, expected: 'a folder with a run.json' });
}
