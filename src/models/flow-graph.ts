import { layout, type ParameterLayout, type ParameterSpec } from '../graph/parameters.js';
import type { Tensor } from '../graph/tensor.js';
import { autoregressiveTransform } from './autoregressive-transform.js';
import { couplingTransform } from './coupling-transform.js';
import type { FlowSpec } from './flow-spec.js';
import type { Part } from './log-derivative.js';
import type { Direction } from './rqs-spline.js';
import { splineTransform } from './spline-transform.js';
import type { Parameters, Transform } from './transform.js';

/** A flow as something that can be laid into a graph. */
export interface FlowGraph {
  readonly spec: FlowSpec;
  /** How many features each part holds; parts follow each other in the features' order. */
  readonly parts: readonly number[];
  readonly parameters: readonly ParameterSpec[];
  readonly layout: ParameterLayout;
  /** Forward: from data to noise. Values are standardised and in units of the box, 2·bound. */
  apply(values: readonly Tensor[], context: Tensor | undefined, parameters: Parameters, direction: Direction): Part[];
}

export function flowGraph(spec: FlowSpec): FlowGraph {
  const parts = partsOf(spec);
  const transforms = Array.from({ length: spec.transforms }, (_, i): Transform => {
    const name = `transform ${i}`;
    if (spec.kind === 'spline') return splineTransform(name, spec);
    if (spec.kind === 'coupling') return couplingTransform(name, spec, i, parts);
    return autoregressiveTransform(name, spec, i);
  });
  const parameters = transforms.flatMap((t) => t.parameters);
  return {
    spec,
    parts,
    parameters,
    layout: layout(parameters),
    apply(values, context, p, direction) {
      const order = direction === 'forward' ? transforms : [...transforms].reverse();
      const start = values.map((v, i): Part => ({ features: parts[i], values: v, factors: [] }));
      const { graph } = values[0];
      return graph.scope(`flow ${spec.kind}`, () =>
        order.reduce((at, t) => graph.scope(t.name, () => t.apply(at, context, p, direction)), start),
      );
    },
  };
}

function partsOf({ kind, features, context }: FlowSpec): number[] {
  if (kind === 'coupling') return [features >> 1, features - (features >> 1)];
  if (kind === 'spline' && context === 0) return new Array<number>(features).fill(1);
  return [features];
}
