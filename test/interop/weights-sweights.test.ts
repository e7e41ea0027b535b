import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Component } from '../../src/fit/component.js';
import { cow, histogramOf, type VarianceChoice } from '../../src/fit/cow.js';
import { sPlot } from '../../src/fit/splot.js';
import { allWeightsAt, type WeightFunction } from '../../src/fit/weight-function.js';
import { kendall } from '../../src/stats/kendall.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';
import { exponential, gaussian } from '../fit/shapes.js';

const python = process.env['DATAMC_PYTHON'] ?? 'python3';

interface Told {
  readonly matrix: number[][];
  readonly weights: number[][];
}

test('sWeights, COWs with any I and several background terms, and Kendall: the numbers of the package sweights', () => {
  const span = [0, 2] as const;
  const key = seedKey(61);
  const n = 4000;
  const z = normals(key.split('z'), n);
  const x = uniforms(key.split('u'), n)
    .map((u, e) => (e < 1500 ? 0.6 + 0.15 * z[e] : -0.9 * Math.log(1 - u * (1 - Math.exp(-2 / 0.9)))))
    .filter((v) => v >= 0 && v <= 2);
  const y = normals(key.split('y'), x.length).map((v, e) => Math.round(3 * (v + 0.1 * x[e])) / 3);
  const inside: Component[] = [gaussian('signal', 0.6, 0.15, span), exponential('background', 0.9, span)];
  const made = sPlot(inside, { x: x }, span);
  const yields = inside.map((c) => made.weights.yields[c.name]);
  const asked = { x: [...x], y: [...y], shapes: [0.6, 0.15, 0.9], range: span, yields, bins: 15 };
  const reply = execFileSync(python, ['-W', 'ignore', join(import.meta.dirname, 'weights-sweights.py')], {
    input: JSON.stringify(asked),
    maxBuffer: 1 << 28,
    encoding: 'utf8',
  });
  const theirs = JSON.parse(reply) as Record<string, Told> & { kendall: number[] };
  const same = (name: string, w: WeightFunction, tolerance: number): void => {
    const { matrix, weights } = theirs[name];
    // Theirs may be scaled with I, which the weights do not feel.
    const scale = matrix[0][0] / w.matrix[0][0];
    matrix.forEach((row, k) =>
      row.forEach((v, l) =>
        expect(Math.abs(v - scale * w.matrix[k][l])).toBeLessThan(tolerance * Math.abs(matrix[k][k])),
      ),
    );
    Object.values(allWeightsAt(w, x)).forEach((column, k) =>
      column.forEach((v, e) => expect(Math.abs(v - weights[k][e])).toBeLessThan(tolerance)),
    );
  };
  same('splot', made.weights, 1e-7);
  const total = { total: made.weights.yields };
  const choices: [string, VarianceChoice][] = [
    ['unity', 'unity'],
    ['histogram', histogramOf({ x: x }, span, 15)],
    ['total', total],
  ];
  for (const [name, variance] of choices) same(name, cow(inside, span, { variance }).weights, 1e-7);
  const linear: Component = { name: 'linear', density: (xs) => xs.map((v) => v / 2) };
  same('terms', cow([...inside, linear], span, { variance: 'unity' }).weights, 1e-6);
  const { tau, pValue } = kendall(x, y);
  expect(tau).toBeCloseTo(theirs.kendall[0], 13);
  expect(Math.abs(pValue - theirs.kendall[1])).toBeLessThan(1e-12);
});
