import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '../../../base/json.js';
import { makeFolder } from '../../../base/make-folder.js';
import { openStore, type EventStore } from '../../../events/store.js';
import { tableName } from '../../../formats/tables/names.js';
import { SHARED_STATISTICS, toSharedStatistics } from '../../../formats/tables/shared-statistics.js';
import { writeWeightTables } from '../../../formats/tables/write-tables.js';
import { tableSize } from '../../../hist/cell-counts.js';
import { weightTable } from '../../../hist/make-weight-table.js';
import type { Particle, RateTable, TableAxis, WeightTable } from '../../../hist/weight-table.js';
import type { TaskContext } from '../../../runs/task.js';
import type { Key } from '../../../stats/key.js';
import { axesOf } from './axes.js';
import { asResult, keepFigures, styleOf, type CommonParams } from '../common.js';
import { drawTable } from './draw-table.js';
import { countOthers, type OtherSources } from '../validity/count-others.js';
import { judgedCells, judgeSources, type JudgedSource } from '../validity/judge-cells.js';
import { makeTables, type MadeTables } from './make-tables.js';
import { readReference } from './reference.js';
import { warnOfMissing } from './missing-values.js';
import { requireCandidates, requirePassing } from './nothing-left.js';
import { particleFor, recoOf } from './reco.js';
import type { TableSummary, TableTaskResult } from '../report/results.js';
import { sharedStatistics } from './shared-statistics.js';
import { probeSources, type ProbeSource } from '../sources.js';
import { summariseTable } from './summarise-table.js';
import type { TableSettings } from '../schema/table-schema.js';

export interface TableParams extends CommonParams {
  readonly table: TableSettings;
  readonly index: number;
}

interface TruthSources {
  readonly name: string;
  readonly particle: Particle;
  readonly data: readonly ProbeSource[];
  readonly simulation: readonly ProbeSource[];
}

/** A finished table and what is told of it. */
export interface FinishedTable {
  readonly name: string;
  readonly data: RateTable;
  readonly simulation: RateTable;
  readonly weights: WeightTable;
  readonly notIdentified?: WeightTable | undefined;
  readonly made: MadeTables;
  /** The modes that supplied its candidates. */
  readonly modes: readonly string[];
  readonly judged: readonly JudgedSource[];
}

/** Task: efficiencies and fake rates of both samples in bins, their ratios, and the files made of them. */
export async function tableTask(context: TaskContext): Promise<JsonObject> {
  const params = context.params as unknown as TableParams;
  const store = await openStore({ cache: context.cache, threads: context.threads });
  try {
    const { table, label } = params;
    const names = [...(table.efficiency === undefined ? [] : [table.efficiency]), ...(table.fake ?? [])];
    const truths: TruthSources[] = [];
    for (const name of names) truths.push(await truthSources(store, context, params, name));
    const axes = await axesOf(
      table.binning,
      truths.flatMap((t) => t.data.map((s) => ({ table: s.table, weight: s.weight, where: s.select }))),
    );
    const tables = await finishedTables(context, params, truths, axes);
    const summaries: TableSummary[] = [];
    const out = path.join(context.dir, 'tables');
    await makeFolder(out);
    const figures = [];
    for (const finished of tables) {
      await writeTables(out, finished);
      const reference = await readReference(context, table.reference, finished.weights.truth.name);
      summaries.push(summariseTable(finished, finished.modes, reference));
      figures.push(...drawTable(finished, styleOf(label, context.quick), reference));
      const { reasons } = summaries[summaries.length - 1];
      if (reasons.length) context.warn(`bins of ${finished.name} whose weights may not be trusted`, reasons.length);
      const outside = finished.made.data.candidates * (1 - finished.made.data.coverage);
      if (outside >= 1) context.warn(`candidates of ${finished.name} outside the bins, in data`, Math.round(outside));
    }
    const shared = sharedStatistics(tables);
    if (shared.pairs.length > 0)
      await writeFile(path.join(out, `${SHARED_STATISTICS}-${params.index}.json`), toSharedStatistics(shared));
    const result: TableTaskResult = { tables: summaries, figures: await keepFigures(context.dir, figures) };
    return asResult(result);
  } finally {
    await store.close();
  }
}

async function truthSources(
  store: EventStore,
  context: TaskContext,
  params: TableParams,
  name: string,
): Promise<TruthSources> {
  const { simulation: how } = params.table;
  const of = (sample: 'data' | 'simulation') =>
    probeSources(store, context, params, name, sample, sample === 'simulation' ? how : undefined);
  return {
    name,
    particle: particleFor(params.modes, name),
    data: await of('data'),
    simulation: await of('simulation'),
  };
}

