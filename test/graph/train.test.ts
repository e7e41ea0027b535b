import { expect, test } from 'vitest';
import type { Objective } from '../../src/graph/objective.js';
import { weightedMean } from '../../src/graph/objective.js';
import type { DatamcError } from '../../src/base/error.js';
import { add, indicator, mul, sub } from '../../src/graph/ops/arithmetic.js';
import { log, relu, sqrt, square } from '../../src/graph/ops/functions.js';
import { linear } from '../../src/graph/ops/linear.js';
import { mean, sum } from '../../src/graph/ops/reduce.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { constantInit } from '../../src/graph/parameters.js';
import { decodeState, encodeState, type TrainState } from '../../src/graph/train-state.js';
import { train, type TrainOptions } from '../../src/graph/train.js';
import { normals, seedKey } from '../../src/stats/key.js';

const regression: Objective = {
  parameters: [
    { name: 'w', shape: [1, 2], init: constantInit(0) },
    { name: 'b', shape: [1, 1], init: constantInit(0) },
  ],
  inputs: { x: 2, y: 1 },
  loss(_graph, p, batch) {
    return weightedMean(
      sum(
        square(
          sub(linear(batch.inputs['x'], p['w'], p['b']), {
            ...batch.inputs['y'],
            shape: [{ name: 'w.out', size: 1 }, ...batch.inputs['y'].shape.slice(1)],
          }),
        ),
        'w.out',
        { keep: true },
      ),
      batch,
    );
  },
};

function sample(rows: number) {
  const x = Float32Array.from(normals(seedKey(1), 2 * rows));
  const noise = normals(seedKey(2), rows);
  const y = Float32Array.from({ length: rows }, (_, i) => 2 * x[2 * i] - 3 * x[2 * i + 1] + 0.5 + 0.1 * noise[i]);
  return { columns: { x, y }, rows };
}

/** Weighted least squares by the normal equations: what the training must converge to. */
function leastSquares({ columns: { x, y }, rows }: ReturnType<typeof sample>, weights: ArrayLike<number>): number[] {
  const m = Array.from({ length: 3 }, () => new Array<number>(4).fill(0));
  for (let i = 0; i < rows; i++) {
    const f = [x[2 * i], x[2 * i + 1], 1];
    f.forEach((a, r) => {
      f.forEach((b, c) => (m[r][c] += weights[i] * a * b));
      m[r][3] += weights[i] * a * y[i];
    });
  }
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 3; j++)
      if (j !== i) {
        const f = m[j][i] / m[i][i];
        for (let k = 0; k < 4; k++) m[j][k] -= f * m[i][k];
      }
  return m.map((row, i) => row[3] / row[i]);
}

const options: TrainOptions = { epochs: 60, batch: 128, learningRate: 0.1, key: seedKey(3), threads: 1 };

test('weights of either sign: training reaches the weighted least-squares solution', async () => {
  const data = sample(2000);
  const weights = normals(seedKey(4), data.rows).map((z) => (z > 1.2 ? -0.5 : 1 + 0.2 * z));
  const full = await train(
    regression,
    { ...data, weights },
    { ...options, epochs: 1000, batch: data.rows, schedule: 'cosine' },
  );
  leastSquares(data, weights).forEach((value, i) => expect(full.parameters[[0, 1, 2][i]]).toBeCloseTo(value, 4));
});

test('a training stopped anywhere and resumed from its checkpoint ends with the same bits', async () => {
  const data = sample(3000);
  const more: TrainOptions = {
    ...options,
    epochs: 12,
    validation: 0.2,
    patience: 8,
    schedule: 'plateau',
    clipNorm: 1,
    weightDecay: 0.01,
  };
  const whole = await train(regression, data, more);
  const saved: TrainState[] = [];
  await train(regression, data, {
    ...more,
    checkpoint: { every: 5, save: async (s) => void saved.push(decodeState(encodeState(s))) },
  });
  const resumed = await train(regression, data, { ...more, resume: saved[0] });
  expect(saved[0].epoch).toBe(5);
  expect(resumed).toEqual(whole);
});

test('early stopping keeps the best parameters', async () => {
  const data = sample(600);
  const result = await train(regression, data, {
    ...options,
    epochs: 200,
    learningRate: 0.3,
    schedule: 'constant',
    validation: 0.5,
    patience: 5,
  });
  expect(result.stopped).toBe('patience');
  const best = Math.min(...result.history.map((h) => h.validation ?? Infinity));
  expect(result.history.find((h) => h.epoch === result.bestEpoch)?.validation).toBe(best);
});

test('an input that is not finite stops training: input, event, epoch and step are named', async () => {
  const data = sample(500);
  data.columns.y[37] = Infinity;
  await expect(train(regression, data, { ...options, validation: 0.1 })).rejects.toMatchObject({
    status: 1,
    data: {
      code: 'graph.diverged',
      message: expect.stringContaining('input "y" of event 37'),
      path: expect.stringMatching(/^epoch 1, step \d+$/),
    },
  });
});

