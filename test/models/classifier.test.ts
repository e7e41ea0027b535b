import { afterAll, describe, expect, test } from 'vitest';
import { sessionCache } from '../../src/graph/session.js';
import { classifierScores, classify, logits, trainClassifier } from '../../src/models/classifier.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';

const key = seedKey(31).split('classifier');
const sessions = sessionCache();
afterAll(() => sessions.close());

/** Two Gaussians of unit width at ±shift/2 in x; y says nothing. ln of the density ratio is shift·x. */
function twoGaussians(rows: number, shift: number, k = key) {
  const labels = Float64Array.from({ length: rows }, (_, i) => i % 2);
  const x = normals(k.split('x'), rows).map((z, i) => z + (labels[i] - 0.5) * shift);
  return { features: [x, normals(k.split('y'), rows)], labels };
}
const quick = { key, epochs: 15, batch: 512, sessions } as const;

/** Share of pairs in the right order. */
function auc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let zeros = 0;
  let wins = 0;
  for (const i of order) {
    if (labels[i] === 1) wins += zeros;
    else zeros++;
  }
  return wins / (zeros * (scores.length - zeros));
}

test('learns the density ratio of two Gaussians', async () => {
  const { model } = await trainClassifier({ features: 2, hidden: [24, 24] }, twoGaussians(12_000, 1.5), quick);
  const x = Float64Array.of(-1, -0.5, 0, 0.5, 1);
  const z = await logits(model, [x, new Float64Array(5)], { sessions });
  z.forEach((v, i) => expect(Math.abs(v - 1.5 * x[i])).toBeLessThan(0.25));
  const p = await classify(model, [x, new Float64Array(5)], { sessions });
  p.forEach((v, i) => expect(v).toBeCloseTo(1 / (1 + Math.exp(-z[i])), 12));
});

test('negative weights subtract: a contamination with weight −1 is unlearnt', async () => {
  // Label 1 holds its Gaussian plus a lump at y = 3, and the same lump again with weight −1.
  const base = twoGaussians(12_000, 1.5);
  const lump = 4000;
  const extend = (column: Float64Array, values: (i: number) => number) =>
    Float64Array.from({ length: column.length + lump }, (_, i) =>
      i < column.length ? column[i] : values(i - column.length),
    );
  const noise = normals(key.split('lump'), lump);
  const data = {
    features: [
      extend(base.features[0], (i) => noise[i]),
      extend(base.features[1], (i) => 3 + 0.5 * noise[lump - 1 - i]),
    ],
    labels: extend(base.labels, () => 1),
    weights: extend(new Float64Array(12_000).fill(1), (i) => (i % 2 ? 1 : -1)),
  };
  const at = [Float64Array.of(-1, 0, 1), Float64Array.of(0, 0, 0)];
  const { model } = await trainClassifier({ features: 2, hidden: [24, 24] }, data, quick);
  const z = await logits(model, at, { sessions });
  z.forEach((v, i) => expect(Math.abs(v - 1.5 * at[0][i])).toBeLessThan(0.4));
});

describe('out-of-fold scores', () => {
  test('of equal samples know nothing: AUC ½ within 4 of its deviations, though each network overfits', async () => {
    const rows = 1500;
    const data = { ...twoGaussians(rows, 0), labels: uniforms(key.split('coin'), rows).map((u) => (u < 0.5 ? 0 : 1)) };
    const { scores, fold, models } = await classifierScores({ features: 2, hidden: [64, 64] }, data, 3, {
      ...quick,
      batch: 128,
      validation: 0,
      patience: 0,
    });
    expect(models.length).toBe(3);
    for (let k = 0; k < 3; k++) expect(fold.filter((f) => f === k).length).toBe(500);
    expect(Math.abs(auc(scores, data.labels) - 0.5)).toBeLessThan(4 * Math.sqrt(1 / (3 * rows)));
  });

  test('of different samples reach the AUC of the likelihood ratio, Φ(shift/√2)', async () => {
    const data = twoGaussians(6000, 1);
    const { scores } = await classifierScores({ features: 2, hidden: [16] }, data, 2, quick);
    // Φ(0.7071) = 0.7602; the estimate's deviation is 0.006.
    expect(Math.abs(auc(scores, data.labels) - 0.7602)).toBeLessThan(0.025);
  });
});

test('dropout, residual layers and every activation train and evaluate without randomness', async () => {
  for (const activation of ['relu', 'silu', 'gelu', 'tanh'] as const) {
    const spec = { features: 2, hidden: [16, 16, 16], activation, residual: true, dropout: 0.2 };
    const data = twoGaussians(3000, 2);
    const { model } = await trainClassifier(spec, data, { ...quick, epochs: 8 });
    const once = await classify(model, data.features, { sessions });
    expect(once).toEqual(await classify(model, data.features, { sessions }));
    expect(auc(once, data.labels)).toBeGreaterThan(0.88); // ideal: Φ(√2) = 0.921
  }
});

test('what cannot be trained on is refused', async () => {
  const { features, labels } = twoGaussians(10, 1);
  const train = (change: object) => trainClassifier({ features: 2 }, { features, labels, ...change }, quick);
  await expect(train({ labels: labels.map(() => 1) })).rejects.toThrow(/each class needs events/);
  await expect(train({ labels: labels.map((l) => 2 * l) })).rejects.toThrow(/label of row 1 is 2/);
  await expect(train({ weights: labels.map(() => -1) })).rejects.toThrow(/do not sum to a positive number/);
  await expect(train({ features: [features[0], features[1].map(() => NaN)] })).rejects.toThrow(/column 1 holds NaN/);
  await expect(classifierScores({ features: 2 }, { features, labels }, 1, quick)).rejects.toThrow(/number of folds/);
});
