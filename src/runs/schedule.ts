import type { Reporter } from './execute.js';
import type { Executor } from './executor.js';
import { failureOf, type Failure } from './outcome.js';
import type { Prepared } from './prepare.js';

/** What the scheduler says about a task. */
export interface ScheduleListener {
  started(task: Prepared): void;
  reporter(task: Prepared): Reporter;
  done(task: Prepared): void;
  failed(task: Prepared, failure: Failure): void;
  /** Not done, because a task that it needs failed. */
  skipped(task: Prepared, because: string): void;
}

/**
 * Do all tasks, each as soon as those it needs are done, as many at once as the executor takes. After a failure, the
 * tasks that do not depend on it go on. Resolves when nothing more can be done, or upon the signal.
 *
 * @param tasks in an order in which needs come first
 * @param cached ids of the tasks whose outcome is there already
 */
export function schedule(
  tasks: readonly Prepared[],
  cached: ReadonlySet<string>,
  executor: Executor,
  listener: ScheduleListener,
  signal?: AbortSignal,
): Promise<void> {
  const left = new Map<string, number>();
  const users = new Map<string, Prepared[]>();
  for (const task of tasks) {
    const needs = new Set((task.spec.needs ?? []).filter((id) => !cached.has(id)));
    left.set(task.spec.id, needs.size);
    for (const need of needs) users.set(need, [...(users.get(need) ?? []), task]);
  }
  const rank = new Map(tasks.map((task, i) => [task, i]));
  const ready = tasks.filter((task) => !cached.has(task.spec.id) && left.get(task.spec.id) === 0);
  const skipped = new Set<string>();
  let busy = 0;
  let running = 0;

  return new Promise((resolve) => {
    const threads = (task: Prepared): number =>
      executor.capacity === 'all' ? 0 : Math.min(task.job.threads, executor.capacity);

    const skip = (id: string, because: string): void => {
      for (const user of users.get(id) ?? []) {
        if (skipped.has(user.spec.id)) continue;
        skipped.add(user.spec.id);
        listener.skipped(user, because);
        skip(user.spec.id, because);
      }
    };

    const release = (id: string): void => {
      for (const user of users.get(id) ?? []) {
        const n = (left.get(user.spec.id) as number) - 1;
        left.set(user.spec.id, n);
        if (n === 0 && !skipped.has(user.spec.id)) ready.push(user);
      }
      ready.sort((a, b) => (rank.get(a) as number) - (rank.get(b) as number));
    };

    const start = (task: Prepared): void => {
      busy += threads(task);
      running++;
      listener.started(task);
      executor
        .run(task.job, listener.reporter(task))
        .then(
          () => {
            if (signal?.aborted) return;
            listener.done(task);
            release(task.spec.id);
          },
          (error: unknown) => {
            if (signal?.aborted) return; // stopped, not failed
            listener.failed(task, failureOf(error, task.spec.id));
            skip(task.spec.id, task.spec.id);
          },
        )
        .finally(() => {
          busy -= threads(task);
          running--;
          next();
        });
    };

    // In the plan's order, without overtaking: a task that wants many threads is not starved by small ones.
    const next = (): void => {
      if (signal?.aborted) return resolve();
      while (ready.length && (executor.capacity === 'all' || busy + threads(ready[0]) <= executor.capacity)) {
        start(ready.shift() as Prepared);
      }
      if (!running) resolve();
    };
    signal?.addEventListener('abort', () => resolve(), { once: true });
    next();
  });
}
