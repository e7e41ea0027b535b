import { adamStep, clipNorm, type AdamState } from './adam.js';
import { Graph } from './graph.js';
import { lossAndGradient, window, type Sources } from './minibatch.js';
import type { Objective } from './objective.js';
import { layout } from './parameters.js';
import { dim } from './shape.js';
import type { Tensor } from './tensor.js';
import { visit } from './visit.js';

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

/** The sample as inputs of a model: `data:NAME` and, where events have weights, `weight`. */
export function residentInputs(
  graph: Graph,
  objective: Objective,
  { batch, full, weighted }: Pick<EpochShape, 'batch' | 'full' | 'weighted'>,
): Pick<Sources, 'data' | 'weight'> {
  const rows = dim('event', full ? batch : 'N');
  const data = Object.fromEntries(
    Object.entries(objective.inputs).map(([name, width]) => {
      const features = dim(`${name}.feature`, width);
      return [name, graph.input(`data:${name}`, full ? [features, dim('batch', batch)] : [rows, features])];
    }),
  );
  return { data, ...(weighted ? { weight: graph.input('weight', full ? [dim('weight', 1), rows] : [rows]) } : {}) };
}

const oneRow = (graph: Graph, values: Tensor, round: Tensor): Tensor =>
  graph.raw('Gather', [values, round], [], { axis: 0 }, values.dtype);

export interface EpochGraph {
  readonly model: Uint8Array;
  readonly nodes: number;
  /** Noise tables the objective asked for: name → rows. */
  readonly noise: Readonly<Record<string, number>>;
}

/**
 * An epoch as one ONNX Loop: each round takes its minibatch from the resident data, computes loss and gradient, and moves
 * parameters and moments, which are the loop's state. Nothing leaves the runtime before the epoch ends.
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
  const resident = residentInputs(graph, objective, shape);
  const order = full ? undefined : graph.input('order', [dim('drawn', steps * batch)], 'int64');
  const perStep = (name: string): Tensor => graph.input(name, [dim('round', steps)]);
  const rate = perStep('rate');
  const epsilon = perStep('epsilon');
  const decay = shape.decaying ? perStep('decay') : undefined;
  const state = ['parameters', 'first', 'second'].map((name) => graph.input(name, [flat]));
  const noise: Record<string, Tensor> = {};
  let offset: Tensor | undefined;
  const sourcesOf = visit(graph, resident, order, shape);

  const { state: last, scans } = graph.loop(steps, state, (inner, round, [p, m, v]) => {
    const sources: Sources = {
      ...sourcesOf(inner, round),
      random(name, count) {
        noise[name] ??= graph.input(`noise:${name}`, [dim(`${name}.row`, count), dim('noise', noiseColumns(batch))]);
        offset ??= graph.input('offset', [dim('round', steps)], 'int64');
        return window(inner, noise[name], oneRow(inner, offset, round), batch);
      },
    };
    const { loss, gradient } = lossAndGradient(inner, objective, p, sources, batch);
    return inner.unrecorded(() => {
      const clipped = clipNorm(gradient, shape.clipNorm);
      const before: AdamState = { parameters: p, first: m, second: v };
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
