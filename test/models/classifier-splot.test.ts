import { expect, test } from 'vitest';
import { sumOfWeights } from '../../src/fit/weight-function.js';
import { classifierSPlot } from '../../src/models/classifier-splot.js';
import { normals, seedKey, uniforms, type Key } from '../../src/stats/key.js';

/** Two kinematic features that tell signal from background, and a PID variable; dependent on the first one if told. */
function species(name: string, key: Key, n: number, mean: readonly [number, number], pid: number, dependent = 0) {
  const features = mean.map((m, c) => normals(key.split('x', c), n).map((z) => m + z));
  const response = uniforms(key.split('pid'), n).map((u, e) =>
    u < pid + dependent * Math.tanh(features[0][e]) ? 1 : 0,
  );
  return { name, features, controls: { pid: response } };
}

const key = seedKey(51);
const training = { key: key.split('train'), epochs: 8, batch: 512 };
const network = { hidden: [16] };
const data = (signal: number, background: number, dependent = 0) => {
  const s = species('signal', key.split('ds'), signal, [0.8, 0.6], 0.9);
  const b = species('qqbar', key.split('db'), background, [-0.6, -0.4], 0.3, dependent);
  return {
    features: s.features.map((c, i) => Float64Array.of(...c, ...b.features[i])),
    pid: Float64Array.of(...s.controls.pid, ...b.controls.pid),
  };
};

test("a mode without a peak: the classifier's output is fitted and sWeighted; the PID efficiency comes out (4 σ)", async () => {
  const signal = species('signal', key.split('ms'), 4000, [0.8, 0.6], 0.9);
  const qqbar = species('qqbar', key.split('mb'), 4000, [-0.6, -0.4], 0.3);
  const { features, pid } = data(1500, 2500);
  const options = { ...training, network, folds: 3, replicas: 2 };
  const found = await classifierSPlot(signal, [qqbar], { features }, options);
  expect(Object.keys(found.columns)).toEqual(['sWeight_nominal', 'sWeight_template_0', 'sWeight_template_1']);
  expect(found.valid).toBe(true);
  const w = found.columns['sWeight_nominal'];
  const all = sumOfWeights(w);
  const pass = sumOfWeights(w.map((v, e) => v * pid[e]));
  for (const check of found.variants['nominal'].checks) expect(check.deviation).toBeLessThan(1e-8);
  // Templates of 4000 events each widen the error by less than a fifth.
  expect(Math.abs(all.value - 1500)).toBeLessThan(4 * 1.2 * Math.sqrt(all.variance));
  const e = pass.value / all.value;
  const error = Math.sqrt(Math.abs((1 - 2 * e) * pass.variance + e * e * all.variance)) / all.value;
  expect(Math.abs(e - 0.9)).toBeLessThan(4 * error);
  expect(error).toBeLessThan(0.03);
});

test('an output that depends on the PID variable is told', async () => {
  const signal = species('signal', key.split('ms'), 2000, [0.8, 0.6], 0.9);
  const qqbar = species('qqbar', key.split('mb'), 2000, [-0.6, -0.4], 0.4, 0.3);
  const { features } = data(500, 800, 0.3);
  const found = await classifierSPlot(signal, [qqbar], { features }, { ...training, network, folds: 2, epochs: 3 });
  expect(found.valid).toBe(false);
  expect(found.reasons.join()).toMatch(/qqbar: the output depends on pid/);
});
