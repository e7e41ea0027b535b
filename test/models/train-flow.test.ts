import { afterAll, describe, expect, test } from 'vitest';
import { sessionCache } from '../../src/graph/session.js';
import { inverse, logProb } from '../../src/models/evaluate-flow.js';
import { trainFlow } from '../../src/models/train-flow.js';
import { normals, seedKey } from '../../src/stats/key.js';

const key = seedKey(51).split('train');
const sessions = sessionCache();
afterAll(() => sessions.close());

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
const variance = (x: ArrayLike<number>): number => {
  const middle = mean(x);
  return mean(Array.from(x, (v) => (v - middle) ** 2));
};
/** −ln p per event of a Gaussian with the sample's own mean and deviation: the best a Gaussian can do on it. */
const gaussianLoss = (x: ArrayLike<number>): number => 0.5 * Math.log(2 * Math.PI * Math.E * variance(x));

/** The impact-parameter toy, log10(IP / mm): Rayleigh with two widths, on an additive-recurrence sequence. */
function toy(rows: number): Float64Array {
  const g = 1.1673039782614187; // g⁵ = g + 1
  const u = (i: number, power: number) => (0.5 + i * g ** -power) % 1;
  return Float64Array.from({ length: rows }, (_, i) => {
    const z = Math.sqrt(-2 * Math.log(1 - u(i, 2))) * Math.cos(2 * Math.PI * u(i, 3));
    const width = u(i, 4) < 0.906 ? -1.861 + 0.126 * z : -1.583 + 0.354 * z;
    return width + 0.5 * Math.log10(-2 * Math.log(1 - u(i, 1)));
  });
}

const fullBatch = (rows: number) =>
  ({ batch: rows, validation: 0, patience: 0, schedule: 'constant', key, sessions }) as const;

test('an affine flow reaches the Gaussian it is: N(10, 3²), 2.518 in the limit', async () => {
  const x = normals(key.split('gauss'), 10_000).map((z) => 10 + 3 * z);
  const { model, history } = await trainFlow(
    { kind: 'affine', features: 1, hidden: [4] },
    { features: [x] },
    { ...fullBatch(10_000), epochs: 500, learningRate: 5e-3 },
  );
  const loss = -mean(await logProb(model, [x], [], { sessions }));
  expect(Math.abs(loss - gaussianLoss(x))).toBeLessThan(1e-4);
  expect(Math.abs(loss - 2.518)).toBeLessThan(0.03); // 4 deviations of the entropy of 10⁴ events
  expect(history[history.length - 1].train).toBeCloseTo(loss, 3);
});

test('the 2-D tutorial: a masked affine flow on 1000 points of N(5, 2²)² ends at their own entropy, near 4.22', async () => {
  const x = [0, 1].map((c) => normals(key.split('tutorial', c), 1000).map((z) => 5 + 2 * z));
  const { model } = await trainFlow(
    { kind: 'affine', features: 2, hidden: [4] },
    { features: x },
    { ...fullBatch(1000), epochs: 1000, learningRate: 5e-3 },
  );
  const loss = -mean(await logProb(model, x, [], { sessions }));
  const best = gaussianLoss(x[0]) + gaussianLoss(x[1]);
  // A few more parameters than two Gaussians have: a little below, by less than parameters / events.
  expect(loss).toBeLessThan(best + 1e-3);
  expect(loss).toBeGreaterThan(best - 0.03);
  expect(Math.abs(loss - 4.224)).toBeLessThan(0.18); // 4 deviations for 1000 events
});

// nflows 0.14, torch 2.13.0+cpu, float32, on the same sample (toy(10000)), seed 42:
//   Flow(PiecewiseRationalQuadraticCDF([1], num_bins=3, tails='linear', tail_bound=4.), StandardNormal([1]))
//   Adam(lr=1e-3), full batch, loss before update 10000: 0.28329 (0.28393 at 8000, 0.28323 at 15000).
// The published 0.3134 belongs to a sample that is not public, with deviation 0.354 where this one has 0.332; the loss
// depends on the sample far more than the 0.002 in question, so both programs are compared on one sample instead.
const NFLOWS = 0.28329;

