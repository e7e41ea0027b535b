import path from 'node:path';
import type { Json } from '../../../base/json.js';
import type { RunListener } from '../../../runs/events.js';
import type { Executor } from '../../../runs/executor.js';
import { localExecutor } from '../../../runs/local.js';
import { runPlan, type RunOutcome } from '../../../runs/run.js';
import { planProduction, type ProductionPlan } from './plan.js';
import { readProduction } from './settings.js';
import { tasks } from './tasks.js';

export interface ProduceOptions {
  /** The run directory; `runs/produce` beside the settings by default. */
  readonly out?: string | undefined;
  readonly jobs?: number | undefined;
  readonly executor?: Executor | undefined;
  readonly listener?: RunListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Produced {
  readonly outcome: RunOutcome;
  readonly planned: ProductionPlan;
}

/**
 * The production workflow: reads settings and the list of tasks, skims every local file to a tuple in a folder whose name
 * holds all its parameters, indexes the tuples, and writes what would be submitted for datasets on the grid. Run again, it
 * does only what is missing; a file that fails stops no other and is named.
 *
 * @param file settings, JSON or YAML
 * @throws userError for what is wrong in the settings, the list, a mode
 * @example await pidProduce('settings.json', { jobs: 4 })
 */
export async function pidProduce(file: string, options: ProduceOptions = {}): Promise<Produced> {
  const production = await readProduction(file);
  const planned = await planProduction(production);
  const dir = path.resolve(options.out ?? path.join(production.directory, 'runs', 'produce'));
  const tasksModule = new URL('./tasks.js', import.meta.url);
  const outcome = await runPlan(planned.plan, {
    dir,
    seed: 1,
    head: {
      name: 'produce',
      study: 'pid',
      command: `datamc pid produce ${path.basename(file)}`,
      resolved: { settings: production.settings, tasks: production.tasks } as unknown as Json,
    },
    kinds: tasks,
    tasksModule,
    executor: options.executor ?? localExecutor({ dir, jobs: options.jobs ?? 1, tasksModule }),
    ...(options.listener ? { listener: options.listener } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  return { outcome, planned };
}
