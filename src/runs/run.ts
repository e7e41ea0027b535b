import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { DatamcError } from '../base/error.js';
import type { Json, JsonObject } from '../base/json.js';
import { checkPlace, makeFolder } from '../base/make-folder.js';
import { versions } from '../base/version.js';
import { openChecksums, type FileSum } from './checksums.js';
import { complete, type Stage } from './complete.js';
import type { RunListener } from './events.js';
import type { Executor } from './executor.js';
import { remove, writeWhole } from './files.js';
import { openJournal } from './journal.js';
import { layout, type Layout } from './layout.js';
import { takeLock } from './lock.js';
import type { Failure } from './outcome.js';
import { prepare, type Prepared } from './prepare.js';
import { alive } from './process.js';
import { publish } from './publish.js';
import { findRecord, writeRecord, type RunHead, type RunRecord, type RunStatus, type TaskEntry } from './record.js';
import { finished } from './results.js';
import type { Summary } from './summary.js';
import type { Plan, TaskKind, Warning } from './task.js';
import { followRun } from './follow.js';

export interface RunOptions {
  /** The run directory; made if it is not there. */
  readonly dir: string;
  readonly seed: number;
  readonly quick?: boolean;
  readonly head: RunHead;
  readonly kinds: Readonly<Record<string, TaskKind>>;
  /** The module that exports `kinds` as `tasks`, for batch jobs. */
  readonly tasksModule?: URL;
  readonly executor: Executor;
  /** Wait while another run writes into the directory (default), or fail at once. */
  readonly wait?: boolean;
  readonly listener?: RunListener;
  /** Stops the run: what is done stays done. */
  readonly signal?: AbortSignal;
}

export interface RunOutcome {
  readonly status: Exclude<RunStatus, 'running'>;
  readonly dir: string;
  readonly summary?: Summary;
  readonly tasks: readonly TaskEntry[];
  /** What failed. Of a run that is done: optional tasks, which it did without. */
  readonly failures: readonly { readonly task: string; readonly failure: Failure }[];
  readonly warnings: readonly (Warning & { readonly task: string })[];
  readonly seconds: number;
}

/**
 * Run or resume a plan in a run directory. Tasks whose outcome is in the cache are not done again; when all are done
 * the outcome is published. The same plan and seed give the same bytes in products/, figures/, report.html and
 * summary.json, whatever the executor, the number of jobs, and however often it was interrupted.
 *
 * @throws userError if another run holds the directory and `wait` is false, or an input file cannot be read
 * @throws taskError for a plan that is not sound
 */
export async function runPlan(plan: Plan, options: RunOptions): Promise<RunOutcome> {
  const at = layout(options.dir);
  await makeRunDirectory(at);
  const unlock = await takeLock(at.lock, {
    wait: options.wait ?? true,
    ...(options.signal ? { signal: options.signal } : {}),
    onWait: (holder) => options.listener?.({ type: 'waiting', holder }),
  });
  try {
    return await runLocked(plan, options, at);
  } finally {
    await options.executor.close();
    await unlock();
  }
}

/** @throws userError `file.unwritable` */
export async function makeRunDirectory(at: Layout): Promise<void> {
  await makeFolder(at.dir);
  await checkPlace(at.dir);
  await makeFolder(at.events);
}

