import type { Block } from '../graph/session.js';
import type { FlowModel } from './flow.js';
import { flowGraph } from './flow-graph.js';
import type { Columns, Feed, Precision, Take } from './run-blocks.js';
import type { Scaling } from './standardise.js';

/** Groups of consecutive columns, one for each part of a flow. */
export function byPart<T>(items: readonly T[], parts: readonly number[]): T[][] {
  let from = 0;
  return parts.map((n) => items.slice(from, (from += n)));
}

const part = (i: number): string => `part ${i}`;
const out = (i: number): string => `out ${i}`;

/** Features into the parts of a flow, in units of its box. */
export function featureFeeds(model: FlowModel, columns: Columns, { location, scale }: Scaling): Feed[] {
  const { parts } = flowGraph(model.spec);
  const factor = scale.map((s) => 1 / (s * 2 * model.spec.bound));
  const groups = [byPart(columns, parts), byPart(location, parts), byPart(factor, parts)] as const;
  return parts.map((n, i) => ({
    name: part(i),
    columns: groups[0][i],
    location: groups[1][i],
    factor: groups[2][i],
    dims: (rows) => [1, 1, n * rows],
  }));
}

/** A flow's parts back into columns. */
export function featureTakes(model: FlowModel, { location, scale }: Scaling): Take[] {
  const { parts } = flowGraph(model.spec);
  const places = byPart(location, parts);
  const factors = byPart(
    scale.map((s) => s * 2 * model.spec.bound),
    parts,
  );
  return parts.map((_, i) => ({ name: out(i), location: places[i], factor: factors[i] }));
}

export function contextFeed(model: FlowModel, columns: Columns, name = 'context'): Feed[] {
  const { location, scale } = model.standardisation.context;
  if (columns.length === 0) return [];
  const factor = scale.map((s) => 1 / s);
  return [{ name, columns, location, factor, dims: (rows) => [columns.length, rows] }];
}

export const parameterBlock = ({ parameters }: FlowModel, precision: Precision): Block => ({
  data: precision === 'float32' ? parameters : Float64Array.from(parameters),
  dims: [parameters.length],
});
