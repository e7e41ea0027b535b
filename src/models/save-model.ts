import { readFile, rename as renameFile, writeFile } from 'node:fs/promises';
import { userError } from '../base/error.js';
import { stableJson } from '../base/hash.js';
import type { Json } from '../base/json.js';
import { Graph } from '../graph/graph.js';
import { add } from '../graph/ops/arithmetic.js';
import { sigmoid } from '../graph/ops/functions.js';
import { concat, reshape, split } from '../graph/ops/reshape.js';
import { cast } from '../graph/ops/select.js';
import { layout, unpack } from '../graph/parameters.js';
import { dim } from '../graph/shape.js';
import { classifierNetwork, type ClassifierModel } from './classifier.js';
import { decodeFloats, encodeFloats, flowFromJson, flowToJson, type FlowJson, type FlowModel } from './flow.js';
import { flowGraph } from './flow-graph.js';
import { unitsOffset } from './flow-objective.js';
import { logDensity } from './log-derivative.js';
import { manifestText, type Manifest } from './manifest.js';
import { readMetadata } from './metadata.js';
import { placed, pointsOf, rename, standardised, turn } from './onnx-columns.js';
import { identityScaling } from './standardise.js';

export type Model = FlowModel | ClassifierModel;

export interface LoadedModel<M extends Model = Model> {
  readonly model: M;
  readonly manifest: Manifest;
}

const isFlow = (model: Model): model is FlowModel => 'standardisation' in model;

/**
 * The model as an ONNX file that any runtime can use and datamc can read back to the bit. The same model and manifest
 * give the same bytes.
 *
 * A flow: `input [batch, features + context]` → `log_prob [batch, 1]`, `noise [batch, features]`.
 * A classifier: `input [batch, features]` → `score [batch, 1]` (probability of label 1), `logit [batch, 1]`.
 */
export function modelToOnnx(model: Model, manifest: Manifest): Uint8Array {
  const json = isFlow(model)
    ? { type: 'flow', ...flowToJson(model) }
    : {
        type: 'classifier',
        spec: { ...model.spec },
        scaling: { ...model.scaling },
        parameters: encodeFloats(model.parameters),
      };
  const metadata = { manifest: manifestText(manifest), model: stableJson(json as unknown as Json) };
  const graph = new Graph({ dtype: 'float32' });
  graph.unrecorded(() => (isFlow(model) ? layFlow(graph, model) : layClassifier(graph, model)));
  return graph.compile({ metadata });
}

/** @throws userError `models.not-a-model` for an ONNX file that datamc has not written */
export function modelFromOnnx(bytes: Uint8Array): LoadedModel {
  const { manifest, model } = readMetadata(bytes);
  if (manifest === undefined || model === undefined) {
    throw userError({
      code: 'models.not-a-model',
      message: 'the ONNX file holds no model that datamc can read back',
      expected: 'metadata "manifest" and "model"',
    });
  }
  const json = JSON.parse(model) as { type: string };
  return { manifest: JSON.parse(manifest) as Manifest, model: fromJson(json) };
}

function fromJson(json: { type: string }): Model {
  if (json.type === 'flow') {
    const { spec, standardisation, parameters } = json as unknown as FlowJson;
    return flowFromJson({ spec, standardisation, parameters });
  }
  const { spec, scaling, parameters } = json as unknown as Omit<ClassifierModel, 'parameters'> & { parameters: string };
  return { spec, scaling, parameters: decodeFloats(parameters) };
}

/** Writes `modelToOnnx` to a file, which appears only when it is whole. */
export async function saveModel(path: string, model: Model, manifest: Manifest): Promise<void> {
  await writeFile(`${path}.part`, modelToOnnx(model, manifest));
  await renameFile(`${path}.part`, path);
}

export const loadModel = async (path: string): Promise<LoadedModel> => modelFromOnnx(await readFile(path));

function layFlow(graph: Graph, model: FlowModel): void {
  const { spec, standardisation, parameters } = model;
  const flow = flowGraph(spec);
  const batch = dim('batch', 'batch');
  const width = spec.features + spec.context;
  const input = graph.input('input', [batch, dim('column', width)]);
  const wide = cast(turn(input, [dim('column', width), batch]), 'float64');
  const [raw, given] = spec.context > 0 ? split(wide, 'column', [spec.features, spec.context]) : [wide, undefined];
  const unit = 2 * spec.bound;
  const values = pointsOf(cast(standardised(raw, standardisation.features, unit), 'float32'), flow.parts, batch);
  const context =
    given &&
    rename(cast(standardised(given, standardisation.context, 1), 'float32'), [dim('context', spec.context), batch]);
  const flat = graph.constant(parameters, [dim('parameter', parameters.length)]);
  const parts = flow.apply(values, context, unpack(flat, flow.layout), 'forward');
  const logProb = add(logDensity(parts, unit, batch), -unitsOffset(standardisation));
  const rows = parts.map((p) =>
    rename(reshape(p.values, [dim('column', p.features), batch]), [dim('column', p.features), batch]),
  );
  const noise = placed(concat(rows, 'column'), identityScaling(spec.features), unit);
  graph.output('log_prob', turn(logProb, [batch, dim('one', 1)]));
  graph.output('noise', turn(noise, [batch, dim('feature', spec.features)]));
}

function layClassifier(graph: Graph, { spec, scaling, parameters }: ClassifierModel): void {
  const network = classifierNetwork(spec);
  const batch = dim('batch', 'batch');
  const input = graph.input('input', [batch, dim('column', spec.features)]);
  const wide = cast(turn(input, [dim('column', spec.features), batch]), 'float64');
  const x = cast(standardised(wide, scaling, 1), 'float32');
  const flat = graph.constant(parameters, [dim('parameter', parameters.length)]);
  const logit = network.apply([x], unpack(flat, layout(network.parameters)));
  graph.output('score', turn(sigmoid(logit), [batch, dim('one', 1)]));
  graph.output('logit', turn(logit, [batch, dim('one', 1)]));
}
