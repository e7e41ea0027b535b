import type { Objective } from '../../graph/objective.js';
import { weightedMean } from '../../graph/objective.js';
import { div, sub } from '../../graph/ops/arithmetic.js';
import { clip, exp, square } from '../../graph/ops/functions.js';
import { concat } from '../../graph/ops/reshape.js';
import { sum } from '../../graph/ops/reduce.js';
import { layout, unpack } from '../../graph/parameters.js';
import { dim } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { mlp, type Mlp } from '../../models/mlp.js';

/**
 * The band as a function: a small network from the variables and the given columns, on the learning scale, to ln σ of each
 * variable, where σ is the standard deviation of the bootstrap replicas of the map. Forty flows say the same, but not at
 * a million rows a second.
 */
export type Band = {
  readonly variables: number;
  readonly inputs: number;
  /** Inputs are (x − location)/scale, kept within ±`reach`: outside, the band is that of the edge. */
  readonly location: readonly number[];
  readonly scale: readonly number[];
  readonly parameters: readonly number[];
};

export const REACH = 3.5;
const HIDDEN = [32, 32];

const network = (inputs: number, variables: number): Mlp =>
  mlp({ name: 'band', inputs: [inputs], hidden: HIDDEN, outputs: variables, activation: 'tanh' });

/** Least squares in ln σ. */
export function bandObjective(inputs: number, variables: number): Objective {
  const net = network(inputs, variables);
  return {
    parameters: net.parameters,
    inputs: { x: inputs, target: variables },
    loss(_graph, parameters, batch) {
      const out = net.apply([batch.inputs['x']], parameters);
      const target = { ...batch.inputs['target'], shape: out.shape };
      return weightedMean(sum(square(sub(out, target)), out.shape[0].name, { keep: true }), batch);
    },
  };
}

/** σ of each variable, [variables, batch], of columns on the learning scale, [inputs, batch]. */
export function bandGraph(band: Band, columns: readonly Tensor[]): Tensor {
  const { graph } = columns[0];
  const x = columns.length > 1 ? concat(columns, columns[0].shape[0].name) : columns[0];
  const column = (values: readonly number[]): Tensor =>
    graph.constant(values, [dim(x.shape[0].name, band.inputs), dim('one', 1)], x.dtype);
  const inside = clip(div(sub(x, column(band.location)), column(band.scale)), -REACH, REACH);
  const net = network(band.inputs, band.variables);
  const flat = graph.constant(band.parameters, [dim('parameter', band.parameters.length)], x.dtype);
  const logSigma = net.apply([inside], unpack(flat, layout(net.parameters)));
  return exp(logSigma);
}