describe("the reference's own settings", () => {
  const x = toy(10_000);
  test('3 bins, raw box ±4, identity tails, full batch, rate 1e-3: the loss of nflows on the same sample', async () => {
    const { model, history } = await trainFlow(
      { kind: 'spline', features: 1, bins: 3, tails: 'identity', bound: 4, floor: 1e-3 },
      { features: [x] },
      { ...fullBatch(10_000), standardisation: 'none', epochs: 10_000, learningRate: 1e-3 },
    );
    const loss = -mean(await logProb(model, [x], [], { sessions }));
    expect(history[0].train).toBeGreaterThan(1.5);
    expect(Math.abs(loss - NFLOWS)).toBeLessThan(0.002);
  });

  test('with standardisation, 16 bins and minibatches a tenth of the steps do better than that', async () => {
    const { model } = await trainFlow(
      { kind: 'spline', features: 1 },
      { features: [x] },
      { key, epochs: 40, batch: 512, validation: 0, patience: 0, learningRate: 5e-3, sessions },
    );
    const fresh = toy(60_000).subarray(30_000);
    const loss = -mean(await logProb(model, [fresh], [], { sessions }));
    expect(loss).toBeLessThan(NFLOWS + 0.002);
    expect(-mean(await logProb(model, [x], [], { sessions }))).toBeLessThan(NFLOWS);
  });
});

test('a conditional spline learns a width and a shift that change with the context', async () => {
  const rows = 20_000;
  const c = normals(key.split('context'), rows);
  const z = normals(key.split('z'), rows);
  const x = z.map((v, i) => 3 * c[i] + v * Math.exp(0.4 * c[i]));
  const { model } = await trainFlow(
    { kind: 'spline', features: 1, context: 1, bins: 8, hidden: [32, 32], activation: 'silu' },
    { features: [x], context: [c] },
    { key, epochs: 25, batch: 512, learningRate: 4e-3, sessions },
  );
  const loss = -mean(await logProb(model, [x], [c], { sessions }));
  const ideal = mean(z.map((v, i) => 0.5 * Math.log(2 * Math.PI) + 0.4 * c[i] + 0.5 * v * v));
  expect(loss - ideal).toBeLessThan(0.03);
  const at = Float64Array.of(-1, 0, 1);
  const { features } = await inverse(model, [new Float64Array(3)], [at], { sessions });
  features[0].forEach((v, i) => expect(Math.abs(v - 3 * at[i])).toBeLessThan(0.25 * Math.exp(0.4 * at[i])));
});

test('a coupling flow learns a bent density of two variables', async () => {
  const rows = 20_000;
  const a = normals(key.split('a'), rows);
  const b = normals(key.split('b'), rows).map((v, i) => 0.5 * v + a[i] * a[i]);
  const { model } = await trainFlow(
    { kind: 'coupling', features: 2, transforms: 4, bins: 8, hidden: [32, 32] },
    { features: [a, b] },
    { key, epochs: 20, batch: 512, learningRate: 4e-3, sessions },
  );
  const loss = -mean(await logProb(model, [a, b], [], { sessions }));
  const ideal = Math.log(2 * Math.PI) + 1 + Math.log(0.5); // 2.145
  expect(loss - ideal).toBeLessThan(0.06);
  expect(loss - ideal).toBeGreaterThan(-0.04); // 4 deviations of the sample's entropy
});

test('negative weights subtract: background with weight −1 leaves the signal', async () => {
  const n = 12_000;
  const signal = normals(key.split('signal'), n).map((z) => 0.5 * z);
  const noise = normals(key.split('noise'), n / 3).map((z) => 1 + z);
  const x = Float64Array.from({ length: n + n / 3 }, (_, i) => (i < n ? signal[i] : noise[i - n]));
  const weights = Float64Array.from(x, (_, i) => (i < n ? 1 : i % 2 ? 1 : -1));
  const { model } = await trainFlow(
    { kind: 'spline', features: 1, bins: 8 },
    { features: [x], weights },
    { key, epochs: 15, batch: 2048, sessions },
  );
  const loss = -mean(await logProb(model, [signal], [], { sessions }));
  expect(Math.abs(loss - gaussianLoss(signal))).toBeLessThan(0.1);
});

test('the same key gives the same parameters, and what cannot be trained on is refused', async () => {
  const x = toy(2000);
  const run = () =>
    trainFlow({ kind: 'spline', features: 1, bins: 4 }, { features: [x] }, { key, epochs: 3, batch: 256, sessions });
  expect((await run()).model).toEqual((await run()).model);
  const bad = (features: Float64Array[], weights?: Float64Array) =>
    trainFlow({ kind: 'spline', features: 1 }, { features, ...(weights ? { weights } : {}) }, { key });
  await expect(bad([Float64Array.of(1, NaN)])).rejects.toThrow(/NaN in row 1/);
  await expect(bad([x, x])).rejects.toThrow(/wrong number of features columns/);
  await expect(
    bad(
      [x],
      x.map(() => -1),
    ),
  ).rejects.toThrow(/do not sum to a positive number/);
  await expect(trainFlow({ kind: 'coupling', features: 1 }, { features: [x] }, { key })).rejects.toThrow(
    /features must be counted/,
  );
});
