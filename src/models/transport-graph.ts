import { Graph } from '../graph/graph.js';
import { mul } from '../graph/ops/arithmetic.js';
import { concat, reshape, split } from '../graph/ops/reshape.js';
import { unpack } from '../graph/parameters.js';
import { dim, type Dim } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { flowGraph } from './flow-graph.js';
import type { FlowSpec } from './flow-spec.js';
import { logDerivative, type Part } from './log-derivative.js';
import type { Precision } from './run-blocks.js';

interface Side {
  readonly spec: FlowSpec;
  readonly parameters: Tensor;
  readonly context: Tensor | undefined;
}

interface Composite {
  readonly parts: readonly Part[];
  /** Where the factors of both flows' derivatives stand. */
  readonly factors: readonly Part[];
}

/** to⁻¹ ∘ from inside a graph: parts in the units of `from` to parts in those of `to`. */
export function composed(values: readonly Tensor[], from: Side, to: Side, batch: Dim): Composite {
  const { graph } = values[0];
  const there = flowGraph(from.spec);
  const back = flowGraph(to.spec);
  const noise = graph.scope('from', () =>
    there.apply(values, from.context, unpack(from.parameters, there.layout), 'forward'),
  );
  const regrouped = group(noise, back.parts, batch);
  const unit = from.spec.bound / to.spec.bound;
  const start = unit === 1 ? regrouped : regrouped.map((t) => mul(t, unit));
  const parts = graph.scope('to', () => back.apply(start, to.context, unpack(to.parameters, back.layout), 'inverse'));
  return { parts, factors: [...noise, ...parts] };
}

/** The same features in other groups; nothing moves where the groups agree. */
function group(parts: readonly Part[], sizes: readonly number[], batch: Dim): Tensor[] {
  if (parts.length === sizes.length && parts.every((p, i) => p.features === sizes[i]))
    return parts.map((p) => p.values);
  const rows = concat(
    parts.map((p) => reshape(p.values, [dim('feature', p.features), batch])),
    'feature',
  );
  const one = dim('one', 1);
  return split(rows, 'feature', sizes).map((t, i) => {
    const { size } = batch;
    const points = typeof size === 'number' ? size * sizes[i] : { times: sizes[i] * size.times, of: size.of };
    return reshape(t, [one, one, dim('point', points)]);
  });
}

/** The composite with parameters as inputs, so that replicas share it: for evaluation inside datamc. */
export function transportGraph(from: FlowSpec, to: FlowSpec, precision: Precision): Uint8Array {
  const graph = new Graph({ dtype: precision });
  const batch = dim('batch', 'N');
  const one = dim('one', 1);
  const values = flowGraph(from).parts.map((n, i) =>
    graph.input(`part ${i}`, [one, one, dim('point', { times: n, of: 'N' })]),
  );
  const side = (name: string, spec: FlowSpec): Side => ({
    spec,
    parameters: graph.input(`${name} parameters`, [dim('parameter', flowGraph(spec).layout.size)]),
    context: spec.context > 0 ? graph.input(`${name} context`, [dim('context', spec.context), batch]) : undefined,
  });
  const { parts, factors } = composed(values, side('from', from), side('to', to), batch);
  flowGraph(to).parts.forEach((_, i) => graph.output(`out ${i}`, parts[i].values));
  graph.output('logDerivative', logDerivative(factors, batch));
  return graph.compile();
}
