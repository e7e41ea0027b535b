import { expect, test } from 'vitest';
import { gradient } from '../../src/graph/grad.js';
import { Graph } from '../../src/graph/graph.js';
import { add, div, maximum, minimum, mul, pow, sub } from '../../src/graph/ops/arithmetic.js';
import {
  abs,
  clip,
  cos,
  exp,
  gelu,
  log,
  relu,
  sigmoid,
  silu,
  sin,
  softplus,
  sqrt,
  square,
  tanh,
} from '../../src/graph/ops/functions.js';
import { cumulativeSum } from '../../src/graph/ops/cumulative.js';
import { erf } from '../../src/graph/ops/erf.js';
import { broadcast, broadcastLike } from '../../src/graph/ops/expand.js';
import { linear, matmul } from '../../src/graph/ops/linear.js';
import { logSumExp, mean, softmax, sum } from '../../src/graph/ops/reduce.js';
import { concat, reshape, slice, split, transpose } from '../../src/graph/ops/reshape.js';
import { cast, compare, gather, where } from '../../src/graph/ops/select.js';
import { openSession } from '../../src/graph/session.js';
import { dim } from '../../src/graph/shape.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { normals, seedKey } from '../../src/stats/key.js';

type Case = {
  readonly shapes: readonly (readonly [string, number][])[];
  readonly build: (...inputs: Tensor[]) => Tensor;
  readonly positive?: boolean;
};

const matrix: [string, number][] = [
  ['row', 3],
  ['column', 4],
];
const cases: Record<string, Case> = {
  add: { shapes: [matrix, [['column', 4]]], build: add },
  sub: {
    shapes: [
      matrix,
      [
        ['row', 3],
        ['one', 1],
      ],
    ],
    build: sub,
  },
  mul: { shapes: [matrix, [['column', 4]]], build: mul },
  div: {
    shapes: [
      matrix,
      [
        ['row', 3],
        ['one', 1],
      ],
    ],
    build: div,
    positive: true,
  },
  maximum: { shapes: [matrix, matrix], build: maximum },
  minimum: { shapes: [matrix, matrix], build: minimum },
  pow: { shapes: [matrix], build: (x) => pow(x, 2.5), positive: true },
  exp: { shapes: [matrix], build: exp },
  log: { shapes: [matrix], build: log, positive: true },
  sqrt: { shapes: [matrix], build: sqrt, positive: true },
  tanh: { shapes: [matrix], build: tanh },
  sigmoid: { shapes: [matrix], build: sigmoid },
  relu: { shapes: [matrix], build: relu },
  abs: { shapes: [matrix], build: abs },
  sin: { shapes: [matrix], build: sin },
  cos: { shapes: [matrix], build: cos },
  square: { shapes: [matrix], build: square },
  softplus: { shapes: [matrix], build: softplus },
  silu: { shapes: [matrix], build: silu },
  gelu: { shapes: [matrix], build: gelu },
  clip: { shapes: [matrix], build: (x) => clip(x, -0.5, 0.7) },
  sum: { shapes: [matrix], build: (x) => sum(x, 'row') },
  'sum, kept': { shapes: [matrix], build: (x) => sum(x, 'column', { keep: true }) },
  mean: { shapes: [matrix], build: (x) => mean(x, 'column') },
  softmax: { shapes: [matrix], build: (x) => softmax(x, 'row') },
  logSumExp: { shapes: [matrix], build: (x) => logSumExp(x, 'column') },
  reshape: { shapes: [matrix], build: (x) => reshape(x, [dim('all', 12)]) },
  slice: { shapes: [matrix], build: (x) => slice(x, 'column', 1, 3) },
  split: { shapes: [matrix], build: (x) => split(x, 'column', [1, 3])[1] },
  concat: {
    shapes: [
      matrix,
      [
        ['row', 2],
        ['column', 4],
      ],
    ],
    build: (a, b) => concat([a, b], 'row'),
  },
  transpose: { shapes: [matrix], build: (x) => transpose(x, ['column', 'row']) },
  erf: { shapes: [matrix], build: erf },
  broadcast: { shapes: [[['column', 4]]], build: (x) => broadcast(x, [dim('row', 3), dim('column', 4)]) },
  'broadcast like another': {
    shapes: [
      [
        ['row', 3],
        ['one', 1],
      ],
      matrix,
    ],
    build: (x, y) => add(broadcastLike(x, y), y),
  },
  where: { shapes: [matrix, matrix], build: (x, y) => where(compare('Greater', x, 0.1), x, square(y)) },
  'where, stretched': { shapes: [matrix, [['column', 4]]], build: (x, y) => where(compare('Less', x, 0.1), y, x) },
  cast: { shapes: [matrix], build: (x) => cast(mul(cast(x, 'float64'), 3), 'float64') },
  gather: {
    shapes: [matrix],
    build: (x) => gather(x, 'column', x.graph.constant([3, 0, 3, 1, 3], [dim('point', 5)], 'int64')),
  },
  'gather rows': {
    shapes: [matrix],
    build: (x) => gather(x, 'row', x.graph.constant([2, 2, 0, 1], [dim('point', 4)], 'int64')),
  },
  'cumulativeSum, last': { shapes: [matrix], build: (x) => cumulativeSum(x, 'column') },
  'cumulativeSum, first': { shapes: [matrix], build: (x) => cumulativeSum(x, 'row', { exclusive: true }) },
  'cumulativeSum, leading': { shapes: [[['pair', 2], ...matrix]], build: (x) => cumulativeSum(x, 'pair') },
  matmul: {
    shapes: [
      [
        ['out', 2],
        ['row', 3],
      ],
      matrix,
    ],
    build: matmul,
  },
  'matmul, stacked': {
    shapes: [
      [
        ['out', 2],
        ['row', 3],
      ],
      [['pair', 2], ...matrix],
    ],
    build: matmul,
  },
  linear: {
    shapes: [
      [
        ['row', 3],
        ['column', 4],
      ],
      [
        ['out', 2],
        ['in', 3],
      ],
      [
        ['out', 2],
        ['one', 1],
      ],
    ],
    build: (x, w, b) => linear(x, w, b, { alpha: 1.5 }),
  },
  'linear, transposed': {
    shapes: [
      [
        ['row', 3],
        ['column', 4],
      ],
      [
        ['in', 3],
        ['out', 2],
      ],
      [
        ['out', 2],
        ['one', 1],
      ],
    ],
    build: (x, w, b) => linear(x, w, b, { transposed: true }),
  },
};

