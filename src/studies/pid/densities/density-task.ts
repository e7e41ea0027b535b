import path from 'node:path';
import type { JsonObject } from '../../../base/json.js';
import { openStore } from '../../../events/store.js';
import type { Figure } from '../../../figures/figure.js';
import type { TaskContext } from '../../../runs/task.js';
import { asResult, keepFigures, styleOf, type CommonParams } from '../common.js';
import { densityName, densitySpec, type DensityEntry } from '../schema/densities-schema.js';
import { makeDensity, type MadeDensity } from './make-density.js';
import { validateDensities } from './validate-density.js';
import type { DensityTaskResult } from '../report/results.js';
import { probeSources, type ProbeSource } from '../sources.js';

export interface DensityParams extends CommonParams {
  readonly density: DensityEntry;
  readonly index: number;
}

/** Weights of other fits by the name of their variation. */
const others = ({ systematics }: ProbeSource): Record<string, string> =>
  Object.fromEntries(
    Object.entries(systematics ?? {}).flatMap(([name, { up }]) =>
      up.weight === undefined || /\[\d+\]$/.test(name) ? [] : [[name, up.weight]],
    ),
  );

/** Task: the density of identification variables in data and in simulation, and what resampling and transforming make of it. */
export async function densityTask(context: TaskContext): Promise<JsonObject> {
  const params = context.params as unknown as DensityParams;
  const { density, label } = params;
  const store = await openStore({ cache: context.cache, threads: context.threads });
  try {
    const name = densityName(density);
    const style = styleOf(label, context.quick);
    const dir = path.join(context.dir, 'densities');
    const [data] = await probeSources(store, context, params, density.probe, 'data');
    const [simulation] = await probeSources(store, context, params, density.probe, 'simulation');
    const seed = context.provenance.seed;
    const make = (source: ProbeSource, as: string, axes?: MadeDensity['template']): Promise<MadeDensity> =>
      makeDensity(source.table, densitySpec(density, { name: as, seed, quick: context.quick }), {
        weight: source.weight,
        where: source.select,
        systematics: others(source),
        axes,
        flow: density.flow,
        dir,
        style,
        warn: context.warn,
      });
    const recorded = await make(data, name);
    context.progress(1, 3, 'densities');
    const simulated = await make(simulation, `${name}_simulation`, recorded.template);
    context.progress(2, 3, 'densities');
    const checked = await validateDensities(
      context,
      { data, simulation },
      { data: recorded, simulation: simulated },
      style,
    );
    const figures: Figure[] = [...recorded.figures, ...simulated.figures, ...checked.figures];
    const result: DensityTaskResult = {
      name,
      made: [recorded.result, simulated.result],
      summary: checked.summary,
      figures: await keepFigures(context.dir, figures),
    };
    return asResult(result);
  } finally {
    await store.close();
  }
}
