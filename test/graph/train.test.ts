import { expect, test } from 'vitest';
import type { Objective } from '../../src/graph/objective.js';
import { weightedMean } from '../../src/graph/objective.js';
import { sub } from '../../src/graph/ops/arithmetic.js';
import { square } from '../../src/graph/ops/functions.js';
import { linear } from '../../src/graph/ops/linear.js';
import { sum } from '../../src/graph/ops/reduce.js';
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

test('the first number that is not finite stops training and is named', async () => {
  const data = sample(500);
  data.columns.y[37] = Infinity;
  await expect(train(regression, data, options)).rejects.toMatchObject({
    data: { code: 'graph.diverged', path: expect.stringMatching(/^epoch 1, step \d+$/) },
  });
});
