import type { JsonObject } from '../../../base/json.js';
import { openStore } from '../../../events/store.js';
import type { Figure } from '../../../figures/figure.js';
import type { HistLike } from '../../../figures/makers/bins.js';
import { dataSimulation } from '../../../figures/makers/data-simulation.js';
import { tally } from '../../../hist/cell-counts.js';
import type { TaskContext } from '../../../runs/task.js';
import { edgesOf } from '../tables/axes.js';
import { niceEdges } from '../tables/nice-edges.js';
import { asResult, keepFigures, styleOf, type CommonParams } from '../common.js';
import { cutParts } from '../tables/cut-parts.js';
import { symbol } from '../tables/draw-rates.js';
import { knownAxis } from '../tables/known-axis.js';
import type { Mode } from '../schema/mode-schema.js';
import { probeSources, type ProbeSource } from '../sources.js';
import type { ControlTaskResult } from '../report/results.js';
import type { RocSettings, TableSettings } from '../schema/table-schema.js';
import { modeTests } from '../validity/mode-tests.js';
import { fileWord } from '../report/words.js';

export interface ControlParams extends CommonParams {
  readonly mode: string;
  readonly control?: Mode['control'];
  readonly tables: readonly TableSettings[];
  readonly roc: readonly RocSettings[];
}

type Wanted = Pick<NonNullable<Mode['control']>[number], 'variable' | 'label' | 'bins'>;

/** What is drawn of a particle's candidates, unless the mode tells: what tables and curves use of it. */
function variablesOf(params: ControlParams, particle: string): Wanted[] {
  const takes = (named: readonly string[] | undefined): boolean => named === undefined || named.includes(params.mode);
  if (params.control) return params.control.filter((c) => c.probe === undefined || c.probe === particle);
  const used = new Set<string>();
  for (const table of params.tables) {
    if (!takes(table.modes) || ![table.efficiency, ...(table.fake ?? [])].includes(particle)) continue;
    for (const cut of table.cut) used.add(cutParts(cut).variable);
    for (const column of Object.keys(table.binning)) used.add(column);
  }
  for (const curve of params.roc)
    if (takes(curve.modes) && [curve.signal, curve.background].includes(particle)) used.add(curve.variable);
  return [...used].map((variable) => ({ variable }));
}

const CENTRAL = [0.0005, 0.9995] as const;
const BINS = 40;

async function histogram(source: ProbeSource, variable: string, edges: readonly number[]): Promise<HistLike> {
  const counts = await source.table.countCells({
    axes: [{ column: variable, edges }],
    closed: 'left',
    weights: source.weight === undefined ? {} : { w: source.weight },
    where: source.select,
  });
  const { sumw, sumw2 } = tally(counts, source.weight === undefined ? undefined : 'w');
  return { axes: [{ name: variable, edges }], sumw: [0, ...sumw, 0], sumw2: [0, ...sumw2, 0] };
}

async function draw(
  params: ControlParams,
  wanted: Wanted,
  { data, simulation }: { readonly data: ProbeSource; readonly simulation: ProbeSource },
  { particle, which }: { readonly particle: string; readonly which: string },
  style: ReturnType<typeof styleOf>,
): Promise<Figure> {
  const { variable, label, bins } = wanted;
  const edges =
    bins && !('quantiles' in bins)
      ? edgesOf(bins)
      : await niceEdges(data.table, variable, { where: data.select, share: CENTRAL, bins: BINS });
  const found = simulation.method === 'truth' ? 'true' : 'weighted';
  return dataSimulation({
    name: `control-${params.mode}-${which}-${fileWord(variable)}`,
    ...style,
    data: await histogram(data, variable, edges),
    dataLabel: data.method === 'all' ? 'Data' : 'Data, weighted',
    simulations: [{ hist: await histogram(simulation, variable, edges), label: `Simulation, ${found}` }],
    x: label === undefined ? knownAxis(variable, edges) : { label },
    logY: /ID(?:NN)?\b/.test(variable),
    text: [`${symbol(particle)}${which.slice(particle.length)} of ${params.mode}`],
  });
}

/** Task: weighted data against simulation, in what tables and curves use. */
export async function controlTask(context: TaskContext): Promise<JsonObject> {
  const params = context.params as unknown as ControlParams;
  const store = await openStore({ cache: context.cache, threads: context.threads });
  try {
    const style = styleOf(params.label, context.quick);
    const figures: Figure[] = [];
    const [mode] = params.modes;
    for (const particle of Object.keys(mode.probes)) {
      const data = await probeSources(store, context, params, particle, 'data');
      const simulation = await probeSources(store, context, params, particle, 'simulation');
      for (const wanted of variablesOf(params, particle))
        for (const [i, source] of data.entries()) {
          const which = data.length > 1 ? `${particle}${i + 1}` : particle;
          figures.push(
            await draw(params, wanted, { data: source, simulation: simulation[i] }, { particle, which }, style),
          );
        }
    }
    const tests = await modeTests(store, context, params, mode);
    const result: ControlTaskResult = { figures: await keepFigures(context.dir, figures), tests };
    return asResult(result);
  } finally {
    await store.close();
  }
}
