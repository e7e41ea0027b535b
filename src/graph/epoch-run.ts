import { integers, permutation, uniforms, type Key } from '../stats/key.js';
import { stepRates } from './adam.js';
import { noiseColumns, NOISE_SPARE, type EpochGraph } from './epoch-graph.js';
import type { Objective } from './objective.js';
import type { Block, Session } from './session.js';
import { drawRows } from './training-rows.js';
import type { TrainState } from './train-state.js';
import type { ResidentRows } from './validate.js';

/** The data as the epoch's inputs: laid batch-last once where the batch is everything. */
export function residentFeeds(
  objective: Objective,
  training: ResidentRows,
  full: boolean,
  weighted: boolean,
): Record<string, Block> {
  const feeds: Record<string, Block> = {};
  const { rows } = training;
  for (const [name, width] of Object.entries(objective.inputs)) {
    const values = training.columns[name];
    if (!full) feeds[`data:${name}`] = { data: values, dims: [rows, width] };
    else {
      const turned = new Float32Array(values.length);
      for (let i = 0; i < rows; i++) for (let j = 0; j < width; j++) turned[j * rows + i] = values[i * width + j];
      feeds[`data:${name}`] = { data: turned, dims: [width, rows] };
    }
  }
  if (weighted) feeds['weight'] = { data: training.weights, dims: full ? [1, rows] : [rows] };
  return feeds;
}

/** One run of an epoch's graph: where in the training it is, and what stays the same throughout. */
export interface EpochRun {
  readonly batch: number;
  readonly steps: number;
  readonly full: boolean;
  /** Steps before this epoch. */
  readonly first: number;
  /** Learning rate of the epoch's i-th step, relative to the largest. */
  readonly relative: (i: number) => number;
  readonly rows: number;
  readonly key: Key;
  readonly learningRate: number;
  readonly weightDecay: number;
}

/** Runs an epoch from a state: draws its order and its noise from the key, and computes the rates of its steps. */
export function runEpoch(
  session: Session,
  graph: EpochGraph,
  resident: Record<string, Block>,
  state: Pick<TrainState, 'parameters' | 'first' | 'second' | 'damping'>,
  run: EpochRun,
): Promise<Record<string, Block>> {
  const { steps, batch, key } = run;
  const rates = Array.from({ length: steps }, (_, i) => {
    return stepRates(run.learningRate * run.relative(i) * state.damping, run.weightDecay, run.first + i + 1);
  });
  const vector = (values: number[]): Block => ({ data: Float32Array.from(values), dims: [steps] });
  const flat = (data: Float32Array): Block => ({ data, dims: [data.length] });
  const feeds: Record<string, Block> = {
    ...resident,
    rate: vector(rates.map((r) => r.rate)),
    epsilon: vector(rates.map((r) => r.epsilon)),
    parameters: flat(state.parameters),
    first: flat(state.first),
    second: flat(state.second),
  };
  if (run.weightDecay) feeds['decay'] = vector(rates.map((r) => r.decay));
  if (!run.full) feeds['order'] = { data: drawRows(permutation(key, run.rows), steps * batch), dims: [steps * batch] };
  const noise = Object.entries(graph.noise);
  if (noise.length) {
    const offsets = integers(key.split('offset'), steps, NOISE_SPARE);
    feeds['offset'] = { data: BigInt64Array.from(offsets, BigInt), dims: [steps] };
    for (const [name, rows] of noise) {
      const columns = noiseColumns(batch);
      feeds[`noise:${name}`] = {
        data: Float32Array.from(uniforms(key.split(`noise ${name}`), rows * columns)),
        dims: [rows, columns],
      };
    }
  }
  return session.run(feeds);
}
