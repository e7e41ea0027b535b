import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../base/error.js';
import { makeFolder } from '../base/make-folder.js';
import { didYouMean } from '../base/near.js';
import { execute, type Reporter } from './execute.js';
import { remove, writeWhole } from './files.js';
import { layout } from './layout.js';
import { failureOf } from './outcome.js';
import type { Job } from './prepare.js';
import { finished } from './results.js';
import { taskFunction, type TaskKind } from './task.js';

interface StoredPlan {
  readonly tasksModule?: string;
  readonly jobs: readonly Job[];
}

/**
 * Do one task of a run that was prepared: what a batch job does. The outcome goes into the cache; why it failed goes
 * beside it, for whoever submitted the job.
 *
 * @throws userError if there is no such run or task, or a task that it needs is not done
 */
export async function runOneTask(dir: string, id: string, report: Reporter): Promise<void> {
  const at = layout(dir);
  const text = await readFile(at.plan, 'utf8').catch(() => {
    const message = `"${dir}" holds no prepared run`;
    throw userError({ code: 'run.not-a-run', message, path: at.plan, hint: 'datamc run prepares one' });
  });
  const plan = JSON.parse(text) as StoredPlan;
  const job = plan.jobs.find((candidate) => candidate.id === id);
  if (!job || !plan.tasksModule) {
    const hint = didYouMean(
      id,
      plan.jobs.map((candidate) => candidate.id),
    );
    throw userError({ code: 'run.unknown-task', message: `the run has no task "${id}"`, path: dir, hint });
  }
  const module = plan.tasksModule;
  await remove(at.failed(job.hash));
  try {
    for (const need of job.needs) {
      if (await finished(at, need.hash)) continue;
      throw userError({
        code: 'run.need-missing',
        message: `task "${id}" needs "${need.id}", which is not done`,
        path: dir,
      });
    }
    const { tasks } = (await import(module)) as { tasks: Readonly<Record<string, TaskKind>> };
    await execute(job, taskFunction(tasks[job.kind]), dir, report);
  } catch (error) {
    const { data, status } = failureOf(error, id);
    await makeFolder(path.dirname(at.failed(job.hash)));
    await writeWhole(at.failed(job.hash), JSON.stringify({ data, status }));
    throw error;
  }
}
