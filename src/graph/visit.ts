import { window, type Sources } from './minibatch.js';
import type { Graph } from './graph.js';
import { reshapeRaw } from './ops/broadcast.js';
import { transpose } from './ops/reshape.js';
import { dim } from './shape.js';
import type { Tensor } from './tensor.js';

type Sample = Pick<Sources, 'data' | 'weight'>;

/** Up to so many numbers are put in the epoch's order at once; a larger sample would be in memory three times. */
const MOST = 2 ** 24;

/**
 * The events of every step. The sample is put in the order in which the epoch visits it before the epoch begins, batch
 * last, so that a step takes one piece of it; a large one stays as it is and a step gathers its events.
 *
 * @param order `[steps·batch]` rows; absent where the sample is the batch
 * @returns the sources of a round, inside the loop
 */
export function visit(
  graph: Graph,
  sample: Sample,
  order: Tensor | undefined,
  { batch, steps }: { readonly batch: number; readonly steps: number },
  most = MOST,
): (inner: Graph, round: Tensor) => Omit<Sources, 'random'> {
  const { data, weight } = sample;
  if (!order) return () => sample;
  const widthOf = (t: Tensor): number => (t.shape.length > 1 ? Number(t.shape[1].size) : 1);
  const width = [...Object.values(data), ...(weight ? [weight] : [])].reduce((n, t) => n + widthOf(t), 0);
  if (steps * batch * width > most)
    return (inner, round) => {
      const first = inner.raw('Mul', [round, inner.constant(batch, [], 'int64')], [], {}, 'int64');
      return { ...sample, drawn: window(inner, order, first, batch) };
    };
  const rounds = dim('round', steps);
  const events = dim('batch', batch);
  const inOrder = (t: Tensor): Tensor => {
    const features = dim('feature', widthOf(t));
    const drawn = [dim('drawn', steps * batch), ...t.shape.slice(1)];
    const rows = graph.raw('Gather', [t, order], drawn, { axis: 0 }, t.dtype);
    if (features.size === 1) return reshapeRaw(rows, [rounds, features, events]);
    return transpose(reshapeRaw(rows, [rounds, events, features]), ['round', 'feature', 'batch']);
  };
  const ordered = Object.entries(data).map(([name, t]) => [name, inOrder(t)] as const);
  const heavy = weight && inOrder(weight);
  return (inner, round) => {
    const piece = (t: Tensor): Tensor => inner.raw('Gather', [t, round], t.shape.slice(1), { axis: 0 }, t.dtype);
    const taken = Object.fromEntries(ordered.map(([name, t]) => [name, piece(t)]));
    return { data: taken, ...(heavy ? { weight: piece(heavy) } : {}) };
  };
}
