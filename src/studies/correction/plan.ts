import path from 'node:path';
import type { Json, JsonObject } from '../../base/json.js';
import type { Plan, TaskSpec } from '../../runs/task.js';
import type { PlanContext } from '../study.js';
import { check, checkFlow } from './check.js';
import { comparedColumns } from './compared-columns.js';
import { sampleNames, type SampleName } from './prepare.js';
import { QUICK, resolveFlow } from './resolve-flow.js';
import type { CorrectionStudy } from './schema.js';

/** Replicas that one task trains, one after another; small enough to spread over workers and batch jobs. */
const REPLICAS_A_TASK = 5;

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
