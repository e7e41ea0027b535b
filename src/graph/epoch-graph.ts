import { adamStep, clipNorm, type AdamState } from './adam.js';
import { gradient } from './grad.js';
import { Graph } from './graph.js';
import type { Batch, Objective } from './objective.js';
import { add, mul } from './ops/arithmetic.js';
import { transpose } from './ops/reshape.js';
import { reshapeRaw } from './ops/broadcast.js';
import { layout, pack, unpack } from './parameters.js';
import { dim } from './shape.js';
import type { Tensor } from './tensor.js';

export interface EpochShape {
  /** Events a step. */
  readonly batch: number;
  readonly steps: number;
  readonly weighted: boolean;
  readonly decaying: boolean;
  readonly clipNorm?: number;
  /** The batch is the whole sample: no shuffling, no gathering. */
  readonly full: boolean;
}

/** Columns of a noise table: a step reads `batch` of them from a random offset on. */
export const noiseColumns = (batch: number): number => batch + NOISE_SPARE;
/** Offsets are drawn below this. */
export const NOISE_SPARE = 4093;

const oneRow = (graph: Graph, values: Tensor, round: Tensor): Tensor =>
  graph.raw('Gather', [values, round], [], { axis: 0 }, values.dtype);

/** [from, from + length) of a vector, or of the columns of a matrix, at a place known only when it runs. */
function window(graph: Graph, t: Tensor, from: Tensor, length: number): Tensor {
  const axis = t.shape.length - 1;
  const one = (v: number): Tensor => graph.constant([v], [dim('one', 1)], 'int64');
  const start = graph.raw('Reshape', [from, one(1)], [dim('one', 1)], {}, 'int64');
  const end = graph.raw('Add', [start, one(length)], [dim('one', 1)], {}, 'int64');
  const shape = t.shape.map((d, i) => (i === axis ? dim('batch', length) : d));
  return graph.raw('Slice', [t, start, end, one(axis)], shape, {}, t.dtype);
}

/** Rows [batch, features] as [features, batch]. */
function batchLast(rows: Tensor): Tensor {
  const [batch, features] = rows.shape;
  return features.size === 1 ? reshapeRaw(rows, [features, batch]) : transpose(rows, [features.name, batch.name]);
}

export interface EpochGraph {
  readonly model: Uint8Array;
  readonly nodes: number;
  /** Noise tables the objective asked for: name → rows. */
  readonly noise: Readonly<Record<string, number>>;
}

/**
 * An epoch as one ONNX Loop: each round gathers its minibatch from the resident data, computes loss and gradient, and
 * moves parameters and moments, which are the loop's state. Nothing leaves the runtime before the epoch ends.
 *
 * Inputs: `data:NAME` [N, features] (or [features, N] for a full batch), `weight` [N], `order` [steps·batch], `rate`,
 * `epsilon`, `decay` [steps], `offset` and `noise:NAME` where dropout asks for them, `parameters`, `first`, `second`.
 * Outputs: the state after the epoch, `losses` and `norms` of every step.
 */
