import { afterAll, describe, expect, test } from 'vitest';
import { gradient } from '../../src/graph/grad.js';
import { Graph } from '../../src/graph/graph.js';
import { initialise, layout, pack, unpack } from '../../src/graph/parameters.js';
import { openSession, sessionCache } from '../../src/graph/session.js';
import { dim } from '../../src/graph/shape.js';
import { forward, inverse, logProb, sample } from '../../src/models/evaluate-flow.js';
import { flowFromJson, flowModel, flowToJson } from '../../src/models/flow.js';
import { flowGraph } from '../../src/models/flow-graph.js';
import { flowObjective } from '../../src/models/flow-objective.js';
import { flowSpec, type FlowSpec } from '../../src/models/flow-spec.js';
import { normals, seedKey } from '../../src/stats/key.js';
import { bentFlow, eventsOf } from './bent-flow.js';
import { largest } from './run-graph.js';

const key = seedKey(11).split('flow laws');
const sessions = sessionCache();
afterAll(() => sessions.close());
const double = { precision: 'float64', sessions } as const;

const small = { hidden: [12, 12], bins: 6 };
const FLOWS: Record<string, FlowSpec> = {
  'one shared spline': flowSpec({ kind: 'spline', features: 1, ...small }),
  'the reference: 3 bins, identity tails': flowSpec({ kind: 'spline', features: 1, bins: 3, tails: 'identity' }),
  'two shared splines on two features': flowSpec({ kind: 'spline', features: 2, transforms: 2, ...small }),
  'spline given two columns': flowSpec({ kind: 'spline', features: 1, context: 2, ...small }),
  'two splines given one column': flowSpec({
    kind: 'spline',
    features: 2,
    context: 1,
    transforms: 2,
    ...small,
    activation: 'silu',
  }),
  'coupling of two': flowSpec({ kind: 'coupling', features: 2, transforms: 2, ...small }),
  'coupling of five given two': flowSpec({
    kind: 'coupling',
    features: 5,
    context: 2,
    transforms: 5,
    ...small,
    activation: 'gelu',
  }),
  'coupling, identity tails': flowSpec({ kind: 'coupling', features: 3, transforms: 3, tails: 'identity', ...small }),
  'autoregressive of two': flowSpec({ kind: 'autoregressive', features: 2, ...small }),
  'autoregressive of four given one': flowSpec({
    kind: 'autoregressive',
    features: 4,
    context: 1,
    transforms: 2,
    ...small,
    activation: 'silu',
  }),
  'affine of one': flowSpec({ kind: 'affine', features: 1, hidden: [4] }),
  'affine of three given one': flowSpec({
    kind: 'affine',
    features: 3,
    context: 1,
    transforms: 3,
    hidden: [10, 10],
    activation: 'tanh',
  }),
};

