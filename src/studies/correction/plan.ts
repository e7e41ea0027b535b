import path from 'node:path';
import { DatamcError, userError } from '../../base/error.js';
import type { Json, JsonObject } from '../../base/json.js';
import { didYouMean } from '../../base/near.js';
import { openStore } from '../../events/store.js';
import { flowSpec } from '../../models/flow-spec.js';
import type { Plan, TaskSpec } from '../../runs/task.js';
import type { PlanContext } from '../study.js';
import { addedColumns } from './corrector.js';
import { sampleNames, type SampleName } from './prepare.js';
import type { CorrectionStudy, FlowSettings } from './schema.js';
import { fileName } from './words.js';

/** Replicas that one task trains, one after another; small enough to spread over workers and batch jobs. */
const REPLICAS_A_TASK = 5;

/** Columns compared by default where the study names none. */
const MOST_COMPARED = 6;

const QUICK = { epochs: 12, replicas: 4, replicaEpochs: 3 };

/** Flow settings with every default resolved. */
export type ResolvedFlow = Omit<FlowSettings, 'bound' | 'kind' | 'replicaEpochs'> & {
  readonly replicaEpochs: number;
  readonly kind: NonNullable<FlowSettings['kind']>;
  readonly bound: number;
};

function resolveFlow(study: CorrectionStudy, quick: boolean): ResolvedFlow {
  const { flow, variables } = study;
  const kind = flow.kind ?? (variables.length === 1 ? 'spline' : 'autoregressive');
  const epochs = quick ? Math.min(flow.epochs, QUICK.epochs) : flow.epochs;
  const replicaEpochs = flow.replicaEpochs ?? Math.max(6, Math.ceil(0.16 * flow.epochs));
  return {
    ...flow,
    kind,
    epochs,
    replicaEpochs: quick ? Math.min(replicaEpochs, QUICK.replicaEpochs) : replicaEpochs,
    bound: flow.bound ?? 5,
    batch: quick && flow.batch !== 'full' ? Math.min(flow.batch, 512) : flow.batch,
  };
}

/** What a study asks that cannot be: found before anything runs. */
function check(study: CorrectionStudy): void {
  for (const name of Object.keys(study.samples))
    if (!sampleNames.includes(name as SampleName))
      throw userError({
        code: 'correction.sample',
        message: `unknown sample "${name}"`,
        path: `samples.${name}`,
        expected: 'simulation and data',
        hint: didYouMean(name, sampleNames),
      });
  for (const name of sampleNames)
    if (!study.samples[name])
      throw userError({
        code: 'correction.sample',
        message: `no sample "${name}"`,
        path: 'samples',
        expected: 'simulation and data',
      });
  if (study.method === 'quantile' && (study.variables.length > 1 || study.given.length > 0))
    throw userError({
      code: 'correction.quantile',
      message: 'method "quantile" corrects one variable with nothing given',
      path: 'method',
      got: `${study.variables.length} variables, ${study.given.length} given`,
      hint: 'method: flow does both',
    });
  const columns = [...study.variables, ...study.given].map((c) => c.column);
  const twice = columns.find((c, i) => columns.indexOf(c) !== i);
  if (twice !== undefined)
    throw userError({
      code: 'correction.twice',
      message: `"${twice}" is named twice`,
      path: 'variables',
      expected: 'each column once, to correct or given',
    });
  const written = study.variables.map((v) => fileName(v.column));
  const second = written.findIndex((name, i) => written.indexOf(name) !== i);
  if (second >= 0) {
    const [one, other] = [written.indexOf(written[second]), second].map((i) => study.variables[i].column);
    throw userError({
      code: 'correction.same-name',
      message: `"${one}" and "${other}" would both be written as "${addedColumns(other).nominal}"`,
      path: `variables[${second}].column`,
      expected: 'variables that differ in letters, digits and underscores',
      hint: 'give one another name in "define"',
    });
  }
  for (const name of Object.keys(study.truth))
    if (!study.variables.some((v) => v.column === name))
      throw userError({
        code: 'correction.truth',
        message: `"${name}" is not a variable of this study`,
        path: `truth.${name}`,
        hint: didYouMean(
          name,
          study.variables.map((v) => v.column),
        ),
      });
}