for (const [name, { shapes, build, positive }] of Object.entries(cases))
  test(`${name}: the derivative is that of central differences`, async () => {
    const graph = new Graph({ dtype: 'float64' });
    const inputs = shapes.map((shape, i) =>
      graph.input(
        `x${i}`,
        shape.map(([n, s]) => dim(n, s)),
      ),
    );
    const out = build(...inputs);
    const total = out.shape.reduce((n, d) => n * (d.size as number), 1);
    const weights = graph.constant(normals(seedKey(9), total), out.shape);
    const value = sum(mul(out, weights));
    gradient(value, inputs).forEach((g, i) => graph.output(`g${i}`, g));
    graph.output('value', value);
    const session = await openSession(graph.compile(), { threads: 1 });
    const data = shapes.map((shape, i) =>
      normals(
        seedKey(i),
        shape.reduce((n, [, s]) => n * s, 1),
      ).map((v) => (positive ? 0.5 + Math.abs(v) : v)),
    );
    const run = () =>
      session.run(Object.fromEntries(data.map((d, i) => [`x${i}`, { data: d, dims: shapes[i].map(([, s]) => s) }])));
    const analytic = await run();
    const h = 1e-6;
    for (let i = 0; i < data.length; i++)
      for (let k = 0; k < data[i].length; k++) {
        const x = data[i][k];
        data[i][k] = x + h;
        const up = Number((await run())['value'].data[0]);
        data[i][k] = x - h;
        const down = Number((await run())['value'].data[0]);
        data[i][k] = x;
        const expected = (up - down) / (2 * h);
        expect(Math.abs(Number(analytic[`g${i}`].data[k]) - expected)).toBeLessThan(1e-7 * (1 + Math.abs(expected)));
      }
    await session.close();
  });