async function runLocked(plan: Plan, options: RunOptions, at: Layout): Promise<RunOutcome> {
  const began = performance.now();
  const tell: RunListener = options.listener ?? (() => {});
  await sweep(at);
  const sums = await checksums(plan, at, tell, options.signal);
  const { seed, quick = false, kinds, executor } = options;
  const stageOf = async (failed: ReadonlySet<string>): Promise<Stage> => {
    const prepared = prepare(plan, { study: options.head.study, seed, quick, kinds, sums, failed });
    const cached = new Map<string, readonly Warning[]>();
    for (const { spec, job } of prepared) {
      const record = await finished(at, job.hash);
      if (record) cached.set(spec.id, record.warnings);
    }
    await storePlan(at, options, prepared);
    return { prepared, cached };
  };
  const { prepared, cached } = await stageOf(new Set());
  const before = await findRecord(at).catch(() => undefined);
  const record: RunRecord = {
    format: 1,
    ...options.head,
    status: 'running',
    seed,
    quick,
    versions: versions(),
    executor: executor.name,
    host: hostname(),
    pid: process.pid,
    started: new Date().toISOString(),
    inputs: Object.fromEntries(sums),
    tasks: prepared.map((task) => taskEntry(task, cached, before)),
    warnings: [...cached].flatMap(([task, warnings]) => warnings.map((warning) => ({ task, ...warning }))),
    published: before?.published ?? {},
  };
  await writeRecord(at, record);
  const journal = openJournal(at.journal);
  const { name, study, command } = options.head;
  journal.write('run', {
    name,
    study,
    command,
    seed,
    quick,
    pid: process.pid,
    tasks: prepared.length,
    cached: cached.size,
  });
  tell({ type: 'plan', tasks: prepared, cached: new Set(cached.keys()) });
  for (const warning of record.warnings) tell({ type: 'warning', ...warning });

  const follow = followRun({ at, record, journal, tell });
  try {
    const stageWithout = async (failed: ReadonlySet<string>): Promise<Stage> => {
      const stage = await stageOf(failed);
      follow.without(failed, stage);
      return stage;
    };
    const { signal } = options;
    const done = await complete(plan, { prepared, cached }, stageWithout, { executor, follow, signal });
    let summary: Summary | undefined;
    record.status = signal?.aborted ? 'interrupted' : done.whole ? 'done' : 'failed';
    if (record.status === 'done') {
      const outcome = await publish(at, done.prepared, record.published, done.without.size);
      record.published = outcome.published;
      summary = outcome.summary;
    }
    return await close(summary);
  } finally {
    journal.close();
  }

  async function close(summary: Summary | undefined): Promise<RunOutcome> {
    const seconds = (performance.now() - began) / 1000;
    record.ended = new Date().toISOString();
    record.seconds = round(seconds);
    for (const task of record.tasks) if (task.status === 'running') task.status = 'waiting';
    await writeRecord(at, record);
    journal.write(record.status, { seconds: record.seconds } satisfies JsonObject);
    const { tasks, warnings } = record;
    const status = record.status as RunOutcome['status'];
    return {
      status,
      dir: at.dir,
      tasks,
      warnings,
      failures: follow.failures,
      seconds,
      ...(summary ? { summary } : {}),
    };
  }
}

export const round = (seconds: number): number => Math.round(seconds * 1000) / 1000;

function taskEntry(
  { spec, job }: Prepared,
  cached: ReadonlyMap<string, unknown>,
  before: RunRecord | undefined,
): TaskEntry {
  const seconds = before?.tasks.find((task) => task.hash === job.hash)?.seconds;
  return {
    id: spec.id,
    kind: spec.kind,
    hash: job.hash,
    ...(spec.title ? { title: spec.title } : {}),
    needs: spec.needs ?? [],
    status: cached.has(spec.id) ? 'cached' : 'waiting',
    ...(cached.has(spec.id) && seconds !== undefined ? { seconds } : {}),
  };
}

// What `datamc task RUN ID` needs to do one of them.
async function storePlan(at: Layout, options: RunOptions, prepared: readonly Prepared[]): Promise<void> {
  const tasksModule = options.tasksModule?.href;
  const jobs = prepared.map(({ job }) => job as unknown as Json);
  await writeWhole(at.plan, JSON.stringify({ tasksModule, jobs }));
}

async function checksums(
  plan: Plan,
  at: Layout,
  tell: RunListener,
  signal?: AbortSignal,
): Promise<Map<string, FileSum>> {
  const store = await openChecksums(at.checksums);
  const sums = new Map<string, FileSum>();
  const files = [...new Set(plan.tasks.flatMap((task) => task.files ?? []))];
  for (const [i, file] of files.entries()) {
    let bytes = 0;
    const onBytes = (n: number): void => {
      if (signal?.aborted) throw new DatamcError({ code: 'run.interrupted', message: 'interrupted' }, 130);
      tell({ type: 'checksum', file, bytes: (bytes += n), done: i, total: files.length });
    };
    sums.set(file, await store.of(file, onBytes));
  }
  await store.save();
  return sums;
}

// Leftovers of processes that ended before they could finish; those of other machines may still be at work.
async function sweep(at: Layout): Promise<void> {
  for (const name of await readdir(at.making).catch(() => [])) {
    const parts = name.split('.');
    const pid = Number(parts.at(-2));
    const host = parts.slice(1, -2).join('.');
    const own = pid === process.pid;
    if (host === hostname() && !own && !alive(pid, '?'))
      await rm(path.join(at.making, name), { recursive: true, force: true });
  }
  for (const dir of [at.dir, at.cache, path.join(at.dir, 'products'), path.join(at.dir, 'figures')]) {
    for (const name of await readdir(dir).catch(() => [])) {
      if (/^\..+\.\d+\.\d+\.tmp$/.test(name)) await remove(path.join(dir, name));
    }
  }
}