describe.each(Object.entries(FLOWS).map(([name, spec]) => ({ name, spec })))('$name', ({ name, spec }) => {
  const model = bentFlow(spec, key.split(name));

  test('untrained, it only standardises', async () => {
    const silent = initialise(flowGraph(spec).parameters, key);
    const start = flowModel(spec, model.standardisation, silent);
    const { features, context } = eventsOf(model, key.split('start'), 50);
    const { z } = await forward(start, features, context, double);
    z.forEach((column, c) => {
      const { location, scale } = model.standardisation.features;
      expect(
        largest(
          column,
          features[c].map((x) => (x - location[c]) / scale[c]),
        ),
      ).toBeLessThan(1e-12);
    });
  });

  test.each([
    ['float32', 1e-5],
    ['float64', 1e-10],
  ] as const)('inverse undoes forward in %s, log-determinants cancel', async (precision, bound) => {
    const { features, context } = eventsOf(model, key.split('inverse'), 300);
    const there = await forward(model, features, context, { precision, sessions });
    const back = await inverse(model, there.z, context, { precision, sessions });
    features.forEach((column, c) => {
      const { scale } = model.standardisation.features;
      // In standardised units; what is rounded in z comes back divided by the slope.
      const error = column.map(
        (x, i) => ((back.features[c][i] - x) / scale[c]) * Math.min(1, Math.exp(there.logDet[i])),
      );
      expect(largest(error, new Float64Array(column.length))).toBeLessThan(bound);
    });
    const sum = there.logDet.map((l, i) => l + back.logDet[i]);
    if (precision === 'float64') expect(largest(sum, new Float64Array(sum.length))).toBeLessThan(1e-8);
    // In single precision, what is rounded in z is divided by the slope, which these wild flows bring down to 1e-9 for a few
    // events in a thousand: there, the way back ends elsewhere in a bin, where the slope is another.
    else expect(sum.map(Math.abs).sort()[Math.floor(0.99 * sum.length)]).toBeLessThan(1e-2);
  });

  test('log-determinant is that of the matrix of differences', async () => {
    const { features, context } = eventsOf(model, key.split('jacobian'), 40);
    const n = spec.features;
    const { logDet } = await forward(model, features, context, double);
    const columns: Float64Array[][] = [];
    for (let c = 0; c < n; c++) {
      const h = 1e-6 * model.standardisation.features.scale[c];
      const shifted = (s: number) => features.map((f, i) => (i === c ? f.map((x) => x + s * h) : f));
      const up = (await forward(model, shifted(1), context, double)).z;
      const down = (await forward(model, shifted(-1), context, double)).z;
      columns.push(up.map((u, i) => u.map((v, r) => (v - down[i][r]) / (2 * h))));
    }
    const differences = logDet.map((_, r) => logAbsDeterminant(columns.map((column) => column.map((v) => v[r]))));
    // A step may straddle a knot, where the slope's own slope jumps: all but one event must agree.
    const errors = differences.map((d, r) => Math.abs(d - logDet[r])).sort();
    expect(errors[errors.length - 2]).toBeLessThan(1e-4);
  });

  test('the loss has the gradient that central differences give, weights of either sign included', async () => {
    const rows = 64;
    const objective = flowObjective(spec);
    const flat = layout(objective.parameters);
    const graph = new Graph({ dtype: 'float64' });
    const batch = dim('batch', rows);
    const inputs = Object.fromEntries(
      Object.entries(objective.inputs).map(([name, n]) => [
        name,
        graph.input(name, [dim(`${name}.feature`, n), batch]),
      ]),
    );
    const weight = graph.input('weight', [dim('weight', 1), batch]);
    const p = graph.input('parameters', [dim('parameter', flat.size)]);
    const matrices = unpack(p, flat);
    const random = () => {
      throw new Error('no random numbers here');
    };
    const loss = objective.loss(graph, matrices, { inputs, weight, size: rows, training: true, random });
    const plain = objective.loss(graph, matrices, { inputs, size: rows, training: true, random });
    const names = objective.parameters.map((s) => s.name);
    for (const [name, value] of [
      ['loss', loss],
      ['plain', plain],
    ] as const) {
      graph.output(name, value);
      const gradients = gradient(
        value,
        names.map((n) => matrices[n]),
      );
      graph.output(
        `${name} gradient`,
        graph.unrecorded(() => pack(Object.fromEntries(names.map((n, i) => [n, gradients[i]])), flat)),
      );
    }
    const session = await openSession(graph.compile(), { threads: 1 });
    const data = Object.fromEntries(
      Object.entries(objective.inputs).map(([name, n]) => {
        const unit = name === 'context' ? 1 : 0.25;
        return [name, { data: normals(key.split(name), n * rows).map((z) => unit * z), dims: [n, rows] }];
      }),
    );
    const weights = normals(key.split('weights'), rows).map((z) => 1 + z);
    const run = async (parameters: Float64Array) =>
      session.run({
        ...data,
        weight: { data: weights, dims: [1, rows] },
        parameters: { data: parameters, dims: [flat.size] },
      });
    const at = Float64Array.from(model.parameters);
    const here = await run(at);
    for (const name of ['loss', 'plain']) {
      const g = here[`${name} gradient`].data as Float64Array;
      const norm = Math.sqrt(g.reduce((s, v) => s + v * v, 0));
      for (let k = 0; k < 6; k++) {
        const d = normals(key.split('direction', k), flat.size);
        const h = 1e-8;
        const value = async (s: number) => Number((await run(at.map((v, i) => v + s * h * d[i])))[name].data[0]);
        const difference = ((await value(1)) - (await value(-1))) / (2 * h);
        const product = g.reduce((s, v, i) => s + v * d[i], 0);
        expect(Math.abs(difference - product) / norm).toBeLessThan(1e-5);
      }
    }
    await session.close();
  });

  test('JSON holds the whole model', async () => {
    const copy = flowFromJson(JSON.parse(JSON.stringify(flowToJson(model))));
    expect(copy).toEqual(model);
  });

  if (spec.features <= 2) {
    test('the density integrates to one', async () => {
      const { location, scale } = model.standardisation.features;
      const n = spec.features === 1 ? 40_001 : 701;
      // Tails fall off as Gaussians of the edge's slope: the largest slope of these parameters decides the range.
      const range = spec.features === 1 ? 60 : 14;
      const axis = (c: number) =>
        Float64Array.from({ length: n }, (_, i) => location[c] + scale[c] * range * ((2 * i) / (n - 1) - 1));
      const cell = Array.from({ length: spec.features }, (_, c) => (2 * range * scale[c]) / (n - 1)).reduce(
        (a, b) => a * b,
        1,
      );
      const total = n ** spec.features;
      const grid = spec.features === 1 ? [axis(0)] : [new Float64Array(total), new Float64Array(total)];
      if (spec.features === 2) {
        const [x, y] = [axis(0), axis(1)];
        for (let i = 0; i < total; i++) {
          grid[0][i] = x[Math.floor(i / n)];
          grid[1][i] = y[i % n];
        }
      }
      const context = Array.from({ length: spec.context }, (_, c) =>
        new Float64Array(total).fill(model.standardisation.context.location[c]),
      );
      const density = await logProb(model, grid, context, { ...double, threads: 2 });
      const integral = density.reduce((s, l) => s + Math.exp(l), 0) * cell;
      expect(Math.abs(integral - 1)).toBeLessThan(spec.features === 1 ? 1e-4 : 2e-3);
    });
  }

  test('samples follow the density: mapped back they are standard normal (false alarm 1e-4 for each feature)', async () => {
    const rows = 4000;
    const context = eventsOf(model, key.split('sample'), rows).context;
    const drawn = await sample(model, key.split('draw'), rows, context, { sessions });
    const { z } = await forward(model, drawn, context, double);
    for (const column of z) {
      const sorted = column.slice().sort();
      const distance = sorted.reduce(
        (most, v, i) => Math.max(most, Math.abs(normalCdf(v) - (i + 0.5) / rows) + 0.5 / rows),
        0,
      );
      expect(distance * Math.sqrt(rows)).toBeLessThan(2.23); // Kolmogorov: P(> 2.23) = 1e-4
    }
  });
});

