import path from 'node:path';
import type { Json } from '../../../base/json.js';
import { userError } from '../../../base/error.js';
import { didYouMean } from '../../../base/near.js';
import { openStore } from '../../../events/store.js';
import type { Plan, TaskSpec } from '../../../runs/task.js';
import { resolveFile } from '../../samples.js';
import { inPlaceOf, readOwnVariables } from '../../own-variables.js';
import { resolveCollection } from '../catalogue/resolve.js';
import { hasPeak } from '../fits/fits.js';
import { readNamedMode, SAMPLES, type SampleName } from '../modes.js';
import type { ModeParams, PrepareParams } from '../params.js';
import { weightColumns } from '../sources.js';
import { portableVariables, variableModules } from '../schema/study-variables.js';
import type { Refit } from './refit-schema.js';

interface RefitContext {
  readonly directory: string;
  readonly cache: string;
}

const json = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

/** The tuples of one mode and sample; none where the file asks for none. */
async function tuplesOf(config: Refit, mode: string, sample: SampleName, { directory }: RefitContext) {
  const named = config.ntuples?.[mode]?.[sample];
  if (named) {
    const files: string[] = [];
    for (const [i, file] of named.entries())
      files.push(...(await resolveFile(file, directory, `ntuples.${mode}.${sample}[${i}]`)));
    return { files };
  }
  const collection = config.collections?.[sample];
  if (config.ntuples?.[mode] || collection === undefined) return { files: [] };
  const at = `collections.${sample}`;
  return resolveCollection(collection, { directory, catalogue: config.catalogue, mode, at });
}

/** Old columns must be there, new ones must not; the fit variable must be known. */
async function checkTuples(
  config: Refit,
  mode: ModeParams,
  found: { readonly files: readonly string[]; readonly tree?: string | undefined },
  { directory, cache }: RefitContext,
): Promise<void> {
  const store = await openStore({ cache, threads: 1 });
  try {
    const own = await readOwnVariables(config.variables, directory);
    const table = await store.open(
      { files: found.files, tree: found.tree },
      { path: `modes.${mode.name}`, ...inPlaceOf(own) },
    );
    const names = table.columns.map((c) => c.name);
    const old = `sWeight_nominal${config.old_suffix}`;
    if (!names.includes(old))
      throw userError({
        code: 'pid.not-weighted',
        message: `a tuple of ${mode.name} has no column "${old}"`,
        path: 'old_suffix',
        got: path.basename(found.files[0]),
        hint: didYouMean(old, names),
      });
    const clash = Object.values(mode.columns).find((name) => names.includes(name));
    if (clash !== undefined)
      throw userError({
        code: 'events.column-taken',
        message: `a tuple of ${mode.name} already has a column "${clash}"`,
        path: 'new_suffix',
        got: config.new_suffix,
        expected: 'a suffix that no column has',
      });
    table.check(mode.fit?.variable ?? '', `modes.${mode.name}.fit.variable`);
  } finally {
    await store.close();
  }
}

/** Fits tuples again: the tasks of one mode and sample. */
function tasksOf(
  config: Refit,
  mode: ModeParams,
  sample: SampleName,
  found: { readonly files: readonly string[]; readonly tree?: string | undefined },
  modules: readonly string[],
): TaskSpec[] {
  const id = `${mode.name}/${sample}`;
  const variables = portableVariables(config.variables);
  const tree = found.tree === undefined ? {} : { tree: found.tree };
  const prepare: PrepareParams = {
    mode: { name: mode.name, at: mode.at, ...(mode.fit ? { fit: mode.fit } : {}) },
    sample,
    spec: { files: found.files.length, ...tree },
    define: {},
    variables,
  };
  const label = config.label;
  const publish = { 'weights.json': `products/weights/${mode.name}_${sample}${config.new_suffix}.json` };
  const tasks: TaskSpec[] = [
    {
      id: `prepare/${id}`,
      kind: 'prepare',
      params: json(prepare),
      files: [...found.files, ...modules],
      title: `read ${mode.name} in ${sample}`,
      cost: 3,
    },
    {
      id: `fit/${id}`,
      kind: 'fit',
      params: json({ mode, sample, variables, label }),
      needs: [
        `prepare/${id}`,
        ...(sample === 'data' && mode.fit?.fixFromSimulation.length ? [`fit/${mode.name}/simulation`] : []),
      ],
      files: modules,
      publish,
      title: `fit ${mode.name} in ${sample} again`,
      cost: 8,
    },
  ];
  found.files.forEach((file, k) => {
    const name = path.basename(file).replace(/\.\w+$/, '');
    tasks.push({
      id: `retuple/${id}/${k}`,
      kind: 'retuple',
      params: json({ mode, sample, variables, label, ...tree, ...{ old: config.old_suffix, new: config.new_suffix } }),
      needs: [`fit/${id}`],
      files: [file, ...modules],
      publish: { 'ntuple.parquet': `products/ntuples/${name}.parquet` },
      title: `new weights of ${name}`,
      cost: 2,
    });
  });
  return tasks;
}

/** New weights for tuples that have some: fit, weigh, compare. */
export async function planRefit(config: Refit, name: string, context: RefitContext): Promise<Plan> {
  const modules = variableModules(config.variables, context.directory);
  const tasks: TaskSpec[] = [];
  const modes: ModeParams[] = [];
  for (const model of config.models) {
    const mode = await readNamedMode(config.modes[model] ?? model, model, context.directory);
    const at = `modes.${model}`;
    if (!hasPeak(mode.fit))
      throw userError({
        code: 'pid.no-fit',
        message: `the mode "${model}" has no fit that could be done again`,
        path: at,
      });
    const columns = Object.fromEntries(
      Object.entries(weightColumns(mode.fit)).map(([fit, column]) => [fit, `${column}${config.new_suffix}`]),
    );
    const { probes, truth, closure, validity, fit, title } = mode;
    const params: ModeParams = {
      ...{ name: model, at, probes, truth, simulation: 'sweights', closure, validity, columns, weights: {}, fit },
      ...(title === undefined ? {} : { title }),
    };
    modes.push(params);
    let any = false;
    for (const sample of SAMPLES) {
      const found = await tuplesOf(config, model, sample, context);
      if (found.files.length === 0) continue;
      any = true;
      await checkTuples(config, params, found, context);
      tasks.push(...tasksOf(config, params, sample, found, modules));
    }
    if (!any)
      throw userError({
        code: 'pid.no-files',
        message: `there are no tuples of the mode "${model}"`,
        path: 'models',
        expected: `ntuples: { ${model}: { data: … } }, or collections`,
      });
  }
  tasks.push({
    id: 'report',
    kind: 'report',
    params: json({
      ...{ name, label: config.label, variables: portableVariables(config.variables), modes, study: config },
      needs: tasks.map((task) => task.id),
    }),
    needs: tasks.map((task) => task.id),
    publish: ['figures', 'report.html'],
    title: 'draw and report',
    cost: 5,
  });
  return { tasks, summaryTask: 'report' };
}
