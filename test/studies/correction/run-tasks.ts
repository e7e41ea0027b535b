import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { inlineExecutor } from '../../../src/runs/inline.js';
import { layout } from '../../../src/runs/layout.js';
import { runPlan } from '../../../src/runs/run.js';
import type { TaskKind } from '../../../src/runs/task.js';
import type { JsonObject } from '../../../src/base/json.js';
import type { CorrectionStudy } from '../../../src/studies/correction/schema.js';
import { tasks as kinds } from '../../../src/studies/correction/tasks.js';
import { planOf } from './plan-study.js';

/** Runs a study's tasks up to one of them, in this process; each task's folder and what the last one returned. */
export async function runTasks(
  study: CorrectionStudy,
  last: string,
  { dir, quick = false, seed = 1 }: { dir: string; quick?: boolean; seed?: number },
) {
  const { tasks } = await planOf(study, quick, path.join(dir, 'cache', 'events'));
  const wanted = new Set<string>();
  const want = (id: string): void => {
    wanted.add(id);
    for (const need of tasks.find((t) => t.id === id)?.needs ?? []) want(need);
  };
  want(last);
  // The last task's result need not be a summary of numbers.
  const end = { id: 'end', kind: 'end', params: {}, needs: [last] };
  const plan = { tasks: [...tasks.filter((t) => wanted.has(t.id)), end], summaryTask: 'end' };
  const known: Readonly<Record<string, TaskKind>> = { ...kinds, end: async () => ({}) };
  const outcome = await runPlan(plan, {
    dir,
    seed,
    quick,
    kinds: known,
    head: { name: study.name, study: 'correction', command: 'datamc run study.yaml', resolved: {} },
    executor: inlineExecutor(dir, known),
  });
  const [failure] = outcome.failures;
  if (failure) throw Object.assign(new Error(JSON.stringify(failure.failure)), failure);
  const folder = (id: string): string => layout(dir).task(outcome.tasks.find((t) => t.id === id)?.hash ?? '');
  const result = JSON.parse(await readFile(path.join(folder(last), 'result.json'), 'utf8')) as JsonObject;
  return { outcome, folder, result };
}
