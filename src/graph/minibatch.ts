import { gradient } from './grad.js';
import type { Graph } from './graph.js';
import type { Batch, Objective } from './objective.js';
import { add, mul } from './ops/arithmetic.js';
import { reshapeRaw } from './ops/broadcast.js';
import { sum } from './ops/reduce.js';
import { transpose } from './ops/reshape.js';
import { layout, pack, unpack } from './parameters.js';
import { dim } from './shape.js';
import type { Tensor } from './tensor.js';

/** Where the events of a step come from. Everything is an input of the model, resident for a whole epoch. */
export interface Sources {
  /** Rows `[N, features]` by name; or, where the sample is the batch, `[features, batch]`. */
  readonly data: Readonly<Record<string, Tensor>>;
  /** `[N]`, or `[1, batch]` where the sample is the batch. */
  readonly weight?: Tensor;
  /** Indices `[≥ size]` of the events of this step, from its first on; absent where the sample is the batch. */
  readonly drawn?: Tensor;
  /** Uniform numbers `[rows, ≥ size]` for dropout, from this step's first column on. */
  random(name: string, rows: number): Tensor;
}

/** Events that are worked on at once: beyond, what one operation leaves no longer fits the cache of the next. */
const BLOCK = 2048;

/** Into how many equal blocks a batch is cut: the fewest that fit the cache, 1 where it cannot be cut evenly. */
export function blocksOf(size: number): number {
  const least = Math.ceil(size / BLOCK);
  for (let n = least; n <= 2 * least; n++) if (size % n === 0) return n;
  return 1;
}

/** `[from, from + length)` of a vector, or of the columns of a matrix, at a place known only when it runs. */
export function window(graph: Graph, t: Tensor, from: Tensor, length: number): Tensor {
  const axis = t.shape.length - 1;
  const one = (v: number): Tensor => graph.constant([v], [dim('one', 1)], 'int64');
  const start = graph.raw('Reshape', [from, one(1)], [dim('one', 1)], {}, 'int64');
  const end = graph.raw('Add', [start, one(length)], [dim('one', 1)], {}, 'int64');
  const shape = t.shape.map((d, i) => (i === axis ? dim('batch', length) : d));
  return graph.raw('Slice', [t, start, end, one(axis)], shape, {}, t.dtype);
}

/** Rows [batch, features] as [features, batch]. */
export function batchLast(rows: Tensor): Tensor {
  const [batch, features] = rows.shape;
  return features.size === 1 ? reshapeRaw(rows, [features, batch]) : transpose(rows, [features.name, batch.name]);
}

/** Part of a step's events as the objective sees them: `size` of them from `from` on, all if absent. */
function batchOf(graph: Graph, sources: Sources, size: number, from?: Tensor): Batch {
  const part = (t: Tensor): Tensor => (from ? window(graph, t, from, size) : t);
  const drawn = sources.drawn && part(sources.drawn);
  const gather = (t: Tensor): Tensor =>
    drawn ? graph.raw('Gather', [t, drawn], [dim('batch', size), ...t.shape.slice(1)], { axis: 0 }, t.dtype) : part(t);
  const { weight } = sources;
  return {
    inputs: Object.fromEntries(
      Object.entries(sources.data).map(([name, t]) => [name, drawn ? batchLast(gather(t)) : gather(t)]),
    ),
    ...(weight ? { weight: reshapeRaw(gather(weight), [dim('weight', 1), dim('batch', size)]) } : {}),
    size,
    training: true,
    random: (name, rows) => part(sources.random(name, rows)),
  };
}

/**
 * Mean loss of a step's events and its gradient with respect to the flat parameters `[P]`, in blocks where the batch is
 * large: an inner loop that adds up the blocks' gradients.
 */
export function lossAndGradient(
  graph: Graph,
  objective: Objective,
  flat: Tensor,
  sources: Sources,
  size: number,
): { readonly loss: Tensor; readonly gradient: Tensor } {
  const parameters = layout(objective.parameters);
  const names = objective.parameters.map((s) => s.name);
  const ofBlock = (inner: Graph, vector: Tensor, batch: Batch) => {
    const matrices = unpack(vector, parameters);
    const loss = objective.loss(inner, matrices, batch);
    const gradients = gradient(
      loss,
      names.map((name) => matrices[name]),
    );
    inner.postpone(gradients);
    return inner.unrecorded(() => ({
      loss,
      gradient: pack(Object.fromEntries(names.map((name, i) => [name, gradients[i]])), parameters),
    }));
  };
  const blocks = blocksOf(size);
  if (blocks === 1) return ofBlock(graph, flat, batchOf(graph, sources, size));
  const block = size / blocks;
  const nothing = graph.unrecorded(() => mul(flat, 0));
  const { state, scans } = graph.loop(blocks, [nothing], (inner, round, [before]) => {
    const from = inner.raw('Mul', [round, inner.constant(block, [], 'int64')], [], {}, 'int64');
    // As a tensor of the block's own graph, so that all that is made of it lies on the block's tape.
    const own = inner.raw('Identity', [flat], flat.shape);
    const one = ofBlock(inner, own, batchOf(inner, sources, block, from));
    return { state: [inner.unrecorded(() => add(before, one.gradient))], scans: [one.loss] };
  });
  return graph.unrecorded(() => ({ loss: mul(sum(scans[0]), 1 / blocks), gradient: mul(state[0], 1 / blocks) }));
}
