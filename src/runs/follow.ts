import type { Stage } from './complete.js';
import type { Layout } from './layout.js';
import type { Journal } from './journal.js';
import type { RunListener } from './events.js';
import type { Failure } from './outcome.js';
import type { Prepared } from './prepare.js';
import { writeRecord, type RunRecord, type TaskEntry } from './record.js';
import type { ScheduleListener } from './schedule.js';

export interface Following {
  readonly listener: ScheduleListener;
  readonly failures: { task: string; failure: Failure }[];
  /** Some tasks failed and are left out; the others go on under new names. */
  without(failed: ReadonlySet<string>, stage: Stage): void;
  /** Wait until the record on the disk is the one in memory. */
  settle(): Promise<void>;
}

/** Keep journal, record and listener up with what the scheduler does. */
export function followRun(run: { at: Layout; record: RunRecord; journal: Journal; tell: RunListener }): Following {
  const { at, record, journal, tell } = run;
  const entries = new Map(record.tasks.map((task) => [task.id, task]));
  const started = new Map<string, number>();
  const failures: Following['failures'] = [];
  const writer = lazily(() => writeRecord(at, record), 500);

  const set = (task: Prepared, change: Partial<TaskEntry>): string => {
    Object.assign(entries.get(task.spec.id) as TaskEntry, change);
    writer.request();
    return task.spec.id;
  };
  const seconds = (id: string): number => Math.round(performance.now() - (started.get(id) ?? performance.now())) / 1000;

  const listener: ScheduleListener = {
    started(task) {
      const id = set(task, { status: 'running' });
      started.set(id, performance.now());
      journal.write('started', { task: id, hash: task.job.hash });
      tell({ type: 'started', task: id });
    },
    reporter: (task) => ({
      progress: (done, total, unit) => tell({ type: 'progress', task: task.spec.id, done, total, unit }),
      warn(warning) {
        record.warnings.push({ task: task.spec.id, ...warning });
        journal.write('warning', { task: task.spec.id, ...warning });
        tell({ type: 'warning', task: task.spec.id, ...warning });
      },
    }),
    done(task) {
      const time = seconds(task.spec.id);
      const id = set(task, { status: 'done', seconds: time });
      journal.write('done', { task: id, hash: task.job.hash, seconds: time });
      tell({ type: 'done', task: id, seconds: time });
    },
    failed(task, failure) {
      const id = set(task, { status: 'failed', error: failure.data, seconds: seconds(task.spec.id) });
      failures.push({ task: id, failure });
      journal.write('failed', { task: id, hash: task.job.hash, error: { ...failure.data }, stack: failure.stack });
      tell({ type: 'failed', task: id, failure });
    },
    skipped(task, because) {
      const id = set(task, { status: 'skipped', because });
      journal.write('skipped', { task: id, because });
      tell({ type: 'skipped', task: id, because });
    },
  };
  const without: Following['without'] = (failed, { prepared, cached }) => {
    for (const { spec, job } of prepared) {
      const entry = entries.get(spec.id) as TaskEntry;
      entry.hash = job.hash;
      if (cached.has(spec.id) && entry.status !== 'done') entry.status = 'cached';
    }
    for (const { task, failure } of failures) {
      const warning = { task, message: `left out, because it failed: ${failure.data.message}` };
      const told = record.warnings.some((other) => other.task === task && other.message === warning.message);
      if (failed.has(task) && !told) record.warnings.push(warning);
    }
    journal.write('without', { failed: [...failed] });
    tell({ type: 'without', failed: [...failed], tasks: prepared, cached: new Set(cached.keys()) });
  };
  return { listener, failures, without, settle: writer.settle };
}

// One write at a time, and at most one per `ms`: thousands of short tasks do not spend their time on bookkeeping.
function lazily(write: () => Promise<void>, ms: number): { request(): void; settle(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();
  return {
    request() {
      timer ??= setTimeout(() => {
        timer = undefined;
        writing = writing.then(write).catch(() => {}); // the last write, when the run ends, reports a full disk
      }, ms);
    },
    async settle() {
      clearTimeout(timer);
      timer = undefined;
      await writing;
    },
  };
}
