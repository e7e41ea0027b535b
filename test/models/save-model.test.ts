import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openSession } from '../../src/graph/session.js';
import { classifierNetwork, classifierSpec, classify, type ClassifierModel } from '../../src/models/classifier.js';
import { forward, logProb } from '../../src/models/evaluate-flow.js';
import { flowSpec } from '../../src/models/flow-spec.js';
import { loadModel, modelFromOnnx, modelToOnnx, saveModel } from '../../src/models/save-model.js';
import { layout } from '../../src/graph/parameters.js';
import { Graph } from '../../src/graph/graph.js';
import { normals, seedKey } from '../../src/stats/key.js';
import { bentFlow, eventsOf } from './bent-flow.js';
import { largest } from './run-graph.js';

const key = seedKey(41).split('save');
const manifest = {
  name: 'simulation',
  inputs: [
    { name: 'ip', unit: 'mm' },
    { name: 'pt', unit: 'GeV' },
  ],
  outputs: [{ name: 'log_prob' }],
  trainedOn: { simulation: 'a'.repeat(64) },
  seed: 7,
  versions: { datamc: '0.1.0' },
  losses: { train: 0.3134, validation: 0.3151 },
};
const directory = await mkdtemp(join(tmpdir(), 'datamc-models-'));
afterAll(() => rm(directory, { recursive: true }));

describe.each(
  [
    flowSpec({ kind: 'spline', features: 1, context: 1, hidden: [8] }),
    flowSpec({ kind: 'spline', features: 2 }),
    flowSpec({ kind: 'coupling', features: 3, transforms: 2, hidden: [8] }),
    flowSpec({ kind: 'autoregressive', features: 2, context: 1, hidden: [8] }),
    flowSpec({ kind: 'affine', features: 2, hidden: [8] }),
  ].map((spec) => ({ spec, name: `${spec.kind} ${spec.features}|${spec.context}` })),
)('a stored flow: $name', ({ spec }) => {
  const model = bentFlow(spec, key.split(spec.kind, spec.features), 0.3, 2);

  test('is read back to the bit, with its manifest; equal models give equal bytes', async () => {
    const path = join(directory, `${spec.kind}-${spec.features}.onnx`);
    await saveModel(path, model, manifest);
    const loaded = await loadModel(path);
    expect(loaded.model).toEqual(model);
    expect(loaded.manifest).toEqual(manifest);
    const again = modelToOnnx(modelFromOnnx(await readFile(path)).model, loaded.manifest);
    expect(Buffer.from(again).equals(await readFile(path))).toBe(true);
    expect((await readdir(directory)).filter((f) => f.endsWith('.part'))).toEqual([]);
  });

  test('gives the same densities in any ONNX runtime', async () => {
    const { features, context } = eventsOf(model, key.split('events'), 33);
    const columns = [...features, ...context].map((c) => Float64Array.from(c, Math.fround));
    const data = Float32Array.from(
      { length: 33 * columns.length },
      (_, i) => columns[i % columns.length][Math.floor(i / columns.length)],
    );
    const session = await openSession(modelToOnnx(model, manifest), { threads: 1 });
    const { log_prob, noise } = await session.run({ input: { data, dims: [33, columns.length] } });
    const x = columns.slice(0, spec.features);
    const given = columns.slice(spec.features);
    const expected = await logProb(model, x, given);
    expect(log_prob.dims).toEqual([33, 1]);
    const relative = Array.from(
      log_prob.data as Float32Array,
      (v, i) => (v - expected[i]) / Math.max(1, Math.abs(expected[i])),
    );
    expect(largest(relative, new Float64Array(33))).toBeLessThan(1e-4);
    const { z } = await forward(model, x, given);
    z.forEach((column, c) => {
      const got = column.map((_, r) => Number(noise.data[r * spec.features + c]));
      expect(largest(got, column)).toBeLessThan(1e-4);
    });
    await session.close();
  });
});

test('a stored classifier is read back to the bit and gives the same scores', async () => {
  const spec = classifierSpec({ features: 3, hidden: [8, 8] });
  const { size } = layout(classifierNetwork(spec).parameters);
  const parameters = Float32Array.from(normals(key.split('classifier'), size));
  const model: ClassifierModel = { spec, scaling: { location: [1, 2, 3], scale: [1, 0.5, 4] }, parameters };
  const bytes = modelToOnnx(model, manifest);
  expect(modelFromOnnx(bytes)).toEqual({ model, manifest });
  const x = [0, 1, 2].map((c) => normals(key.split('x', c), 9));
  const session = await openSession(bytes, { threads: 1 });
  const { score } = await session.run({
    input: { data: Float32Array.from({ length: 27 }, (_, i) => x[i % 3][Math.floor(i / 3)]), dims: [9, 3] },
  });
  expect(largest(score.data as Float32Array, await classify(model, x))).toBeLessThan(1e-5);
  await session.close();
});

test('what is no stored model is refused', () => {
  const graph = new Graph({ dtype: 'float32' });
  graph.output('y', graph.input('x', []));
  expect(() => modelFromOnnx(graph.compile())).toThrow(/no model that datamc can read back/);
  expect(() => modelFromOnnx(Buffer.from('not a model'))).toThrow(/not a whole ONNX file/);
});
