import { noiseColumns, residentInputs, type EpochShape } from './epoch-graph.js';
import { Graph } from './graph.js';
import { lossAndGradient, window } from './minibatch.js';
import type { Objective } from './objective.js';
import { layout } from './parameters.js';
import { dim } from './shape.js';
import type { Tensor } from './tensor.js';

export interface ShareGraph {
  readonly model: Uint8Array;
  /** Noise tables the objective asked for: name → rows. */
  readonly noise: Readonly<Record<string, number>>;
}

/**
 * Mean loss and gradient of one member's share of a minibatch, `size` events: what each member of a team computes in a
 * step.
 *
 * Inputs: `data:NAME` [N, features], `weight` [N], `drawn` [size], `offset` [] and `noise:NAME` where dropout asks for
 * them, `parameters` [P]. Outputs: `loss` [], `gradient` [P].
 */
export function buildShare(objective: Objective, shape: EpochShape, size: number): ShareGraph {
  const graph = new Graph({ dtype: 'float32' });
  const resident = residentInputs(graph, objective, shape);
  const drawn = graph.input('drawn', [dim('drawn', size)], 'int64');
  const flat = graph.input('parameters', [dim('parameter', layout(objective.parameters).size)]);
  const noise: Record<string, Tensor> = {};
  let offset: Tensor | undefined;
  const { loss, gradient } = lossAndGradient(
    graph,
    objective,
    flat,
    {
      ...resident,
      drawn,
      random(name, count) {
        noise[name] ??= graph.input(`noise:${name}`, [
          dim(`${name}.row`, count),
          dim('noise', noiseColumns(shape.batch)),
        ]);
        offset ??= graph.input('offset', [], 'int64');
        return window(graph, noise[name], offset, size);
      },
    },
    size,
  );
  graph.output('loss', loss);
  graph.output('gradient', gradient);
  const rows = Object.fromEntries(Object.entries(noise).map(([name, t]) => [name, t.shape[0].size as number]));
  return { model: graph.compile(), noise: rows };
}
