import type { JsonObject } from '../../base/json.js';
import type { TaskContext } from '../../runs/task.js';
import { chi2Survival } from '../../stats/special/gamma.js';
import { ksTwoSample } from '../../stats/ks.js';
import { wasserstein1 } from '../../stats/wasserstein.js';
import { poissonWeights, type Key } from '../../stats/key.js';
import { balancingWeights } from './balance.js';
import { judgementAxis } from './bins.js';
import { classifierAuc } from './classifier-test.js';
import { readMapped } from './mapped.js';
import type { CommonParams } from './params.js';
import { judgingRows, readPrepared, type PreparedSample } from './prepare.js';
import { standardDeviation, type WeightedValues } from './quantile-map.js';
import { fillShape, shapeChi2, type BinnedShape } from './shape-chi2.js';

const BOOTSTRAPS = 20;

type Estimate = { readonly value: number; readonly error: number };

/** A statistic of two samples with its bootstrap error. */
function bootstrapped(
  statistic: (a: WeightedValues, b: WeightedValues) => number,
  a: WeightedValues,
  b: WeightedValues,
  key: Key,
): Estimate {
  const resampled = (s: WeightedValues, k: Key): WeightedValues => {
    const times = poissonWeights(k, s.weights.length);
    return { values: s.values, weights: s.weights.map((w, i) => w * times[i]) };
  };
  const replicas = Array.from({ length: BOOTSTRAPS }, (_, r) => {
    const k = key.split('replica', r);
    return statistic(resampled(a, k.split('a')), resampled(b, k.split('b')));
  });
  return { value: statistic(a, b), error: standardDeviation(replicas) };
}

const pValue = ({ chi2, ndf }: { chi2: number; ndf: number }): number => chi2Survival(chi2, ndf);

/** How far the corrected simulation is from the truth, where that is known. */
function againstTruth(
  name: string,
  before: Float64Array,
  after: Float64Array,
  truth: Float64Array,
  weights: Float64Array,
  sigma?: Float64Array,
): JsonObject {
  const total = weights.reduce((s, w) => s + w, 0);
  const rms = (values: Float64Array): number =>
    Math.sqrt(values.reduce((s, v, i) => s + weights[i] * (v - truth[i]) ** 2, 0) / total);
  const inside =
    sigma && after.reduce((s, v, i) => s + (Math.abs(v - truth[i]) <= sigma[i] ? weights[i] : 0), 0) / total;
  return {
    [`${name}.truth.rms.before`]: rms(before),
    [`${name}.truth.rms.after`]: rms(after),
    ...(inside === undefined ? {} : { [`${name}.truth.coverage`]: inside }),
  };
}

/** The events that judge: data, simulation with its factors, and the simulation's corrected values. */
export interface JudgingSamples {
  readonly data: PreparedSample;
  readonly simulation: PreparedSample;
  /** Simulation weights that agree with data in the given columns. */
  readonly balanced: Float64Array;
  readonly after: readonly Float64Array[];
  readonly sigma?: readonly Float64Array[];
  readonly replicas: readonly (readonly Float64Array[])[];
}

/** Reads the held-out events of both samples with the map's result on them. */
export async function readJudging(context: TaskContext, params: CommonParams): Promise<JudgingSamples> {
  const prepared = context.input('prepare').dir;
  const all = await readPrepared(prepared, 'simulation', params.prepare);
  const mapped = await readMapped(context.input('map').dir);
  const simulation = judgingRows(all);
  const data = judgingRows(await readPrepared(prepared, 'data', params.prepare));
  const chosen =
    simulation === all ? undefined : Uint32Array.from(all.weights.keys()).filter((row) => all.heldOut[row] === 1);
  const pick = (values: Float64Array): Float64Array =>
    chosen ? Float64Array.from(chosen, (row) => values[row]) : values;
  const factors = balancingWeights(
    { columns: simulation.given, weights: simulation.weights },
    { columns: data.given, weights: data.weights },
  );
  return {
    data,
    simulation,
    balanced: simulation.weights.map((w, i) => w * factors[i]),
    after: mapped.nominal.map(pick),
    ...(mapped.sigma ? { sigma: mapped.sigma } : {}),
    replicas: mapped.replicas,
  };
}

/** Task: before and after, on events that no flow has seen. */
export async function judge(context: TaskContext): Promise<JsonObject> {
  const params = context.params as unknown as CommonParams;
  const { data, simulation, balanced, after, sigma, replicas } = await readJudging(context, params);
  const summary: Record<string, JsonObject[string]> = {};
  params.variables.forEach(({ column: name }, k) => {
    const target: WeightedValues = { values: data.variables[k], weights: data.weights };
    const sides = { before: simulation.variables[k], after: after[k] };
    const axis = judgementAxis(params.variables[k], target, { values: sides.before, weights: balanced });
    const inData = fillShape(target.values, target.weights, axis);
    const shapeOf = (values: Float64Array): BinnedShape => fillShape(values, balanced, axis);
    for (const [side, values] of Object.entries(sides)) {
      const sample: WeightedValues = { values, weights: balanced };
      const key = context.key.split(`${name} ${side}`);
      summary[`${name}.ks.${side}`] = bootstrapped(
        (a, b) => ksTwoSample(a, b).statistic,
        sample,
        target,
        key.split('ks'),
      );
      summary[`${name}.wasserstein.${side}`] = bootstrapped(wasserstein1, sample, target, key.split('wasserstein'));
      const moved = side === 'after' ? replicas.map((replica) => shapeOf(replica[k])) : [];
      const full = shapeChi2(inData, shapeOf(values), moved);
      summary[`${name}.chi2ndf.${side}`] = full.chi2 / full.ndf;
      summary[`${name}.pValue.${side}`] = pValue(full);
      if (side === 'after') {
        const bare = shapeChi2(inData, shapeOf(values));
        summary[`${name}.chi2ndf.after.stat`] = bare.chi2 / bare.ndf;
        summary[`${name}.pValue.after.stat`] = pValue(bare);
      }
    }
    const truth = simulation.truth[k];
    if (truth)
      Object.assign(summary, againstTruth(name, sides.before, sides.after, truth, simulation.weights, sigma?.[k]));
    context.progress(k + 1, params.variables.length + 2, 'comparisons');
  });
  const joint = { given: data.given, variables: data.variables, weights: data.weights };
  const sides = { before: simulation.variables, after };
  for (const [side, variables] of Object.entries(sides)) {
    const simulated = { given: simulation.given, variables, weights: balanced };
    summary[`joint.auc.${side}`] = await classifierAuc(joint, simulated, {
      key: context.key.split(`auc ${side}`),
      threads: context.threads,
      quick: context.quick,
    });
    context.progress(params.variables.length + (side === 'after' ? 2 : 1), params.variables.length + 2, 'comparisons');
  }
  return summary as JsonObject;
}