/** That the settings make a flow, told before anything is read. @throws userError `models.flow-spec` */
function checkFlow(flow: ResolvedFlow, { variables, given }: CorrectionStudy): void {
  const { kind, transforms, bins, bound, tails, hidden, activation } = flow;
  const sizes = { features: variables.length, context: given.length };
  try {
    flowSpec({ kind, transforms, bins, bound, tails, hidden, activation, ...sizes });
  } catch (error) {
    throw error instanceof DatamcError ? userError({ ...error.data, path: 'flow' }) : error;
  }
}

/** The numeric columns that both samples have, besides those of the study and weights, first ones first. */
async function comparedColumns(study: CorrectionStudy, context: PlanContext): Promise<readonly string[]> {
  const store = await openStore({ cache: context.cache });
  try {
    const named = new Set([...study.variables, ...study.given].map((c) => c.column));
    for (const name of sampleNames) named.add(study.samples[name].weight ?? '');
    const shared: string[][] = [];
    for (const name of sampleNames) {
      const table = await store.open(study.samples[name], {
        define: study.define,
        ...(study.select === undefined ? {} : { select: study.select }),
        path: `samples.${name}`,
      });
      const expressions: [string, string][] = [
        ...study.variables.map((v, i): [string, string] => [v.column, `variables[${i}].column`]),
        ...study.given.map((g, i): [string, string] => [g.column, `given[${i}].column`]),
        ...(study.compare ?? []).map((c, i): [string, string] => [c, `compare[${i}]`]),
        ...(name === 'simulation'
          ? Object.entries(study.truth).map(([k, e]): [string, string] => [e, `truth.${k}`])
          : []),
      ];
      const { weight } = study.samples[name];
      if (weight !== undefined) expressions.push([weight, `samples.${name}.weight`]);
      for (const [expression, path] of expressions) table.check(expression, path);
      shared.push(table.columns.filter((c) => c.type === 'real' && !named.has(c.name)).map((c) => c.name));
    }
    if (study.compare) return study.compare;
    return shared[0].filter((c) => shared[1].includes(c)).slice(0, MOST_COMPARED);
  } finally {
    await store.close();
  }
}

const defined = (record: Record<string, Json | undefined>): JsonObject =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

/** The study as it was read, every default resolved, files by their names alone: what the report shows of it. */
function portable(study: CorrectionStudy): JsonObject {
  const samples = Object.entries(study.samples).map(([name, sample]) => {
    const files = sample.files.map((file) => path.basename(file));
    return [name, defined({ ...sample, files })] as const;
  });
  const plain = JSON.parse(JSON.stringify(study)) as JsonObject;
  return { ...plain, samples: Object.fromEntries(samples) };
}

