import { adamStep, clipNorm } from './adam.js';
import type { EpochShape } from './epoch-graph.js';
import { Graph } from './graph.js';
import { add, mul } from './ops/arithmetic.js';
import { dim } from './shape.js';

/**
 * What ends a step that several computed: the weighted sum of their gradients, clipped, moves parameters and moments.
 *
 * Inputs: `gradient 0`, `gradient 1`, … [size], `parameters`, `first`, `second` [size], `rate`, `epsilon`, `decay` [].
 * Outputs: `next:parameters`, `next:first`, `next:second`, and the gradient's `norm` [].
 *
 * @param size number of parameters
 * @param shares events that each gradient is the mean over
 */
export function buildUpdate(size: number, shares: readonly number[], shape: EpochShape): Uint8Array {
  const graph = new Graph({ dtype: 'float32' });
  const flat = [dim('parameter', size)];
  return graph.unrecorded(() => {
    const parts = shares.map((share, m) => mul(graph.input(`gradient ${m}`, flat), share / shape.batch));
    const { gradient, norm } = clipNorm(
      parts.reduce((a, b) => add(a, b)),
      shape.clipNorm,
    );
    const [parameters, first, second] = ['parameters', 'first', 'second'].map((name) => graph.input(name, flat));
    const [rate, epsilon] = ['rate', 'epsilon'].map((name) => graph.input(name, []));
    const decay = shape.decaying ? { decay: graph.input('decay', []) } : {};
    const next = adamStep({ parameters, first, second }, gradient, { rate, epsilon, ...decay });
    for (const name of ['parameters', 'first', 'second'] as const) graph.output(`next:${name}`, next[name]);
    graph.output('norm', norm);
    return graph.compile();
  });
}
