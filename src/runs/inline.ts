import { execute } from './execute.js';
import type { Executor } from './executor.js';
import { taskFunction, type TaskKind } from './task.js';

/** In this process, several tasks at once where they wait for something: for tests and for debugging. */
export function inlineExecutor(dir: string, kinds: Readonly<Record<string, TaskKind>>, jobs = 1): Executor {
  return {
    name: 'inline',
    capacity: jobs,
    run: (job, report) => execute(job, taskFunction(kinds[job.kind]), dir, report),
    close: async () => {},
  };
}
