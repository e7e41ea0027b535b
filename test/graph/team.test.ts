import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import wabt from 'wabt';
import { adamKernel } from '../../src/graph/adam-kernel.js';
import { BETA1, BETA2, stepRates } from '../../src/graph/adam.js';
import { adamWasm } from '../../src/graph/adam-wasm.js';
import type { Objective } from '../../src/graph/objective.js';
import { weightedMean } from '../../src/graph/objective.js';
import { indicator, mul, sub } from '../../src/graph/ops/arithmetic.js';
import { square, tanh } from '../../src/graph/ops/functions.js';
import { linear } from '../../src/graph/ops/linear.js';
import { sum } from '../../src/graph/ops/reduce.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { uniformInit } from '../../src/graph/parameters.js';
import { teamMemory, teamViews } from '../../src/graph/team-memory.js';
import { sharesOf } from '../../src/graph/team-runner.js';
import { decodeState, encodeState, type TrainState } from '../../src/graph/train-state.js';
import { train, type TrainOptions } from '../../src/graph/train.js';
import { normals, seedKey } from '../../src/stats/key.js';

/** A network of one hidden layer, with dropout, so that everything a team hands round is used. */
const network: Objective = {
  parameters: [
    { name: 'a', shape: [5, 2], init: uniformInit() },
    { name: 'a bias', shape: [5, 1], init: uniformInit(2) },
    { name: 'b', shape: [1, 5], init: uniformInit() },
    { name: 'b bias', shape: [1, 1], init: uniformInit(5) },
  ],
  inputs: { x: 2, y: 1 },
  loss(_graph, p, batch) {
    const { x, y } = batch.inputs;
    const dropped = (): Tensor =>
      mul(x, { ...indicator('GreaterOrEqual', batch.random('keep', 2), 0.2), shape: x.shape });
    const hidden = tanh(linear(batch.training ? dropped() : x, p['a'], p['a bias']));
    const out = linear({ ...hidden, shape: [p['b'].shape[1], hidden.shape[1]] }, p['b'], p['b bias']);
    const error = square(sub(out, { ...y, shape: out.shape }));
    return weightedMean(sum(error, out.shape[0].name, { keep: true }), batch);
  },
};

const x = Float32Array.from(normals(seedKey(1), 4000));
const data = {
  columns: { x, y: Float32Array.from({ length: 2000 }, (_, i) => Math.sin(x[2 * i]) + x[2 * i + 1] ** 2) },
  weights: normals(seedKey(2), 2000).map((z) => (z > 1.5 ? -0.5 : 1 + 0.1 * z)),
  rows: 2000,
};
const options: TrainOptions = {
  epochs: 3,
  batch: 400,
  learningRate: 0.02,
  clipNorm: 0.5,
  weightDecay: 0.01,
  validation: 0.2,
  key: seedKey(3),
  threads: 3,
};

test('a batch is dealt out whole, in shares worth a meeting', () => {
  expect(sharesOf(400, 3)).toEqual([133, 133, 134]);
  expect(sharesOf(512, 2)).toEqual([256, 256]);
  expect(sharesOf(100, 8)).toEqual([100]);
  expect(sharesOf(400, 1)).toEqual([400]);
});

test('three members come to what one thread comes to, within rounding: dropout, weights, clipping, decay and all', async () => {
  const one = await train(network, data, { ...options, threads: 1 });
  const three = await train(network, data, options);
  // 12 steps of at most 0.02: far more than a rounding error of the gradient could make of them.
  expect(Math.max(...one.parameters.map((v, i) => Math.abs(v - three.parameters[i])))).toBeLessThan(2e-4);
  three.history.forEach((record, i) => {
    expect(record.train).toBeCloseTo(one.history[i].train, 4);
    expect(record.gradientNorm).toBeCloseTo(one.history[i].gradientNorm, 3);
  });
});

