import path from 'node:path';
import type { Json, JsonObject } from '../../base/json.js';
import type { Plan, TaskSpec } from '../../runs/task.js';
import { resolveFile } from '../samples.js';
import type { PlanContext } from '../study.js';
import { resolveCollection } from './catalogue/resolve.js';
import { checkColumns } from './check-columns.js';
import { both } from './both.js';
import { fitsOf, hasClassifier, hasFit, hasFittedTemplates, weighingTask, type PeakFit } from './fits/fits.js';
import { controlsOf } from './fits/controls.js';
import { fitTemplates } from './fits/pdf-templates.js';
import { resolveModes, SAMPLES, type FindFiles, type ResolvedMode, type SampleName } from './modes.js';
import type { ModeParams, PrepareParams, SampleParams } from './params.js';
import type { PidStudy } from './schema/schema.js';
import { weightColumns } from './sources.js';
import { portableVariables, variableModules } from './schema/study-variables.js';
import { probesOf } from './uses.js';

const defined = <T extends object>(record: T): T =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
const json = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

/** The study as it was read, every default resolved, files by their names alone: what the report shows of it. */
function portable(study: PidStudy, modes: readonly ResolvedMode[]): Json {
  const bare = (files: readonly string[]): string[] => files.map((file) => path.basename(file));
  const samples = Object.entries(study.samples).map(([name, s]) => [name, { ...s, files: bare(s.files) }]);
  const resolved = modes.map(({ name, at: _, samples: own, ...mode }) => {
    const files = Object.entries(own).map(([sample, s]) => [sample, { ...s, files: bare(s.files) }]);
    return [name, { ...mode, samples: Object.fromEntries(files) as unknown }];
  });
  return json({ ...study, samples: Object.fromEntries(samples), modes: Object.fromEntries(resolved) });
}

export function modeParams(mode: ResolvedMode): ModeParams {
  const { name, at, title, select, probes, truth, fit, simulation, closure, validity, samples } = mode;
  const weights = Object.fromEntries(
    SAMPLES.flatMap((s) => (samples[s].weight === undefined ? [] : [[s, samples[s].weight] as const])),
  );
  const columns = weightColumns(fit);
  const own = { name, at, title, select, probes, truth, fit, simulation, closure, validity, weights, columns };
  return defined(own) as ModeParams;
}

/** Everything that tasks of all kinds share. */
interface Common {
  readonly study: PidStudy;
  /** Modules of the study's own variables. */
  readonly modules: readonly string[];
}

/** Select, fit, weigh: the tasks of one mode and sample. */
export function sampleTasks({ study, modules }: Common, mode: ResolvedMode, sample: SampleName): TaskSpec[] {
  const { files, tree, select, weight, entries, explode } = mode.samples[sample];
  const id = `${mode.name}/${sample}`;
  const own = modeParams(mode);
  const variables = portableVariables(study.variables);
  const prepare: PrepareParams = defined({
    mode: defined({ name: own.name, at: own.at, select: own.select, fit: own.fit }),
    sample,
    spec: defined({ files: files.length, tree, select, weight, entries, explode }) as SampleParams,
    define: { ...study.define, ...mode.define },
    select: study.select,
    variables,
  }) as PrepareParams;
  const weighed = { mode: own, sample, ...(weight === undefined ? {} : { weight }), variables };
  const tasks: TaskSpec[] = [
    {
      id: `prepare/${id}`,
      kind: 'prepare',
      params: json(prepare),
      files: [...files, ...modules],
      title: `select ${mode.name} in ${sample}`,
      cost: 3,
    },
  ];
  const peak = hasFit(mode.fit);
  if (peak) {
    // Simulation first: the fit of data may take parameters from it.
    const after = sample === 'data' && mode.fit?.fixFromSimulation.length ? [`fit/${mode.name}/simulation`] : [];
    const fit = mode.fit as PeakFit;
    // Weights are those of selected candidates: applied elsewhere, they must know which these are.
    const cuts = both(study.select, select, mode.select);
    const templates = [fit, ...Object.values(fitsOf(fit))]
      .flatMap(fitTemplates)
      .map((t) => `prepare/${mode.name}/${t.sample}`);
    tasks.push({
      id: `fit/${id}`,
      kind: 'fit',
      params: json({ ...weighed, label: study.label, events: defined({ select: cuts, define: prepare.define }) }),
      needs: [...new Set([`prepare/${id}`, ...after, ...templates])],
      files: modules,
      publish: { 'weights.json': `products/weights/${mode.name}${sample === 'data' ? '' : `_${sample}`}.json` },
      title: `fit ${mode.name} in ${sample}`,
      cost: 8,
    });
  }
  if (hasClassifier(mode.fit) && sample === 'data') {
    const both = SAMPLES.map((s) => `prepare/${mode.name}/${s}`);
    tasks.push({
      id: `fit/${id}`,
      kind: 'classify',
      params: json({ mode: own, variables, label: study.label, controls: controlsOf(study, mode) }),
      needs: both,
      files: modules,
      publish: { 'weights.json': `products/weights/${mode.name}.json` },
      title: `classify ${mode.name}, fit the output`,
      cost: 60,
    });
  }
  const weighing = weighingTask(mode, sample);
  const simulated = ['prepare', ...(hasFittedTemplates(mode.fit) ? ['fit'] : [])].map(
    (k) => `${k}/${mode.name}/simulation`,
  );
  const backgrounds = mode.fit?.weights === 'templates' && sample === 'data' ? simulated : [];
  tasks.push({
    id: `ntuple/${id}`,
    kind: 'ntuple',
    params: json(weighed),
    needs: [`prepare/${id}`, ...(weighing === undefined ? [] : [weighing]), ...backgrounds],
    files: modules,
    publish: { 'ntuple.parquet': `products/ntuples/${mode.name}_${sample}.parquet` },
    title: `weigh ${mode.name} in ${sample}`,
    cost: 2,
  });
  return tasks;
}

