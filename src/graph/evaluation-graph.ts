import { gradient } from './grad.js';
import { Graph } from './graph.js';
import { batchLast } from './minibatch.js';
import type { Objective } from './objective.js';
import { add, mul } from './ops/arithmetic.js';
import { layout, pack, unpack } from './parameters.js';
import { dim } from './shape.js';

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