/** loss = f(w x) with a derivative or a value that breaks once w has grown far enough. */
const fragile = (breaks: (t: Tensor) => Tensor): Objective => ({
  parameters: [
    { name: 'still', shape: [1, 1], init: constantInit(1) },
    { name: 'layer/w', shape: [1, 1], init: constantInit(1) },
  ],
  inputs: { x: 1 },
  loss(_graph, p, { inputs }) {
    const still = sum(square(p['still']));
    return add(
      still,
      sum(breaks(p['layer/w'].graph.scope('layer', () => mean(mul(p['layer/w'], rename(inputs['x'])))))),
    );
  },
});
const rename = (t: Tensor): Tensor => ({ ...t, shape: [{ name: 'one', size: 1 }, t.shape[1]] });
const ones = { columns: { x: new Float32Array(64).fill(1) }, rows: 64 };
// Adam moves w by 0.1 a step: 1 → 0 in ten steps, so that the eleventh is the first to see w ≤ 0 or thereabouts.
const walk: TrainOptions = { ...options, epochs: 5, batch: 16, learningRate: 0.1, schedule: 'constant' };

test('a loss that stops being finite is named with its epoch and step, as a run of single steps finds it', async () => {
  const objective = fragile((t) => sub(t, mul(log(t), 0)));
  const error = await train(objective, ones, walk).catch((e: unknown) => e as DatamcError);
  expect(error).toMatchObject({ data: { message: expect.stringContaining('in the loss') } });
  // One step an epoch: the epoch that fails counts the steps.
  const single = await train(
    objective,
    { columns: { x: ones.columns.x.slice(0, 16) }, rows: 16 },
    { ...walk, epochs: 20 },
  ).catch((e: unknown) => e as DatamcError);
  const [, epoch, step] = /epoch (\d+), step (\d+)/.exec((error as DatamcError).data.path ?? '') ?? [];
  expect((single as DatamcError).data.path).toBe(`epoch ${4 * (Number(epoch) - 1) + Number(step)}, step 1`);
});

test('a gradient that stops being finite is named by its matrix, though the loss is still a number', async () => {
  // √max(w, 0) has an infinite slope at 0 and is 0 below: 0 · ∞.
  const objective = fragile((t) => sqrt(relu(t)));
  await expect(train(objective, ones, walk)).rejects.toMatchObject({
    data: {
      message: expect.stringContaining('in the gradient of layer/w[0, 0]'),
      path: expect.stringMatching(/^epoch 3, step \d$/),
    },
  });
});

test('a starting value that is not finite is named', async () => {
  const initial = Float32Array.of(0, NaN, 0);
  await expect(train(regression, sample(100), { ...options, initial })).rejects.toMatchObject({
    data: { message: expect.stringContaining('the starting value of w[0, 1]') },
  });
});

test('weights count by their ratios alone', async () => {
  const data = sample(512);
  const weights = Float64Array.from(normals(seedKey(8), 512), (z) => 1 + 0.5 * z);
  const short = { ...options, epochs: 3 };
  const one = await train(regression, { ...data, weights }, short);
  // A power of two, so that not one bit changes.
  const other = await train(regression, { ...data, weights: weights.map((w) => 4 * w) }, short);
  expect(other.parameters).toEqual(one.parameters);
  const equal = await train(regression, { ...data, weights: new Float64Array(512).fill(8) }, short);
  const none = await train(regression, data, short);
  equal.parameters.forEach((v, i) => expect(v).toBeCloseTo(none.parameters[i], 5));
});

test('dropout is a function of the key, new at every step, and resumes to the same bits', async () => {
  const noisy: Objective = {
    ...regression,
    loss(graph, p, batch) {
      const { x } = batch.inputs;
      const kept = indicator('GreaterOrEqual', batch.random('keep', 2), 0.3);
      return regression.loss(graph, p, {
        ...batch,
        inputs: { ...batch.inputs, x: mul(x, { ...kept, shape: x.shape }) },
      });
    },
  };
  const data = sample(1000);
  const short: TrainOptions = { ...options, epochs: 6 };
  const saved: TrainState[] = [];
  const checkpoint = { every: 2, save: async (s: TrainState) => void saved.push(decodeState(encodeState(s))) };
  const first = await train(noisy, data, { ...short, checkpoint });
  expect(await train(noisy, data, short)).toEqual(first);
  expect(await train(noisy, data, { ...short, resume: saved[0] })).toEqual(first);
  const other = await train(noisy, data, { ...short, key: seedKey(99) });
  expect(other.parameters).not.toEqual(first.parameters);
  const without = await train(regression, data, short);
  expect(without.history[0].train).not.toBe(first.history[0].train);
});

test('threads change neither what is trained nor how far: the answer agrees within rounding', async () => {
  const data = sample(2000);
  const one = await train(regression, data, { ...options, epochs: 5 });
  const two = await train(regression, data, { ...options, epochs: 5, threads: 2 });
  two.parameters.forEach((v, i) => expect(v).toBeCloseTo(one.parameters[i], 4));
});

test('a damaged checkpoint is refused', () => {
  expect(() => decodeState(Buffer.from('{"format":"datamc training 1","size":3}\nshort'))).toThrow('damaged');
  expect(() => decodeState(Buffer.from('nothing'))).toThrow('damaged');
});