export function buildEpoch(objective: Objective, shape: EpochShape): EpochGraph {
  const { batch, steps, full } = shape;
  const graph = new Graph({ dtype: 'float32' });
  const parameters = layout(objective.parameters);
  const flat = dim('parameter', parameters.size);
  const rows = dim('event', full ? batch : 'N');
  const names = Object.keys(objective.inputs);
  const data = names.map((name) => {
    const features = dim(`${name}.feature`, objective.inputs[name]);
    return graph.input(`data:${name}`, full ? [features, dim('batch', batch)] : [rows, features]);
  });
  const weight = shape.weighted
    ? graph.input('weight', full ? [dim('weight', 1), dim('batch', batch)] : [rows])
    : undefined;
  const order = full ? undefined : graph.input('order', [dim('drawn', steps * batch)], 'int64');
  const perStep = (name: string): Tensor => graph.input(name, [dim('round', steps)]);
  const rate = perStep('rate');
  const epsilon = perStep('epsilon');
  const decay = shape.decaying ? perStep('decay') : undefined;
  const state = ['parameters', 'first', 'second'].map((name) => graph.input(name, [flat]));
  const noise: Record<string, Tensor> = {};
  let offset: Tensor | undefined;

  const { state: last, scans } = graph.loop(steps, state, (inner, round, [p, first, second]) => {
    const step = inner.constant(batch, [], 'int64');
    const drawn = order && window(inner, order, inner.raw('Mul', [round, step], [], {}, 'int64'), batch);
    const gather = (t: Tensor): Tensor => {
      if (!drawn) return t;
      return inner.raw('Gather', [t, drawn], [dim('batch', batch), ...t.shape.slice(1)], { axis: 0 }, t.dtype);
    };
    const inputs = Object.fromEntries(names.map((name, i) => [name, full ? data[i] : batchLast(gather(data[i]))]));
    const weights = weight && (full ? weight : reshapeRaw(gather(weight), [dim('weight', 1), dim('batch', batch)]));
    const use: Batch = {
      inputs,
      ...(weights ? { weight: weights } : {}),
      size: batch,
      training: true,
      random(name, count) {
        noise[name] ??= graph.input(`noise:${name}`, [dim(`${name}.row`, count), dim('noise', noiseColumns(batch))]);
        offset ??= graph.input('offset', [dim('round', steps)], 'int64');
        return window(inner, noise[name], oneRow(inner, offset, round), batch);
      },
    };
    const matrices = unpack(p, parameters);
    const loss = objective.loss(inner, matrices, use);
    const order2 = objective.parameters.map((s) => s.name);
    const gradients = gradient(
      loss,
      order2.map((name) => matrices[name]),
    );
    return inner.unrecorded(() => {
      const packed = pack(Object.fromEntries(order2.map((name, i) => [name, gradients[i]])), parameters);
      const clipped = clipNorm(packed, shape.clipNorm);
      const before: AdamState = { parameters: p, first, second };
      const after = adamStep(before, clipped.gradient, {
        rate: oneRow(inner, rate, round),
        epsilon: oneRow(inner, epsilon, round),
        ...(decay ? { decay: oneRow(inner, decay, round) } : {}),
      });
      return { state: [after.parameters, after.first, after.second], scans: [loss, clipped.norm] };
    });
  });
  ['parameters', 'first', 'second'].forEach((name, i) => graph.output(`next:${name}`, last[i]));
  graph.output('losses', scans[0]);
  graph.output('norms', scans[1]);
  const rowsOfNoise = Object.fromEntries(Object.entries(noise).map(([name, t]) => [name, t.shape[0].size as number]));
  return { model: graph.compile(), nodes: graph.nodeCount, noise: rowsOfNoise };
}

/** Loss, and gradient if asked for, of one block of events: for validation and for finding what went wrong. */
export function buildEvaluation(
  objective: Objective,
  size: number,
  options: { readonly gradient: boolean },
): Uint8Array {
  const graph = new Graph({ dtype: 'float32' });
  const parameters = layout(objective.parameters);
  const names = Object.keys(objective.inputs);
  const data = names.map((name) =>
    graph.input(`data:${name}`, [dim('batch', size), dim(`${name}.feature`, objective.inputs[name])]),
  );
  const weight = graph.input('weight', [dim('weight', 1), dim('batch', size)]);
  const p = graph.input('parameters', [dim('parameter', parameters.size)]);
  const matrices = unpack(p, parameters);
  const loss = objective.loss(graph, matrices, {
    inputs: Object.fromEntries(names.map((name, i) => [name, batchLast(data[i])])),
    weight,
    size,
    training: false,
    random: () => {
      throw graph.error('random', 'an evaluation draws no random numbers');
    },
  });
  graph.output('loss', mul(add(loss, 0), size));
  if (options.gradient) {
    const order = objective.parameters.map((s) => s.name);
    const gradients = gradient(
      loss,
      order.map((name) => matrices[name]),
    );
    const flat = graph.unrecorded(() =>
      pack(Object.fromEntries(order.map((name, i) => [name, gradients[i]])), parameters),
    );
    graph.output('gradient', flat);
  }
  return graph.compile();
}
