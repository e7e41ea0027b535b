import type { Graph } from './graph.js';
import { mul } from './ops/arithmetic.js';
import { sum } from './ops/reduce.js';
import type { ParameterSpec } from './parameters.js';
import type { Tensor } from './tensor.js';

/** One minibatch inside the graph. */
export interface Batch {
  /** Each resident input as [features, batch]. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** Event weights [weight 1, batch], of mean 1 over the training events; absent where every event counts once. */
  readonly weight?: Tensor;
  /** Number of events. */
  readonly size: number;
  /** True while training: dropout is on. */
  readonly training: boolean;
  /** Uniform numbers in (0, 1), [rows, batch], new at every step; only while training. */
  random(name: string, rows: number): Tensor;
}

/** Something to be minimised: its parameters, the data it reads and its loss. */
export interface Objective {
  readonly parameters: readonly ParameterSpec[];
  /** Resident data: name → numbers per event. */
  readonly inputs: Readonly<Record<string, number>>;
  /** The weighted mean loss of a batch, a scalar: (1/size) Σ wᵢ lᵢ. */
  loss(graph: Graph, parameters: Readonly<Record<string, Tensor>>, batch: Batch): Tensor;
}

/** (1/size) Σ wᵢ lᵢ of per-event losses of shape [.., batch]. */
export function weightedMean(perEvent: Tensor, batch: Batch): Tensor {
  const weighted = batch.weight ? mul(perEvent, batch.weight) : perEvent;
  return mul(sum(weighted), 1 / batch.size);
}