/** The tasks of a correction: prepare, train, replicate, close, map, judge, draw, write. */
export async function planCorrection(study: CorrectionStudy, context: PlanContext): Promise<Plan> {
  check(study);
  const { quick } = context;
  const flow = resolveFlow(study, quick);
  if (study.method === 'flow') checkFlow(flow, study);
  const files = sampleNames.flatMap((name) => study.samples[name].files);
  const scaled = (c: { column: string; transform: string }): JsonObject => ({
    column: c.column,
    transform: c.transform,
  });
  const prepareParams = {
    samples: Object.fromEntries(
      sampleNames.map((name) => {
        const { tree, select, weight, entries, explode, files: list } = study.samples[name];
        return [name, defined({ files: list.length, tree, select, weight, entries, explode })];
      }),
    ),
    define: study.define,
    ...(study.select === undefined ? {} : { select: study.select }),
    variables: study.variables.map(scaled),
    given: study.given.map(scaled),
    compare: await comparedColumns(study, context),
    truth: study.truth,
    holdOut: study.holdOut,
  };
  const { count: asked, allowFailed } = study.replicas;
  const replicas = quick ? Math.min(asked, QUICK.replicas) : asked;
  const common = {
    prepare: prepareParams as unknown as JsonObject,
    flow: flow as unknown as JsonObject,
    method: study.method,
    replicas,
    allowFailed,
    replicasATask: REPLICAS_A_TASK,
    variables: study.variables as unknown as Json,
    given: study.given as unknown as Json,
    label: study.label as unknown as Json,
    name: study.name,
  } satisfies JsonObject;

  const tasks: TaskSpec[] = [
    {
      id: 'prepare',
      kind: 'prepare',
      params: prepareParams as unknown as JsonObject,
      files,
      title: 'read both samples',
      cost: 3,
    },
  ];
  const inputs = ['prepare'];
  const exact = study.variables.length === 1 && study.given.length === 0;
  if (exact) {
    tasks.push({
      id: 'quantile',
      kind: 'quantile',
      params: common,
      needs: ['prepare'],
      title: 'exact monotone map and its band',
      cost: 2,
    });
    inputs.push('quantile');
  }
  if (study.method === 'flow') {
    const replicaTasks: Record<SampleName, string[]> = { simulation: [], data: [] };
    for (const sample of sampleNames) {
      // A flow of several composed transforms has many ways to reach one density; the data flow starts from the
      // simulation flow, so that both lay the base space out alike and their composite moves events little.
      const follows = sample === 'data' && flow.transforms > 1 ? ['train/simulation'] : [];
      tasks.push({
        id: `train/${sample}`,
        kind: 'train',
        params: { ...common, sample },
        needs: ['prepare', ...follows],
        threads: flow.threads,
        title: `train the ${sample} flow`,
        cost: 15,
      });
      for (let first = 0; first < replicas; first += REPLICAS_A_TASK) {
        const id = `replicas/${sample}/${first / REPLICAS_A_TASK}`;
        const count = Math.min(REPLICAS_A_TASK, replicas - first);
        replicaTasks[sample].push(id);
        tasks.push({
          id,
          kind: 'replicas',
          params: { ...common, sample, first, count },
          needs: ['prepare', `train/${sample}`],
          key: `replicas/${sample}`,
          title: `bootstrap replicas ${first + 1}–${first + count} of the ${sample} flow`,
          cost: 2 * count,
        });
      }
      inputs.push(`train/${sample}`);
    }
    if (study.closure) {
      tasks.push({
        id: 'closure',
        kind: 'closure',
        params: common,
        needs: ['prepare', 'train/simulation', ...replicaTasks.simulation],
        title: 'correct simulation to simulation',
        cost: 6,
      });
    }
    inputs.push(...replicaTasks.simulation, ...replicaTasks.data);
  }
  tasks.push({
    id: 'map',
    kind: 'map',
    params: common,
    needs: inputs,
    threads: 2,
    title: 'apply the map and its replicas',
    cost: 5,
  });
  if (replicas > 1)
    tasks.push({
      id: 'band',
      kind: 'band',
      params: common,
      needs: ['prepare', 'map'],
      title: 'learn the band as a function',
      cost: 2,
    });
  const banded = replicas > 1 ? ['band'] : [];
  tasks.push({
    id: 'products',
    kind: 'products',
    params: common,
    needs: [...inputs, 'map', ...banded],
    publish: ['products'],
    threads: 2,
    title: 'write the map',
    cost: 4,
  });
  tasks.push({
    id: 'tuple',
    kind: 'tuple',
    params: { samples: prepareParams.samples as JsonObject, define: study.define },
    needs: ['products'],
    files: study.samples['simulation'].files,
    threads: 2,
    publish: { 'simulation.parquet': 'products/simulation.parquet' },
    title: 'write the corrected simulation',
    cost: 2,
  });
  const judged = [
    'prepare',
    'map',
    ...(exact ? ['quantile'] : []),
    ...(study.method === 'flow' ? sampleNames.map((s) => `train/${s}`) : []),
  ];
  const closed = study.method === 'flow' && study.closure ? ['closure'] : [];
  tasks.push({ id: 'judge', kind: 'judge', params: common, needs: judged, title: 'judge on held-out events', cost: 6 });
  tasks.push({
    id: 'report',
    kind: 'report',
    params: { ...common, study: portable(study) },
    needs: [...new Set([...inputs, 'map', 'judge', 'products', 'tuple', ...banded, ...closed])],
    publish: ['figures', 'report.html'],
    title: 'draw and report',
    cost: 5,
  });
  return { tasks, summaryTask: 'report' };
}
