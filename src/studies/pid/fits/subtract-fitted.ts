import { rm } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../../../base/error.js';
import { openStore } from '../../../events/store.js';
import { subtractTemplates } from '../../../fit/template-subtraction.js';
import { weightColumn } from '../../../fit/weight-columns.js';
import { sumOfWeights, weightsAt, type WeightFunction } from '../../../fit/weight-function.js';
import { readWeights } from '../../../formats/weights-file.js';
import { provenanceStamp } from '../../../runs/provenance.js';
import type { TaskContext } from '../../../runs/task.js';
import type { OwnVariablesSpec } from '../../own-variables.js';
import type { ModeParams } from '../params.js';
import { BACKGROUND, type PeakFit } from './fits.js';
import { copySelected, openBoth } from './subtract.js';
import { writeBeside } from './written-columns.js';

/** Standard deviations of simulated background below which it is no template. */
const LEAST = 3;

/** The fit variable and the event weights of a sample. */
interface Events {
  readonly x: Float64Array;
  readonly w?: Float64Array;
}

/**
 * Data with all simulated candidates below them. These are weighted as background by the fit of simulation, and scaled to the
 * background that the fit finds in data: in any bin Σw is N_data − (B_data/B_simulation) Σ_simulation w_b. Distributions of background
 * are those of simulation; the fit of data says only how much there is. A column for every variant of the fit, and two that
 * move the scale by its statistical error.
 *
 * @throws userError `pid.templates` where the fit finds hardly any background in simulation
 */
export async function writeFittedTemplates(
  context: TaskContext,
  request: {
    readonly mode: ModeParams & { readonly fit: PeakFit };
    readonly weight: string | undefined;
    readonly variables: OwnVariablesSpec;
  },
  out: string,
): Promise<void> {
  const { mode, weight, variables } = request;
  const store = await openStore({ cache: context.cache, threads: context.threads });
  const parts = ['data', 'simulation'].map((sample) => path.join(context.dir, `${sample}-part.parquet`));
  try {
    const { data, simulation, common } = await openBoth(store, context, mode.name, variables);
    const saved = async (sample: string) =>
      (await readWeights(path.join(context.input(`fit/${mode.name}/${sample}`).dir, 'weights.json'))).variants;
    const [ofData, ofSimulation] = [await saved('data'), await saved('simulation')];
    const read = async (table: typeof data, own: string | undefined): Promise<Events> =>
      (await table.read({ x: mode.fit.variable, ...(own === undefined ? {} : { w: own }) })) as unknown as Events;
    const recorded = await read(data, weight);
    const simulated = await read(simulation, mode.weights.simulation);

    const columns: Record<string, Float64Array> = {};
    for (const [variant, weights] of Object.entries(ofData)) {
      const template = background(ofSimulation[variant], simulated);
      const there = background(weights, recorded);
      if (!(template.sum > LEAST * template.error && there.sum > 0)) throw noTemplate(mode, variant, template, there);
      const error = Math.hypot(template.error / template.sum, there.error / there.sum);
      const made = subtractTemplates({ rows: recorded.x.length, weights: recorded.w }, [
        {
          name: BACKGROUND,
          rows: simulated.x.length,
          weights: template.weights,
          scale: there.sum / template.sum,
          error: variant === 'nominal' ? error : undefined,
        },
      ]).columns;
      if (variant === 'nominal') Object.assign(columns, made);
      else columns[weightColumn(variant)] = made[weightColumn('nominal')];
    }
    await copySelected(data, common, undefined, parts[0]);
    await copySelected(simulation, common, undefined, parts[1]);
    const joined = await store.open({ files: parts });
    await writeBeside(joined, out, columns, { datamc: provenanceStamp(context.provenance) });
  } finally {
    await store.close();
    for (const part of parts) await rm(part, { force: true });
  }
}

/** Weights of all components but the signal, with the events' own; their sum and its error. */
function background(weights: WeightFunction, { x, w }: Events) {
  const names = weights.components.map((c) => c.name).filter((name) => !weights.signal.includes(name));
  const at = weightsAt(weights, x, names);
  const { value: sum, variance } = sumOfWeights(at, w);
  return { weights: w ? at.map((value, e) => value * w[e]) : at, sum, error: Math.sqrt(variance) };
}

type Sum = Pick<ReturnType<typeof background>, 'sum' | 'error'>;

const noTemplate = ({ at, name }: ModeParams, variant: string, simulation: Sum, data: Sum): Error => {
  const few =
    simulation.sum > LEAST * simulation.error ? (['data', data] as const) : (['simulation', simulation] as const);
  return userError({
    code: 'pid.templates',
    message: `the ${variant} fit of ${name} finds hardly any background in ${few[0]}: there is nothing to subtract`,
    path: `${at}.fit.weights`,
    got: `${few[1].sum.toFixed(1)} ± ${few[1].error.toFixed(1)}`,
    expected:
      'simulation with background, or templates: { background: { select: "isSignal == 0", scale: 1, error: 0.1 } }',
  });
};
