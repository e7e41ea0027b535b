import { layout } from '../../src/graph/parameters.js';
import { flowModel, type FlowModel } from '../../src/models/flow.js';
import { flowGraph } from '../../src/models/flow-graph.js';
import type { FlowSpec } from '../../src/models/flow-spec.js';
import { normals, type Key } from '../../src/stats/key.js';

/** A flow in no particular position, with parameters that bend it well away from the identity. */
export function bentFlow(spec: FlowSpec, k: Key, scale = 0.25, location = 20): FlowModel {
  const { size } = layout(flowGraph(spec).parameters);
  const place = (n: number, name: string) => ({
    location: Array.from(normals(k.split(`${name} location`), n), (z) => location * z),
    scale: Array.from(normals(k.split(`${name} scale`), n), (z) => Math.exp(0.5 * z)),
  });
  const standardisation = { features: place(spec.features, 'features'), context: place(spec.context, 'context') };
  return flowModel(
    spec,
    standardisation,
    Float32Array.from(normals(k.split('parameters'), size), (z) => scale * z),
  );
}

/** Events around the model's own position, a tenth of them in the tails. */
export function eventsOf(model: FlowModel, k: Key, rows: number) {
  const draw = (name: 'features' | 'context', n: number): Float64Array[] =>
    Array.from({ length: n }, (_, c) => {
      const { location, scale } = model.standardisation[name];
      const spread = name === 'context' ? 1 : model.spec.bound / 2.4;
      return normals(k.split(name, c), rows).map((z) => location[c] + scale[c] * spread * z);
    });
  return { features: draw('features', model.spec.features), context: draw('context', model.spec.context) };
}
