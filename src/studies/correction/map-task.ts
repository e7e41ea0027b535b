import path from 'node:path';
import type { JsonObject } from '../../base/json.js';
import { openStore } from '../../events/store.js';
import { writeTable } from '../../events/write-table.js';
import { columnTransform } from '../../models/column-transform.js';
import type { TaskContext } from '../../runs/task.js';
import { quantileOf } from './bins.js';
import { loadFlow } from './flow-file.js';
import { flowMap, withSessions } from './flows.js';
import { spread, tableMap, type LearntMap } from './learnt-map.js';
import { writeMapped, type MapCurveData } from './mapped.js';
import type { CommonParams } from './params.js';
import { judgingRows, readPrepared, type PreparedSample } from './prepare.js';
import { readTable } from './quantile.js';
import { replicaPairs } from './replica-flows.js';
import type { BandedTable } from './quantile-map.js';
import { toScale } from './transform.js';
import { FLOW_FILE } from './train-task.js';
import { valueLabel } from './words.js';

const POINTS = 161;
/** Quantiles of the first given column at which the map is drawn. */
const SLICES = [0.5, 0.1, 0.9];

/** The truth along a curve, where its expression needs nothing but the curve's own columns. */
async function truthAlong(
  context: TaskContext,
  params: CommonParams,
  k: number,
  variables: readonly Float64Array[],
  given: readonly Float64Array[],
): Promise<Float64Array | undefined> {
  const { column, transform } = params.variables[k];
  const expression = params.prepare.truth[column];
  if (expression === undefined) return undefined;
  const file = path.join(context.scratch, 'curve.parquet');
  const raw = (names: CommonParams['variables'], columns: readonly Float64Array[]) =>
    names.map((c, i) => ({ name: c.column, values: columns[i].map(columnTransform(c.transform).inverse) }));
  await writeTable(file, [...raw(params.variables, variables), ...raw(params.given, given)]);
  const store = await openStore({ cache: context.cache });
  try {
    const table = await store.open({ files: [file] });
    return toScale(transform, (await table.read({ truth: expression }))['truth']);
  } catch {
    return undefined;
  } finally {
    await store.close();
  }
}

/** The map along each variable at typical values of everything else, and at low and high values of the first given column. */
async function curvesOf(
  context: TaskContext,
  params: CommonParams,
  events: PreparedSample,
  nominal: LearntMap,
  replicas: readonly LearntMap[],
): Promise<MapCurveData[]> {
  const typical = (values: Float64Array, share = 0.5): number =>
    quantileOf({ values, weights: events.weights }, [share])[0];
  const constant = (value: number): Float64Array => new Float64Array(POINTS).fill(value);
  const curves: MapCurveData[] = [];
  for (const [k, values] of events.variables.entries()) {
    const [low, high] = quantileOf({ values, weights: events.weights }, [0.002, 0.998]);
    const x = Float64Array.from({ length: POINTS }, (_, i) => low + ((high - low) * i) / (POINTS - 1));
    for (const share of events.given.length ? SLICES : [0.5]) {
      const variables = events.variables.map((column, j) => (j === k ? x : constant(typical(column))));
      const given = events.given.map((column, j) => constant(typical(column, j === 0 ? share : 0.5)));
      const y = (await nominal.apply(variables, given))[k];
      const all: Float64Array[][] = [];
      for (const map of replicas) all.push([(await map.apply(variables, given))[k]]);
      const truth = await truthAlong(context, params, k, variables, given);
      const at = params.given.map(
        (g, j) => `${g.label ?? g.column} = ${valueLabel(g, given[j][0])}${g.unit ? ` ${g.unit}` : ''}`,
      );
      curves.push({
        title: at.join(', '),
        variable: k,
        x: [...x],
        y: [...y],
        ...(all.length > 1 ? { sigma: [...spread(all, [y])[0]] } : {}),
        ...(truth ? { truth: [...truth] } : {}),
      });
    }
  }
  return curves;
}

/** Largest distance of the flow from the exact map, in units of the exact map's band, over the central 98 % of events. */
function largestPull(table: BandedTable, y: Float64Array, events: PreparedSample): number {
  const [low, high] = quantileOf({ values: events.variables[0], weights: events.weights }, [0.01, 0.99]);
  let most = 0;
  table.x.forEach((x, i) => {
    if (x >= low && x <= high && table.sigma[i] > 0)
      most = Math.max(most, Math.abs(y[i] - table.y[i]) / table.sigma[i]);
  });
  return most;
}

/** The nominal map and its replicas, of flows or of the exact table. */
export async function loadMaps(
  context: TaskContext,
  params: CommonParams,
  sessions: Parameters<typeof flowMap>[2]['sessions'],
): Promise<{ nominal: LearntMap; replicas: LearntMap[] }> {
  if (params.method === 'quantile') {
    const table = await readTable(context.input('quantile').dir);
    return { nominal: tableMap(table), replicas: table.replicas.map((y) => tableMap({ x: table.x, y })) };
  }
  const options = { threads: context.threads, sessions };
  const nominal = async (sample: string) => loadFlow(path.join(context.input(`train/${sample}`).dir, FLOW_FILE));
  const pairs = await replicaPairs(context, params);
  return {
    nominal: flowMap(await nominal('simulation'), await nominal('data'), options),
    replicas: pairs.map(([from, to]) => flowMap(from, to, options)),
  };
}

/** Task: the map on every used simulated event, its replicas on the judging events, and along curves. */
export async function mapTask(context: TaskContext): Promise<JsonObject> {
  const params = context.params as unknown as CommonParams;
  const all = await readPrepared(context.input('prepare').dir, 'simulation', params.prepare);
  const judging = judgingRows(all);
  return withSessions(async (sessions) => {
    const { nominal, replicas } = await loadMaps(context, params, sessions);
    const corrected = await nominal.apply(all.variables, all.given);
    const onJudging: Float64Array[][] = [];
    for (const [r, map] of replicas.entries()) {
      onJudging.push(await map.apply(judging.variables, judging.given));
      context.progress(r + 1, replicas.length, 'replicas');
    }
    await writeMapped(context.dir, {
      nominal: corrected,
      ...(onJudging.length > 1
        ? { sigma: spread(onJudging, await nominal.apply(judging.variables, judging.given)) }
        : {}),
      replicas: onJudging,
    });
    const curves = await curvesOf(context, params, judging, nominal, replicas);
    const summary: Record<string, number> = {};
    const failed = params.replicas - replicas.length;
    if (failed > 0) {
      summary['replicas.failed'] = failed;
      context.warn('bootstrap replicas whose training diverged: the band is made of the others', failed);
    }
    if (params.method === 'flow' && params.variables.length === 1 && params.given.length === 0) {
      const table = await readTable(context.input('quantile').dir);
      summary['quantile.maxPull'] = largestPull(table, (await nominal.apply([table.x], []))[0], judging);
    }
    return { curves: curves as unknown as JsonObject[], summary };
  });
}
