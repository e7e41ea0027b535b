import { pick } from '../../../fit/component.js';
import type { EventStore } from '../../../events/store.js';
import { factorisationTests, significanceLimit } from '../../../fit/factorisation.js';
import type { TaskContext } from '../../../runs/task.js';
import type { CommonParams } from '../common.js';
import type { ModeParams } from '../params.js';
import type { ModeTest } from '../report/results.js';
import { readBoth } from '../tables/cell-rows.js';
import { probeSources, type ProbeSource } from '../sources.js';
import { fittedWeights } from './judge-cells.js';
import { isPure, sideBands } from './pure-samples.js';

/** Dependences smaller than this are no reason, however significant. */
const SMALLEST = 0.01;

/**
 * Kendall's test of the fit variable against the control variables that the mode names (`validity.control`), in side bands of data and in
 * simulated signal. What is significant is warned of: weights are then right in no bin of that variable by themselves.
 */
export async function modeTests(
  store: EventStore,
  context: TaskContext,
  params: Pick<CommonParams, 'variables' | 'modes' | 'inputs'>,
  mode: ModeParams,
): Promise<ModeTest[]> {
  const controls = mode.validity.control ?? [];
  const saved = controls.length ? await fittedWeights(context, mode, 'data') : undefined;
  if (!saved) return [];
  const { lower, upper } = sideBands(saved.variants['nominal']);
  const bands = [lower, upper].filter((band) => band !== undefined);
  const [particle] = Object.keys(mode.probes);
  const read = async (source: ProbeSource, weight: string | undefined, name: string) => {
    const asked = Object.fromEntries(controls.map((c, i) => [`c${i}`, c]));
    const own = weight === undefined ? {} : { w: weight };
    const columns = await readBoth(source, {
      own: asked,
      common: { x: saved.variable, ...own },
      where: source.select,
    });
    const all = Object.values(columns);
    const usable = [...columns['x'].keys()].filter((row) => all.every((c) => Number.isFinite(c[row])));
    return { name, x: columns['x'], columns, usable, weighted: weight !== undefined };
  };
  const [data] = await probeSources(store, context, params, particle, 'data');
  const found = await read(data, mode.weights.data, 'side bands');
  const inBands = (row: number): boolean => bands.some(([low, high]) => found.x[row] >= low && found.x[row] <= high);
  const samples = [{ ...found, usable: found.usable.filter(inBands) }];
  const [signal] = await probeSources(store, context, params, particle, 'simulation');
  if (signal.method === 'truth') {
    const truth = await read(signal, mode.weights.simulation, 'simulated signal');
    if (isPure(truth.x, saved.variants['nominal'], bands)) samples.push(truth);
  }
  const tests = factorisationTests(
    samples
      .filter(({ usable }) => usable.length > 2)
      .map(({ name, columns, usable, weighted }) => ({
        name,
        x: pick(columns['x'], usable),
        ...(weighted ? { weights: pick(columns['w'], usable) } : {}),
        controls: Object.fromEntries(controls.map((c, i) => [c, pick(columns[`c${i}`], usable)])),
      })),
  );
  const limit = significanceLimit(tests.length, mode.validity.falseAlarm);
  return tests.flatMap(({ sample, control, kind, tau, z }) => {
    if (!Number.isFinite(z)) return [];
    const significant = Math.abs(z) > limit && Math.abs(tau) > SMALLEST;
    if (significant)
      context.warn(`${mode.name}, ${sample}: the fit variable depends on ${control} (${kind}), z = ${z.toFixed(1)}`);
    return [{ sample, control, kind, tau, z, significant }];
  });
}