test('a team gives the same bits every time, resumed or not', async () => {
  const saved: TrainState[] = [];
  const checkpoint = { every: 1, save: async (s: TrainState) => void saved.push(decodeState(encodeState(s))) };
  const whole = await train(network, data, { ...options, checkpoint });
  expect(await train(network, data, options)).toEqual(whole);
  expect(await train(network, data, { ...options, resume: saved[0] })).toEqual(whole);
});

test('a team that meets a number that is not finite names it, with epoch and step', async () => {
  const y = data.columns.y.slice();
  y[37] = Infinity;
  const broken = { ...data, columns: { x, y } };
  await expect(train(network, broken, { ...options, validation: 0 })).rejects.toMatchObject({
    status: 1,
    data: { code: 'graph.diverged', message: expect.stringContaining('input "y" of event 37') },
  });
});

test('a batch beyond the cache is worked on in blocks, to the same loss and the same end', async () => {
  const rows = 9000;
  const wide = Float32Array.from(normals(seedKey(4), 2 * rows));
  const big = {
    columns: { x: wide, y: Float32Array.from({ length: rows }, (_, i) => wide[2 * i] - wide[2 * i + 1]) },
    weights: normals(seedKey(5), rows).map((z) => 1 + 0.2 * z),
    rows,
  };
  // 4500 falls into three blocks of 1500; 4507 is a prime number and stays whole. Their first steps see the same events.
  const blocks = await train(network, big, { ...options, epochs: 1, batch: 4500, threads: 1, validation: 0 });
  const whole = await train(network, big, { ...options, epochs: 1, batch: 4507 - 14, threads: 1, validation: 0 });
  expect(blocks.history[0].train).toBeCloseTo(whole.history[0].train, 1);
  const two = await train(network, big, { ...options, epochs: 1, batch: 4500, threads: 2, validation: 0 });
  expect(blocks.history[0].train).toBeCloseTo(two.history[0].train, 4);
});

test('the committed module is the compiled text', async () => {
  const text = readFileSync(new URL('../../src/graph/adam.wat', import.meta.url), 'utf8');
  const module = (await wabt()).parseWat('adam.wat', text, { simd: true, threads: true });
  expect(Buffer.from(module.toBinary({}).buffer).toString('base64')).toBe(adamWasm);
});

test('the kernel is AdamW written out, for every member alike', () => {
  const team = teamMemory({ parameters: 37, members: 3, steps: 1, batch: 6 });
  const at = teamViews(team);
  const draw = (name: string): Float32Array => Float32Array.from(normals(seedKey(6).split(name), 37));
  at.shares.set([1 / 6, 2 / 6, 3 / 6]);
  const [p, m, v] = [draw('parameters'), draw('first'), draw('second').map((x) => x * x)];
  const gradients = [0, 1, 2].map((member) => draw(`gradient ${member}`));
  for (let member = 0; member < 3; member++) {
    at.parameters.set(p, member * 40);
    at.first.set(m, member * 40);
    at.second.set(v, member * 40);
    at.gradients.set(gradients[member], (3 + member) * 40);
  }
  const rates = stepRates(0.01, 0.1, 5);
  const norms = [0, 1, 2].map((member) => {
    const kernel = adamKernel(team, member);
    const norm = kernel.gather(1);
    kernel.step(rates, 0.5);
    return norm;
  });
  let square = 0;
  for (let i = 0; i < 37; i++) {
    const g = gradients[0][i] / 6 + gradients[1][i] / 3 + gradients[2][i] / 2;
    square += g * g;
    const first = BETA1 * m[i] + g / 2;
    const second = BETA2 * v[i] + (g * g) / 4;
    const moved = p[i] * (1 - rates.decay) - (rates.rate * first) / (Math.sqrt(second) + rates.epsilon);
    for (let member = 0; member < 3; member++) {
      expect(at.first[member * 40 + i]).toBeCloseTo(first, 5);
      expect(at.second[member * 40 + i]).toBeCloseTo(second, 5);
      expect(at.parameters[member * 40 + i]).toBeCloseTo(moved, 5);
    }
  }
  for (const norm of norms) expect(norm).toBeCloseTo(Math.sqrt(square), 5);
});
