import { openStore } from '../../../events/store.js';
import { userError } from '../../../base/error.js';
import { didYouMean } from '../../../base/near.js';
import type { Json } from '../../../base/json.js';
import type { Plan, TaskSpec } from '../../../runs/task.js';
import { resolveCollection, type Resolved } from '../catalogue/resolve.js';
import type { TupleInput } from '../common.js';
import { readNamedMode } from '../modes.js';
import type { Mode } from '../schema/mode-schema.js';
import { SAMPLES, type SampleName } from '../modes.js';
import type { ModeParams } from '../params.js';
import { portableVariables, variableModules } from '../schema/study-variables.js';
import type { TableSettings } from '../schema/table-schema.js';
import type { FixedWeights, WeightEntry } from './fixed-weights-schema.js';

interface FixedPlanContext {
  readonly directory: string;
  /** Cache of headers. */
  readonly cache: string;
}

/** A mode with the weighted tuples of both samples for one pair of collections. */
interface FoundMode {
  readonly params: ModeParams;
  readonly inputs: readonly TupleInput[];
  readonly files: readonly string[];
}

const json = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

/** Pairs of collections, a single one repeated as often as there are of the other. */
function pairs({ mc_proc_query: mc, data_proc_query: data }: WeightEntry): { simulation: string; data: string }[] {
  return Array.from({ length: Math.max(mc.length, data.length) }, (_, i) => ({
    simulation: mc[mc.length === 1 ? 0 : i],
    data: data[data.length === 1 ? 0 : i],
  }));
}

/** The table that one entry asks for, in the words of a study. */
function tableOf(e: WeightEntry, prefix: string): TableSettings {
  const binning = Object.fromEntries(e.track_variables.map((column, i) => [column, { edges: e.binning[i] }]));
  return {
    ...(prefix === '' ? {} : { name: prefix }),
    cut: e.cuts,
    ...(e.efficiency_particle_type === undefined ? {} : { efficiency: e.efficiency_particle_type }),
    ...(e.fakerate_particle_type === undefined ? {} : { fake: [e.fakerate_particle_type] }),
    binning,
    precuts: e.precuts,
    notIdentified: true,
    interval: 'auto',
  };
}

/** What classifiers and templates leave beside the weights. */
const NO_WEIGHTS: ReadonlySet<string> = new Set(['output', 'part']);

/** Columns of weights that a tuple has, by the name of their fit. */
async function weightColumnsOf(
  files: readonly string[],
  tree: string | undefined,
  suffix: string,
  { cache }: FixedPlanContext,
  at: string,
): Promise<Record<string, string>> {
  const store = await openStore({ cache, threads: 1 });
  try {
    const { columns } = await store.open({ files: [...files], tree }, { path: at });
    const names = columns.map((c) => c.name);
    const found: Record<string, string> = {};
    for (const name of names) {
      if (!name.startsWith('sWeight_') || !name.endsWith(suffix)) continue;
      const variant = name.slice('sWeight_'.length, name.length - suffix.length);
      if (variant !== '' && !NO_WEIGHTS.has(variant)) found[variant] = name;
    }
    if (found['nominal'] !== undefined) return found;
    const wanted = `sWeight_nominal${suffix}`;
    throw userError({
      code: 'pid.not-weighted',
      message: `a tuple of the collection has no column "${wanted}"`,
      path: at,
      got: names.filter((name) => /weight/i.test(name)).join(', ') || 'no column of weights',
      expected: 'tuples with sWeights, such as products/ntuples/ of a pid run',
      hint: didYouMean(wanted, names),
    });
  } finally {
    await store.close();
  }
}

