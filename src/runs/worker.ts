import { execute } from './execute.js';
import { failureOf, type Failure } from './outcome.js';
import type { Job } from './prepare.js';
import { throttled } from './throttle.js';
import { taskFunction, type TaskKind, type Warning } from './task.js';

/** What a worker is told. */
export interface WorkerOrder {
  readonly dir: string;
  readonly tasksModule: string;
  readonly job: Job;
}

/** What a worker says. */
export type WorkerReport =
  | { readonly type: 'progress'; readonly done: number; readonly total: number; readonly unit?: string | undefined }
  | { readonly type: 'warning'; readonly warning: Warning }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly failure: Failure };

const say = (report: WorkerReport): void => {
  if (process.connected) process.send?.(report);
};

async function obey({ dir, tasksModule, job }: WorkerOrder): Promise<void> {
  try {
    const { tasks } = (await import(tasksModule)) as { tasks: Readonly<Record<string, TaskKind>> };
    await execute(job, taskFunction(tasks[job.kind]), dir, {
      progress: throttled((done, total, unit) => say({ type: 'progress', done, total, unit })),
      warn: (warning) => say({ type: 'warning', warning }),
    });
    say({ type: 'done' });
  } catch (error) {
    say({ type: 'failed', failure: failureOf(error, job.id) });
  }
}

// Ctrl-C reaches the whole group of processes; it is for the main one to decide. Without it, there is nothing to do.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit(0));
process.on('message', (order: WorkerOrder) => void obey(order));