test('a sample of one shared spline follows its numerically integrated distribution (false alarm 1e-4)', async () => {
  const model = bentFlow(FLOWS['one shared spline'], key.split('cdf'));
  const rows = 5000;
  const [drawn] = await sample(model, key.split('cdf draw'), rows, [], { sessions });
  const sorted = drawn.slice().sort();
  const n = 200_001;
  const [low, high] = [sorted[0] - 1e-9, sorted[rows - 1]];
  const reach = 0.5 * (high - low);
  const grid = Float64Array.from({ length: n }, (_, i) => low - reach + ((high - low + 2 * reach) * i) / (n - 1));
  const density = (await logProb(model, [grid], [], double)).map(Math.exp);
  const step = grid[1] - grid[0];
  let cdf = 0;
  let i = 0;
  let distance = 0;
  for (const [rank, x] of sorted.entries()) {
    for (; i < n && grid[i] <= x; i++) cdf += density[i] * step;
    distance = Math.max(distance, Math.abs(cdf - rank / rows), Math.abs(cdf - (rank + 1) / rows));
  }
  expect(distance * Math.sqrt(rows)).toBeLessThan(2.23);
});

/** ln|det| by elimination with pivots. */
function logAbsDeterminant(rows: number[][]): number {
  const m = rows.map((r) => [...r]);
  let out = 0;
  for (let k = 0; k < m.length; k++) {
    const pivot = m.slice(k).reduce((best, r, i) => (Math.abs(r[k]) > Math.abs(m[best][k]) ? k + i : best), k);
    [m[k], m[pivot]] = [m[pivot], m[k]];
    out += Math.log(Math.abs(m[k][k]));
    for (let i = k + 1; i < m.length; i++) {
      const f = m[i][k] / m[k][k];
      for (let j = k; j < m.length; j++) m[i][j] -= f * m[k][j];
    }
  }
  return out;
}

/** Φ(x), Abramowitz & Stegun 7.1.26 for erf: 1.5e-7, far below what 4000 events can tell. */
function normalCdf(x: number): number {
  const t = 1 / (1 + 0.3275911 * (Math.abs(x) / Math.SQRT2));
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - poly * Math.exp((-x * x) / 2);
  return x >= 0 ? 0.5 * (1 + erf) : 0.5 * (1 - erf);
}