/** The modes of a pair of collections that hold one of some particles. */
async function findModes(
  config: FixedWeights,
  e: WeightEntry,
  pair: Readonly<Record<SampleName, string>>,
  context: FixedPlanContext,
  at: string,
): Promise<FoundMode[]> {
  const { directory } = context;
  const keys = { simulation: `${at}.mc_proc_query`, data: `${at}.data_proc_query` };
  const all: Record<SampleName, Resolved> = {
    simulation: await resolveCollection(pair.simulation, {
      directory,
      catalogue: config.catalogue,
      at: keys.simulation,
    }),
    data: await resolveCollection(pair.data, { directory, catalogue: config.catalogue, at: keys.data }),
  };
  const particles = [e.efficiency_particle_type, e.fakerate_particle_type].filter((p) => p !== undefined);
  const names = e.model_names ?? [...new Set(all.data.entries.map((entry) => entry.mode))].sort();
  const found: FoundMode[] = [];
  for (const name of names) {
    const mode: Mode = await readNamedMode(config.modes[name] ?? name, name, directory);
    if (!particles.some((particle) => Object.hasOwn(mode.probes, particle))) continue;
    const inputs: TupleInput[] = [];
    const files: string[] = [];
    for (const sample of SAMPLES) {
      const own = all[sample].entries.filter((entry) => entry.mode === name);
      if (own.length === 0) throw noTuples(name, pair[sample], keys[sample]);
      const tree = own[0].tree;
      inputs.push({ mode: name, sample, files: own.length, ...(tree === undefined ? {} : { tree }) });
      files.push(...own.map((entry) => entry.file));
    }
    const recorded = files.slice(inputs[0].files);
    const columns = await weightColumnsOf(recorded, inputs[1].tree, config.suffix, context, keys.data);
    const { probes, truth, closure, validity, fit, title } = mode;
    const simulation = mode.simulation ?? (Object.keys(truth).length > 0 ? 'truth' : 'sweights');
    const optional = { ...(fit ? { fit } : {}), ...(title === undefined ? {} : { title }) };
    const params = { name, at: `modes.${name}`, probes, truth, simulation, closure, validity, columns, weights: {} };
    found.push({ params: { ...params, ...optional }, inputs, files });
  }
  const without = particles.find((p) => !found.some((m) => Object.hasOwn(m.params.probes, p)));
  if (without === undefined) return found;
  throw userError({
    code: 'pid.particle',
    message: `no mode of ${pair.data} has a probe "${without}"`,
    path: at,
    got: names.join(', '),
    hint: didYouMean(
      without,
      found.flatMap((m) => Object.keys(m.params.probes)),
    ),
  });
}

const noTuples = (mode: string, collection: string, path: string) =>
  userError({
    code: 'pid.no-files',
    message: `the collection "${collection}" has no tuples of the mode "${mode}"`,
    path,
    hint: 'datamc pid collections shows what the catalogue has',
  });

/** Tables of fixed cuts as tasks: one for each entry and pair of collections, and a report of all. */
export async function planFixedWeights(config: FixedWeights, name: string, context: FixedPlanContext): Promise<Plan> {
  const modules = variableModules(config.variables, context.directory);
  const common = { variables: portableVariables(config.variables), label: {}, name };
  const tasks: TaskSpec[] = [];
  for (const [i, e] of config.weight_cfg_list.entries()) {
    const list = pairs(e);
    for (const pair of list) {
      const found = await findModes(config, e, pair, context, `weight_cfg_list[${i}]`);
      const of = list.length > 1 ? [pair.data.replace(/[^\w.-]+/g, '_')] : [];
      const table = tableOf(e, [e.prefix_name, ...of].filter(Boolean).join('_'));
      const params = { ...common, modes: found.map((m) => m.params), inputs: found.flatMap((m) => m.inputs) };
      tasks.push({
        id: `table/${tasks.length}`,
        kind: 'table',
        params: json({ ...params, table, index: i, collections: pair }),
        files: [...found.flatMap((m) => m.files), ...modules],
        publish: { tables: 'products/tables' },
        title: `tables of ${e.cuts.join(', ')} in ${pair.data}`,
        cost: 5,
      });
    }
  }
  tasks.push({
    id: 'report',
    kind: 'report',
    params: json({ ...common, modes: [], study: config, needs: tasks.map((task) => task.id) }),
    needs: tasks.map((task) => task.id),
    publish: ['figures', 'report.html'],
    title: 'draw and report',
    cost: 5,
  });
  return { tasks, summaryTask: 'report' };
}
