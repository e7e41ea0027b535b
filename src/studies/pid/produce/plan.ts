import path from 'node:path';
import type { JsonObject } from '../../../base/json.js';
import type { Plan, TaskSpec } from '../../../runs/task.js';
import { modeOf, readModeFile, type ModeFile } from '../schema/mode-file.js';
import { readInputs, type Inputs } from './inputs.js';
import { payloadOf } from './payload.js';
import { folderOf, ownOf, tupleName, type Selection } from './places.js';
import type { Production, ProductionTask } from './settings.js';

/** A task with its files and its selection. */
export interface PlannedTask {
  readonly task: ProductionTask;
  readonly inputs: Inputs;
  readonly selection: Selection;
}

export interface ProductionPlan {
  readonly plan: Plan;
  readonly tasks: readonly PlannedTask[];
  /** Entries of lists that are neither a file here nor a dataset: by task. */
  readonly absent: readonly { readonly task: string; readonly file: string }[];
}

/**
 * The tasks of a production: one for each local file, one that writes what would be submitted for the datasets on the grid, and one
 * that indexes all. A file that fails stops no other.
 *
 * @throws userError for an unknown mode (with near matches) or an unreadable list
 */
export async function planProduction(production: Production): Promise<ProductionPlan> {
  const { directory, settings, list } = production;
  const tasks: PlannedTask[] = [];
  const modes = new Map<string, ModeFile>();
  for (const [i, task] of production.tasks.entries()) {
    const at = `${list}, [${i}].model`;
    const name = settings.modes ?? task.model;
    const file = modes.get(name) ?? (await readModeFile(name, directory, settings.modes === undefined ? at : 'modes'));
    modes.set(name, file);
    const names = Object.keys(file.modes);
    const { mode } = modeOf(file, settings.modes === undefined && names.length === 1 ? undefined : task.model, at);
    const own = ownOf(file.variables, path.dirname(file.path));
    const selection = { select: mode.select, define: { ...file.define, ...mode.define }, ...own };
    tasks.push({ task, selection, inputs: await readInputs(task, directory, `${list}, [${i}].path`) });
  }
  const skims = tasks.flatMap((planned) => skimTasks(planned, production));
  const needs = skims.map((task) => task.id);
  // All of them but one may fail; where none succeeds, there is nothing to index.
  const share = needs.length > 1 ? (needs.length - 1) / needs.length : 0;
  const payloads: TaskSpec = {
    id: 'submit',
    kind: 'pid.produce.submit',
    title: 'write what would be submitted',
    params: {
      tasks: tasks.map(({ task, inputs, selection }) => ({
        ...taskRecord(task),
        output: folderOf(task, settings, selection),
        local: inputs.local.map((file) => path.basename(file)),
        grid: [...inputs.grid],
        absent: [...inputs.absent],
        ...(inputs.grid.length ? { payload: payloadOf(task, settings, selection, inputs.grid) } : {}),
      })),
    },
    publish: {
      'tasks.json': 'products/tasks.json',
      ...(tasks.some((t) => t.inputs.grid.length) ? { payloads: 'products/payloads' } : {}),
    },
  };
  const index: TaskSpec = {
    id: 'index',
    kind: 'pid.produce.index',
    title: 'index the tuples',
    params: {
      absent: tasks.reduce((n, t) => n + t.inputs.absent.length, 0),
      skims: skims.map(({ id, params }) => {
        const { place, proc, model, short_name } = params as JsonObject;
        return { id, place, proc, model, short_name };
      }),
    },
    needs: [...needs, 'submit'],
    ...(share > 0 ? { optional: { needs, share } } : {}),
    publish: { 'catalogue.yaml': 'products/catalogue.yaml' },
  };
  const absent = tasks.flatMap(({ task, inputs }) => inputs.absent.map((file) => ({ task: task.short_name, file })));
  return { plan: { tasks: [...skims, payloads, index], summaryTask: 'index' }, tasks, absent };
}

const taskRecord = (task: ProductionTask): JsonObject => ({
  path: task.path,
  proc: task.proc,
  short_name: task.short_name,
  model: task.model,
  cms_energy: task.cms_energy,
});

function skimTasks({ task, inputs, selection }: PlannedTask, { settings }: Production): TaskSpec[] {
  const folder = folderOf(task, settings, selection);
  return inputs.local.map((file, i) => {
    const place = `${folder}/${tupleName(file, i)}`;
    return {
      id: `skim/${task.short_name}/${String(i).padStart(4, '0')}`,
      kind: 'pid.produce.skim',
      title: `${task.short_name}: ${path.basename(file)}`,
      params: {
        place,
        short_name: task.short_name,
        proc: task.proc,
        model: task.model,
        retries: settings.gbasf2_max_retries,
        define: { ...selection.define },
        variables: [...selection.variables],
        ...(selection.select === undefined ? {} : { select: selection.select }),
        ...(task.tree === undefined ? {} : { tree: task.tree }),
      },
      files: [file, ...selection.modules],
      publish: { 'tuple.parquet': `products/${place}` },
    };
  });
}