async function finishedTables(
  context: TaskContext,
  params: TableParams,
  truths: readonly TruthSources[],
  axes: readonly TableAxis[],
): Promise<FinishedTable[]> {
  const { table, index } = params;
  const { cut: cuts, precuts, interval, notIdentified } = table;
  const at = `tables[${index}]`;
  const places = { cut: `${at}.cut`, precut: `${at}.precuts`, binning: `${at}.binning` };
  for (const truth of truths)
    for (const sample of ['data', 'simulation'] as const) {
      const whose = `${truth.particle.name} in ${sample}`;
      await warnOfMissing(truth[sample], cuts, { whose, at: places.cut, warn: context.warn });
    }
  const made = await makeTables({
    truths,
    cuts,
    precuts,
    axes,
    reco: recoOf(
      table,
      truths.map((t) => t.particle),
      at,
    ),
    interval,
    key: context.key,
    notIdentified,
    correlations: true,
    places,
  });
  for (const [i, { data, simulation }] of truths.entries()) {
    const own = made.slice(i * precuts.length * cuts.length, (i + 1) * precuts.length * cuts.length);
    const check = (sample: 'data' | 'simulation', [source]: readonly ProbeSource[]): void => {
      const candidates = source.method === 'truth' ? `${source.mode.at}.truth.${source.particle}` : at;
      requireCandidates(
        own.map((m) => m[sample]),
        { ...places, candidates },
        source.select,
      );
    };
    check('data', data);
    check('simulation', simulation);
    for (const m of own) requirePassing([m.data, m.simulation], places.cut);
  }
  const cells = tableSize(axes);
  const finished: FinishedTable[] = [];
  let next = 0;
  for (const { data, simulation } of truths) {
    const modes = [...new Set(data.map((source) => source.mode.name))];
    for (const precut of precuts) {
      const request = { axes, cells, precut, cuts };
      const inData = await judgeSources(context, data, simulation, { ...request, sample: 'data' });
      const inSimulation = await judgeSources(context, simulation, simulation, { ...request, sample: 'simulation' });
      for (const [cut, text] of cuts.entries()) {
        const others = (sources: readonly ProbeSource[], judged: readonly JudgedSource[]) =>
          countOthers(sources, judged, { axes, precut, cut: text });
        finished.push(
          finish(
            table,
            context.key.split('repair', next),
            made[next++],
            {
              data: { by: inData[cut], others: await others(data, inData[cut]) },
              simulation: { by: inSimulation[cut], others: await others(simulation, inSimulation[cut]) },
            },
            cut,
            modes,
          ),
        );
      }
      context.progress(finished.length, made.length, 'tables');
    }
  }
  return named(finished);
}

/** What was found of the sources of one sample, and what those count of which nothing can be. */
interface Judged {
  readonly by: readonly JudgedSource[];
  readonly others: OtherSources | undefined;
}

function finish(
  table: TableSettings,
  key: Key,
  made: MadeTables,
  judged: { readonly data: Judged; readonly simulation: Judged },
  cut: number,
  modes: readonly string[],
): FinishedTable {
  const options = { cut, interval: table.interval, key };
  const again = (counted: RateTable, { by, others }: Judged): RateTable => ({
    ...counted,
    cells: judgedCells(counted.cells, by, { ...options, others }),
  });
  const data = again(made.data.table, judged.data);
  const simulation = again(made.simulation.table, judged.simulation);
  const weights = weightTable(data, simulation);
  const prefix = table.name === undefined ? '' : `${table.name}_`;
  return {
    name: `${prefix}${tableName(weights)}`,
    data,
    simulation,
    weights,
    notIdentified: table.notIdentified ? weightTable(data, simulation, 'notIdentified') : undefined,
    made,
    modes,
    judged: [...judged.data.by, ...judged.simulation.by],
  };
}

/** Two cuts may make one name (`> 0.6` and `< 0.6`): the later ones are counted. */
function named(tables: readonly FinishedTable[]): FinishedTable[] {
  const seen = new Map<string, number>();
  return tables.map((table) => {
    const before = seen.get(table.name) ?? 0;
    seen.set(table.name, before + 1);
    return before ? { ...table, name: `${table.name}_${before + 1}` } : table;
  });
}

/** Every format of one table. */
async function writeTables(dir: string, { name, weights, notIdentified }: FinishedTable): Promise<void> {
  const put = async (stem: string, table: WeightTable, payload: readonly WeightTable[]): Promise<void> => {
    const at = (end: string): string => path.join(dir, `${stem}${end}`);
    await writeWeightTables(at('.csv'), [table], { to: 'belle2' });
    await writeWeightTables(at('.json'), payload, { to: 'correctionlib' });
    await writeWeightTables(at('_sysvar.csv'), [table], { to: 'sysvar' });
    await writeWeightTables(at('.md'), [table], { to: 'markdown' });
    await writeWeightTables(at('.tex'), [table], { to: 'latex' });
    await writeWeightTables(at('_payload.json'), payload, { to: 'particle-weighting' });
  };
  await put(name, weights, notIdentified ? [weights, notIdentified] : [weights]);
}