/** The modes that hold any of some particles, of those that are named. */
function modesWith(modes: readonly ResolvedMode[], particles: readonly string[], named?: readonly string[]) {
  const used = new Set(
    particles.flatMap((particle) => probesOf(modes, particle, '', '', named).map((use) => use.mode)),
  );
  return modes.filter((mode) => used.has(mode));
}

const needsOf = (used: readonly ResolvedMode[]): string[] =>
  used.flatMap((mode) =>
    SAMPLES.flatMap((sample) => {
      const weighing = weighingTask(mode, sample);
      return [`ntuple/${mode.name}/${sample}`, ...(weighing === undefined ? [] : [weighing])];
    }),
  );

/** Count, compare, draw: tasks that read weighted candidates. */
export async function measuringTasks(
  { study, modules }: Common,
  modes: readonly ResolvedMode[],
  directory: string,
): Promise<TaskSpec[]> {
  const tasks: TaskSpec[] = [];
  const common = { variables: portableVariables(study.variables), label: study.label, name: study.name };
  const add = (
    id: string,
    params: object,
    used: readonly ResolvedMode[],
    more: Pick<TaskSpec, 'publish' | 'title' | 'cost'> & { readonly files?: readonly string[] },
  ): void => {
    tasks.push({
      ...more,
      id,
      kind: id.split('/')[0],
      params: json({ ...common, ...params, modes: used.map(modeParams) }),
      needs: [...new Set(needsOf(used))],
      files: [...(more.files ?? []), ...modules],
    });
  };
  for (const [i, table] of study.tables.entries()) {
    const particles = [...(table.efficiency === undefined ? [] : [table.efficiency]), ...(table.fake ?? [])];
    const files: string[] = [];
    for (const [particle, file] of Object.entries(table.reference ?? {}))
      files.push(...(await resolveFile(file, directory, `tables[${i}].reference.${particle}`)));
    add(`table/${i}`, { table, index: i }, modesWith(modes, particles, table.modes), {
      files,
      publish: { tables: 'products/tables' },
      title: `tables of ${table.cut.join(', ')}`,
      cost: 5,
    });
  }
  for (const [i, curve] of study.roc.entries())
    add(`roc/${i}`, { curve, index: i }, modesWith(modes, [curve.signal, curve.background], curve.modes), {
      publish: { roc: 'products/roc' },
      title: `ROC curve of ${curve.variable}`,
      cost: 3,
    });
  for (const [i, density] of study.densities.entries()) {
    const named = density.mode === undefined ? undefined : [density.mode];
    add(`density/${i}`, { density, index: i }, modesWith(modes, [density.probe], named).slice(0, 1), {
      publish: { densities: 'products/densities' },
      title: `density of ${density.variables.map((v) => v.name).join(', ')}`,
      cost: 20,
    });
  }
  for (const mode of modes) {
    const params = { mode: mode.name, control: mode.control, tables: study.tables, roc: study.roc };
    add(`control/${mode.name}`, params, [mode], { title: `control distributions of ${mode.name}`, cost: 5 });
  }
  return tasks;
}

/** The files of a collection, from the catalogue that the study names or that lies in its folder or above. */
export const findFiles =
  (study: Pick<PidStudy, 'catalogue'>, directory: string): FindFiles =>
  (collection, mode, at) =>
    resolveCollection(collection, { directory, catalogue: study.catalogue, mode, at });

/** The tasks of a pid study: select, fit, weigh, count, compare, draw, write. */
export async function planPid(study: PidStudy, context: PlanContext): Promise<Plan> {
  const { directory } = context;
  const modes = await resolveModes(study, context, findFiles(study, directory));
  await checkColumns(study, modes, context);
  const common = { study, modules: variableModules(study.variables, directory) };
  const tasks = [
    ...modes.flatMap((mode) => SAMPLES.flatMap((sample) => sampleTasks(common, mode, sample))),
    ...(await measuringTasks(common, modes, directory)),
  ];
  const { label, name } = study;
  const variables = portableVariables(study.variables);
  tasks.push({
    id: 'report',
    kind: 'report',
    params: {
      ...(json({ variables, label, name, modes: modes.map(modeParams) }) as JsonObject),
      study: portable(study, modes),
      needs: tasks.map((task) => task.id),
    },
    needs: tasks.map((task) => task.id),
    publish: ['figures', 'report.html'],
    title: 'draw and report',
    cost: 8,
  });
  return { tasks, summaryTask: 'report' };
}
