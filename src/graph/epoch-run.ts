import { integers, permutation, uniforms, type Key } from '../stats/key.js';
import { stepRates, type StepRates } from './adam.js';
import { noiseColumns, NOISE_SPARE } from './epoch-graph.js';
import type { Objective } from './objective.js';
import type { Block } from './session.js';
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

/** What moves in training. */
export type MovingState = Pick<TrainState, 'parameters' | 'first' | 'second' | 'damping'>;

/** What an epoch leaves: the state after it, loss and gradient norm of every step. */
export interface EpochOutcome {
  readonly parameters: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly losses: Float32Array;
  readonly norms: Float32Array;
}

/** Something that runs epochs. The same outcome for the same state and run. */
export interface EpochRunner {
  /** @param run its `steps` may be fewer than an epoch's, for going back to the state before a certain step */
  run(state: MovingState, run: EpochRun): Promise<EpochOutcome>;
  close(): Promise<void>;
}

/** Constants of the epoch's steps. */
export const ratesOf = (run: EpochRun, damping: number): StepRates[] =>
  Array.from({ length: run.steps }, (_, i) =>
    stepRates(run.learningRate * run.relative(i) * damping, run.weightDecay, run.first + i + 1),
  );

/** The order in which an epoch visits the events, `[steps·batch]`. */
export const orderOf = ({ key, rows, steps, batch }: EpochRun): Int32Array =>
  permutation(key, rows).subarray(0, steps * batch);

/** Where each step begins in the noise tables. */
export const offsetsOf = ({ key, steps }: EpochRun): BigInt64Array =>
  BigInt64Array.from(integers(key.split('offset'), steps, NOISE_SPARE), BigInt);

/** The epoch's table of uniform numbers for one use of noise. */
export function noiseTable({ key, batch }: EpochRun, name: string, rows: number): Block {
  const columns = noiseColumns(batch);
  return { data: Float32Array.from(uniforms(key.split(`noise ${name}`), rows * columns)), dims: [rows, columns] };
}
