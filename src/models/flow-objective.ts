import type { Objective } from '../graph/objective.js';
import { reshape } from '../graph/ops/reshape.js';
import { dim } from '../graph/shape.js';
import { flowGraph } from './flow-graph.js';
import type { FlowSpec } from './flow-spec.js';
import { negativeLogLikelihood } from './log-derivative.js';
import { standardise, type Standardisation } from './standardise.js';

/**
 * Maximum likelihood for a flow: the mean of −ln p of standardised data. The loss in the data's own units is
 * {@link unitsOffset} higher.
 */
export function flowObjective(spec: FlowSpec): Objective {
  const flow = flowGraph(spec);
  const inputs: Record<string, number> = Object.fromEntries(flow.parts.map((n, i) => [`part ${i}`, n]));
  if (spec.context > 0) inputs['context'] = spec.context;
  return {
    parameters: flow.parameters,
    inputs,
    loss(_, parameters, batch) {
      const values = flow.parts.map((n, i) =>
        reshape(batch.inputs[`part ${i}`], [dim('one', 1), dim('one', 1), dim('point', n * batch.size)]),
      );
      const parts = flow.apply(values, batch.inputs['context'], parameters, 'forward');
      return negativeLogLikelihood(parts, 2 * spec.bound, batch.size, batch.weight);
    },
  };
}

/** The objective's resident data: features in units of the box, part by part, and standardised context. */
export function flowColumns(
  spec: FlowSpec,
  standardisation: Standardisation,
  features: readonly ArrayLike<number>[],
  context: readonly ArrayLike<number>[],
): Record<string, Float32Array> {
  const columns: Record<string, Float32Array> = {};
  let from = 0;
  flowGraph(spec).parts.forEach((n, i) => {
    const { location, scale } = standardisation.features;
    const scaling = { location: location.slice(from, from + n), scale: scale.slice(from, from + n) };
    columns[`part ${i}`] = standardise(features.slice(from, from + n), scaling, 2 * spec.bound);
    from += n;
  });
  if (spec.context > 0) columns['context'] = standardise(context, standardisation.context);
  return columns;
}

/** Σ ln scale: what −ln p gains when it is told in the data's units instead of standardised ones. */
export const unitsOffset = (standardisation: Standardisation): number =>
  standardisation.features.scale.reduce((sum, s) => sum + Math.log(s), 0);
