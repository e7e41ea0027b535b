import path from 'node:path';
import type { JsonObject } from '../../base/json.js';
import type { FlowModel } from '../../models/flow.js';
import { trainFlow } from '../../models/train-flow.js';
import type { TaskContext } from '../../runs/task.js';
import { ksTwoSample } from '../../stats/ks.js';
import { permutation } from '../../stats/key.js';
import { quantileOf } from './bins.js';
import { loadFlow } from './flow-file.js';
import { flowMap, trainingSample, withSessions } from './flows.js';
import { spread } from './learnt-map.js';
import type { CommonParams, SampleParams } from './params.js';
import { judgingRows, readPrepared, selectRows } from './prepare.js';
import { loadReplicas } from './replica-flows.js';
import { FLOW_FILE, replicaTraining } from './train-task.js';
import type { ClosureResult } from './trained.js';

const POINTS = 81;

/**
 * Task: simulation corrected to simulation. Two flows learn two halves of the training events; their composite must be the
 * identity. Each half has half the events, so twice the variance of the whole, and there are two: the expected band is twice
 * that of a bootstrap replica against the nominal flow.
 */
export async function closureTask(context: TaskContext): Promise<JsonObject> {
  const params = context.params as unknown as CommonParams;
  const events = await trainingSample(context, params, 'simulation');
  const nominal = await loadFlow(path.join(context.input('train/simulation').dir, FLOW_FILE));
  const order = permutation(context.key.split('halves'), events.weights.length);
  const inFirst = new Uint8Array(order.length);
  for (const row of order.subarray(0, order.length >> 1)) inFirst[row] = 1;
  return withSessions(async (sessions) => {
    const learn = async (half: 0 | 1): Promise<FlowModel> => {
      const part = selectRows(events, (row) => inFirst[row] === half);
      const { model } = await trainFlow(
        nominal.spec,
        { features: part.variables, context: part.given, weights: part.weights },
        {
          ...replicaTraining(params as unknown as SampleParams),
          standardisation: nominal.standardisation,
          initial: nominal.parameters,
          key: context.key.split('half', half),
          threads: context.threads,
          sessions,
        },
      );
      context.progress(half + 1, 3, 'halves');
      return model;
    };
    const first = await learn(0);
    const second = await learn(1);
    const options = { threads: context.threads, sessions };
    const map = flowMap(first, second, options);
    const judging = judgingRows(await readPrepared(context.input('prepare').dir, 'simulation', params.prepare));

    // One half of the judging events is corrected and compared with the other, which is independent of it.
    const left = selectRows(judging, (row) => row % 2 === 0);
    const right = selectRows(judging, (row) => row % 2 === 1);
    const corrected = await map.apply(left.variables, left.given);
    const ks = Math.max(
      ...corrected.map(
        (values, k) =>
          ksTwoSample({ values, weights: left.weights }, { values: right.variables[k], weights: right.weights })
            .statistic,
      ),
    );

    const replicas = await loadReplicas(context, params, 'simulation');
    const curves: ClosureResult['curves'][number][] = [];
    let [maxPull, squares, points] = [0, 0, 0];
    const middle = (columns: readonly Float64Array[]) =>
      columns.map((values) => quantileOf({ values, weights: judging.weights }, [0.5])[0]);
    const typical = { variables: middle(judging.variables), given: middle(judging.given) };
    for (const [k, values] of judging.variables.entries()) {
      const [low, high] = quantileOf({ values, weights: judging.weights }, [0.01, 0.99]);
      const x = Float64Array.from({ length: POINTS }, (_, i) => low + ((high - low) * i) / (POINTS - 1));
      const constant = (value: number) => new Float64Array(POINTS).fill(value);
      const variables = typical.variables.map((value, j) => (j === k ? x : constant(value)));
      const given = typical.given.map(constant);
      const y = (await map.apply(variables, given))[k];
      const single: Float64Array[][] = [];
      for (const replica of replicas)
        if (replica) single.push([(await flowMap(replica, nominal, options).apply(variables, given))[k]]);
      const sigma = single.length > 1 ? spread(single, [x])[0].map((s) => 2 * s) : new Float64Array(POINTS);
      y.forEach((v, i) => {
        if (!(sigma[i] > 0)) return;
        const pull = Math.abs(v - x[i]) / sigma[i];
        maxPull = Math.max(maxPull, pull);
        squares += pull * pull;
        points++;
      });
      curves.push({ x: [...x], y: [...y], sigma: [...sigma] });
    }
    const result: ClosureResult = { ks, maxPull, rmsPull: points ? Math.sqrt(squares / points) : 0, curves };
    return result as unknown as JsonObject;
  });
}
