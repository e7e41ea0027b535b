import type { Executor } from './executor.js';
import type { Following } from './follow.js';
import { dispensable } from './optional.js';
import type { Prepared } from './prepare.js';
import { schedule } from './schedule.js';
import type { Plan, Warning } from './task.js';

/** A plan's tasks, or those of them that are left, with what is in the cache already. */
export interface Stage {
  readonly prepared: readonly Prepared[];
  /** By task, with its warnings. */
  readonly cached: ReadonlyMap<string, readonly Warning[]>;
}

export interface Completed {
  readonly prepared: readonly Prepared[];
  /** Whether all that is needed is done. */
  readonly whole: boolean;
  /** Optional tasks that failed, where all else is done. */
  readonly without: ReadonlySet<string>;
}

/**
 * Do the tasks of a plan. Where optional ones fail, those that need them are named anew, by what is left, and done; so a
 * failure costs no more than its own task, and the outcome is a function of what failed, not of when.
 *
 * @param stageWithout names the tasks without some that failed
 */
export async function complete(
  plan: Plan,
  first: Stage,
  stageWithout: (failed: ReadonlySet<string>) => Promise<Stage>,
  options: { readonly executor: Executor; readonly follow: Following; readonly signal?: AbortSignal | undefined },
): Promise<Completed> {
  const { executor, follow, signal } = options;
  let stage = first;
  let without = new Set<string>();
  for (;;) {
    const skipped: [task: Prepared, because: string][] = [];
    const before = follow.failures.length;
    await schedule(
      stage.prepared,
      new Set(stage.cached.keys()),
      executor,
      { ...follow.listener, skipped: (...told) => skipped.push(told) },
      signal,
    );
    await follow.settle();
    const { prepared } = stage;
    const fresh = follow.failures.slice(before);
    if (!fresh.length) return { prepared, without, whole: !signal?.aborted };
    const failed = new Set([...without, ...fresh.map(({ task }) => task)]);
    // What the user can mend would fail the same way in every toy: it is for him to mend.
    const bearable = fresh.every(({ failure }) => failure.status === 1) && dispensable(plan, failed);
    if (!bearable || signal?.aborted) {
      for (const [task, because] of skipped) follow.listener.skipped(task, because);
      return { prepared, without, whole: false };
    }
    without = failed;
    stage = await stageWithout(failed);
  }
}
