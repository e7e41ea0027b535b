import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Json } from '../../../base/json.js';
import type { RunListener } from '../../../runs/events.js';
import type { Executor } from '../../../runs/executor.js';
import { remove } from '../../../runs/files.js';
import { localExecutor } from '../../../runs/local.js';
import { runPlan, type RunOutcome } from '../../../runs/run.js';
import type { Plan } from '../../../runs/task.js';
import { tasks } from '../tasks.js';

export interface WorkflowOptions {
  /** The run directory; see each workflow for its default. */
  readonly out?: string | undefined;
  readonly jobs?: number | undefined;
  readonly quick?: boolean | undefined;
  readonly seed?: number | undefined;
  readonly listener?: RunListener | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Where the tasks of a run directory run; local workers by default. */
  readonly executor?: ((dir: string) => Executor) | undefined;
}

/** Plans with a cache of headers that leaves nothing behind. */
export async function withHeaders<T>(plan: (cache: string) => Promise<T>): Promise<T> {
  const cache = await mkdtemp(path.join(tmpdir(), 'datamc-headers-'));
  try {
    return await plan(cache);
  } finally {
    await remove(cache);
  }
}

/** Runs or resumes a workflow's plan as a run of the study `pid`. */
export function runWorkflow(
  plan: Plan,
  about: {
    readonly dir: string;
    readonly name: string;
    readonly command: string;
    readonly resolved: Json;
    readonly seed: number;
  },
  options: WorkflowOptions,
): Promise<RunOutcome> {
  const { dir, name, command, resolved, seed } = about;
  const tasksModule = new URL('../tasks.js', import.meta.url);
  return runPlan(plan, {
    dir,
    seed: options.seed ?? seed,
    quick: options.quick ?? false,
    head: { name, study: 'pid', command, resolved },
    kinds: tasks,
    tasksModule,
    executor: options.executor?.(dir) ?? localExecutor({ dir, jobs: options.jobs ?? 1, tasksModule }),
    ...(options.listener ? { listener: options.listener } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  });
}
