import { expect, test } from 'vitest';
import type { Component } from '../../src/fit/component.js';
import { sPlot } from '../../src/fit/splot.js';
import { sPlotStage, type ShapeSlopes } from '../../src/fit/splot-stage.js';
import { sumOfWeights, weightsAt } from '../../src/fit/weight-function.js';
import { sumCovariance, weightedCovariance } from '../../src/fit/weighted-covariance.js';
import { fitYields } from '../../src/fit/yields.js';
import { seedKey, normals, uniforms, type Key } from '../../src/stats/key.js';
import { basicMass, basicTime } from './basic-toy.js';
import { exponential, gaussian } from './shapes.js';

const range = [0, 1] as const;
const END = 1.5;

/** ln of e^(−t/s)/(s(1 − e^(−T/s))), T the end: first derivative by s. */
const score = (t: number, s: number): number => {
  const e = Math.exp(-END / s);
  return (t / s - 1) / s + (END * e) / (s * s * (1 - e));
};

/** The weighted fit of the slope: the root of Σ w score by bisection, and minus its derivative. */
function fitSlope(t: Float64Array, w: Float64Array): { slope: number; hessian: number } {
  const all = w.reduce((v, u) => v + u, 0);
  const mean = t.reduce((v, x, e) => v + w[e] * x, 0) / all;
  // The score is linear in t.
  const sum = (s: number) => all * score(mean, s);
  let [low, high] = [0.02, 1];
  for (let i = 0; i < 60; i++) {
    const middle = 0.5 * (low + high);
    if (sum(middle) > 0) low = middle;
    else high = middle;
  }
  return { slope: low, hessian: (sum(low - 1e-5) - sum(low + 1e-5)) / 2e-5 };
}

function errors(components: readonly Component[], m: Float64Array, t: Float64Array, shapes?: ShapeSlopes) {
  const made = sPlot(components, { x: m }, range);
  const w = weightsAt(made.weights, m);
  const { slope, hessian } = fitSlope(t, w);
  const scores = [t.map((v) => score(v, slope))];
  const fit = { scores, weights: w, hessian: [[hessian]] };
  return {
    slope,
    naive: Math.sqrt(1 / hessian),
    plain: Math.sqrt(weightedCovariance(fit)[0][0]),
    full: Math.sqrt(weightedCovariance(fit, sPlotStage(made, { x: m }, shapes))[0][0]),
  };
}

test('reference: the slope of the tutorial "basic" of sweights, 0.202 ± 0.007 naive, ± 0.017 corrected', () => {
  const mass = basicMass();
  const components = [gaussian('signal', 0.493984, 0.0967359, range), exponential('background', 1.142857, range)];
  const { slope, naive, plain, full } = errors(components, mass, basicTime());
  // python 3.11, iminuit 2.33 on −Σ w ln h: 0.20238608057640622 ± 0.0066263141826135505
  expect(slope).toBeCloseTo(0.20238608057640622, 6);
  expect(naive).toBeCloseTo(0.0066263141826135505, 5);
  expect(Number(full.toFixed(3))).toBe(0.017);
  expect(plain).toBeGreaterThan(full);
});

test("Σ w² of all events is the yield's variance; the corrected variance of sums adds up to it over bins", () => {
  const mass = basicMass();
  const t = basicTime();
  const components = [gaussian('signal', 0.5, 0.1, range), exponential('background', 1, range)];
  const made = sPlot(components, { x: mass }, range);
  const w = weightsAt(made.weights, mass);
  const columns = [0, 0.2, 0.5].map((low, i) => t.map((v) => (v >= low && v < [0.2, 0.5, 2][i] ? 1 : 0)));
  const plain = sumCovariance(columns, w);
  columns.forEach((c, i) => expect(plain[i][i]).toBeCloseTo(sumOfWeights(w.map((v, e) => v * c[e])).variance, 8));
  const full = sumCovariance(columns, w, sPlotStage(made, { x: mass }));
  const total = full.reduce((s, row) => s + row.reduce((v, c) => v + c, 0), 0);
  expect(total / made.covariance[0][0]).toBeCloseTo(1, 9);
});

function toy(key: Key) {
  const n = 1200;
  const u = uniforms(key.split('u'), n);
  const z = normals(key.split('z'), n);
  const m = z.map((v, e) => (e < 500 ? 0.5 + 0.1 * v : -Math.log(1 - u[e] * (1 - Math.exp(-1)))));
  const r = uniforms(key.split('r'), n);
  const y = normals(key.split('y'), n);
  const t = r.map((v, e) =>
    e < 500 ? -0.2 * Math.log(1 - v * (1 - Math.exp(-END / 0.2))) : Math.abs(0.1 + y[e]) % END,
  );
  // Poisson numbers of both, by dropping events: the extended likelihood's sample.
  const keep = uniforms(key.split('keep'), n);
  const rows = [...m.keys()].filter((e) => m[e] > 0 && m[e] < 1 && keep[e] < 0.8);
  return { m: Float64Array.from(rows, (e) => m[e]), t: Float64Array.from(rows, (e) => t[e]) };
}

test('corrected errors cover: pulls of 200 toys, shapes known (width 1 within 4.5 σ: 0.22)', () => {
  const known = [gaussian('signal', 0.5, 0.1, range), exponential('background', 1, range)];
  const found = Array.from({ length: 200 }, (_, i) => {
    const { m, t } = toy(seedKey(41).split('toy', i));
    return errors(known, m, t);
  });
  const width = (error: 'naive' | 'plain' | 'full'): number =>
    Math.sqrt(found.reduce((s, f) => s + ((f.slope - 0.2) / f[error]) ** 2, 0) / found.length);
  expect(Math.abs(width('full') - 1)).toBeLessThan(0.22);
  expect(width('naive')).toBeGreaterThan(1.5);
});

test("shapes fitted on the same events: the yield's error grows to that of the joint fit", () => {
  const mass = basicMass();
  const at = (mu: number, sigma: number, slope: number) => [
    gaussian('signal', mu, sigma, range),
    exponential('background', slope, range),
  ];
  const value = [0.493984, 0.0967359, 1.142857];
  const slopeOf = (k: number, i: number) => (x: Float64Array) => {
    const moved = (by: number) => at(...(value.map((v, j) => (j === i ? v + by : v)) as [number, number, number]))[k];
    const [up, down] = [moved(1e-5).density(x), moved(-1e-5).density(x)];
    return up.map((v, e) => (v - down[e]) / 2e-5);
  };
  const shapes: ShapeSlopes = {
    signal: [
      { parameter: 'mu', slope: slopeOf(0, 0) },
      { parameter: 'sigma', slope: slopeOf(0, 1) },
    ],
    background: [{ parameter: 'slope', slope: slopeOf(1, 2) }],
  };
  const components = at(value[0], value[1], value[2]);
  const made = sPlot(components, { x: mass }, range);
  const w = weightsAt(made.weights, mass);
  const all = [mass.map(() => 1)];
  const error = Math.sqrt(sumCovariance(all, w, sPlotStage(made, { x: mass }, shapes))[0][0]);
  // iminuit 2.33 with the shapes floating: ± 46.10 (yields alone ± 40.70)
  expect(Math.abs(error / 46.1 - 1)).toBeLessThan(0.03);
  expect(Math.sqrt(fitYields(components, { x: mass }, range).covariance[0][0])).toBeCloseTo(40.7, 1);
});
