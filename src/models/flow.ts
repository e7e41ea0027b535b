import { userError } from '../base/error.js';
import { layout } from '../graph/parameters.js';
import { flowGraph } from './flow-graph.js';
import type { FlowSpec } from './flow-spec.js';
import type { Scaling, Standardisation } from './standardise.js';

/** A trained (or untrained) flow: plain data, all that is needed to evaluate it. */
export interface FlowModel {
  readonly spec: FlowSpec;
  readonly standardisation: Standardisation;
  readonly parameters: Float32Array;
}

/** @throws userError `models.flow-model` unless the parts fit together */
export function flowModel(spec: FlowSpec, standardisation: Standardisation, parameters: Float32Array): FlowModel {
  const { size } = layout(flowGraph(spec).parameters);
  const fits = (s: Scaling, n: number): boolean =>
    s.location.length === n && s.scale.length === n && s.scale.every((v) => v > 0) && s.location.every(Number.isFinite);
  if (parameters.length !== size) {
    throw userError({
      code: 'models.flow-model',
      message: 'the number of parameters does not fit the flow',
      got: String(parameters.length),
      expected: String(size),
    });
  }
  if (!fits(standardisation.features, spec.features) || !fits(standardisation.context, spec.context)) {
    throw userError({
      code: 'models.flow-model',
      message: 'the standardisation does not fit the flow',
      expected: `a location and a positive scale for ${spec.features} features and ${spec.context} context columns`,
    });
  }
  return { spec, standardisation, parameters };
}

/** The model as JSON: parameters as base64 of little-endian float32. */
export const flowToJson = ({ spec, standardisation, parameters }: FlowModel) => ({
  spec: { ...spec },
  standardisation: { features: { ...standardisation.features }, context: { ...standardisation.context } },
  parameters: encodeFloats(parameters),
});

export type FlowJson = ReturnType<typeof flowToJson>;

export const flowFromJson = (json: FlowJson): FlowModel =>
  flowModel(json.spec, json.standardisation, decodeFloats(json.parameters));

/** Little-endian float32 as base64, whatever the machine. */
export function encodeFloats(values: Float32Array): string {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((v, i) => bytes.writeFloatLE(v, 4 * i));
  return bytes.toString('base64');
}

export function decodeFloats(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  return Float32Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readFloatLE(4 * i));
}
