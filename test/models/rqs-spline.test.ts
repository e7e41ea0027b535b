import { describe, expect, test } from 'vitest';
import { gradientFrom } from '../../src/graph/grad.js';
import { log } from '../../src/graph/ops/functions.js';
import { sharedSpline, splineTable } from '../../src/models/rqs-shared.js';
import { slopeShift, spline, splineSize, type Direction, type SplineShape } from '../../src/models/rqs-spline.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';
import { asFunction, largest, type Precision } from './run-graph.js';

const key = seedKey(7).split('rqs');
const N = 61;
/** Points in the box, in both tails, and on its edges, in units of the box. */
const points = (() => {
  const x = uniforms(key.split('x'), N).map((u) => 1.5 * (u - 0.5));
  x.set([-0.5, 0.5, -0.5 - 1e-9, 0.5 + 1e-9, -3, 3, 0]);
  return x;
})();

type Kind = 'conditional' | 'shared';

/** value and log-derivative, and the gradients of Σ a·value + Σ b·ln(derivative). */
function compiled(kind: Kind, shape: SplineShape, direction: Direction, precision: Precision, n = N) {
  const rows = splineSize(shape);
  return asFunction(
    precision,
    { x: [1, 1, n], raw: [rows, kind === 'shared' ? 1 : n], a: [1, 1, n], b: [1, 1, n] },
    (_, { x, raw, a, b }) => {
      const [value, derivative] =
        kind === 'shared'
          ? sharedSpline(x, splineTable(raw, shape), shape, direction)
          : spline(x, raw, shape, direction);
      const [gx, graw] = gradientFrom(
        [
          [value, a],
          [derivative, b],
        ],
        [x, raw],
      );
      return { value, logDerivative: log(derivative), gx, graw };
    },
  );
}

const raws = (shape: SplineShape, kind: Kind, scale = 1.5, n = N) =>
  normals(key.split('raw'), splineSize(shape) * (kind === 'shared' ? 1 : n)).map((z) => scale * z);
const seeds = () => ({ a: normals(key.split('a'), N), b: normals(key.split('b'), N) });

const shapes: SplineShape[] = [
  { bins: 8, tails: 'linear', floor: 1e-3 },
  { bins: 5, tails: 'identity', floor: 1e-3 },
  { bins: 1, tails: 'linear', floor: 1e-3 },
  { bins: 32, tails: 'linear', floor: 1e-4 },
];
const kinds: Kind[] = ['conditional', 'shared'];
const all = shapes.flatMap((shape) =>
  kinds.map((kind) => ({ kind, shape, name: `${kind}, ${shape.bins} bins, ${shape.tails} tails` })),
);

describe.each(all)('rational-quadratic spline: $name', ({ kind, shape }) => {
  test('raw zeros are the identity, tails included', async () => {
    for (const direction of ['forward', 'inverse'] as const) {
      const f = await compiled(kind, shape, direction, 'float64');
      const { value, logDerivative } = await f.run({ x: points, raw: raws(shape, kind, 0), ...seeds() });
      expect(largest(value, points)).toBeLessThan(1e-14);
      expect(largest(logDerivative, new Float64Array(N))).toBeLessThan(1e-13);
    }
  });

  test.each([
    ['float32', 1e-5],
    ['float64', 1e-10],
  ] as const)('the inverse undoes it and its log-derivative in %s', async (precision, bound) => {
    const raw = raws(shape, kind, 0.7);
    const f = await compiled(kind, shape, 'forward', precision);
    const b = await compiled(kind, shape, 'inverse', precision);
    const there = await f.run({ x: points, raw, ...seeds() });
    const back = await b.run({ x: there.value, raw, ...seeds() });
    // What is rounded in y comes back divided by the slope there.
    const scaled = back.value.map((v, i) => (v - points[i]) * Math.min(1, Math.exp(there.logDerivative[i])));
    expect(largest(scaled, new Float64Array(N))).toBeLessThan(bound);
    const sum = there.logDerivative.map((l, i) => l + back.logDerivative[i]);
    expect(largest(sum, new Float64Array(N))).toBeLessThan(precision === 'float32' ? 1e-3 : 1e-9);
  });

  test.each(['forward', 'inverse'] as const)('%s: monotone, continuous across knots and edges', async (direction) => {
    const n = 4001;
    const grid = Float64Array.from({ length: n }, (_, i) => -0.8 + (1.6 * i) / (n - 1));
    const one = raws(shape, 'shared', 1);
    const raw =
      kind === 'shared' ? one : Float64Array.from({ length: one.length * n }, (_, i) => one[Math.floor(i / n)]);
    const f = await compiled(kind, shape, direction, 'float64', n);
    const zeros = new Float64Array(n);
    const { value, logDerivative } = await f.run({ x: grid, raw, a: zeros, b: zeros });
    for (let i = 1; i < n; i++) {
      expect(value[i]).toBeGreaterThan(value[i - 1]);
      // The mean slope between neighbours lies between extremes of the curve, never a jump.
      expect(value[i] - value[i - 1]).toBeLessThan(0.5);
    }
    expect(Math.min(...logDerivative)).toBeGreaterThan(-25);
  });

  test.each(['forward', 'inverse'] as const)('%s: the product agrees with central differences', async (direction) => {
    const raw = raws(shape, kind);
    const { a, b } = seeds();
    const f = await compiled(kind, shape, direction, 'float64');
    const loss = async (x: ArrayLike<number>, r: ArrayLike<number>) => {
      const { value, logDerivative } = await f.run({ x, raw: r, a, b });
      return value.reduce((s, v, i) => s + a[i] * v + b[i] * logDerivative[i], 0);
    };
    const { gx, graw } = await f.run({ x: points, raw, a, b });
    // Edges and knots are left out of the differences in x, where ln(derivative) has a corner.
    const x = points.slice();
    const h = 1e-8;
    for (let direction = 0; direction < 12; direction++) {
      const dx = normals(key.split('dx', direction), N).map((z, i) => (i < 7 ? 0 : z));
      const dr = normals(key.split('dr', direction), raw.length);
      const move = (v: ArrayLike<number>, d: ArrayLike<number>, s: number) =>
        Float64Array.from(v, (u, i) => u + s * d[i]);
      const difference =
        ((await loss(move(x, dx, h), move(raw, dr, h))) - (await loss(move(x, dx, -h), move(raw, dr, -h)))) / (2 * h);
      const product = gx.reduce((s, g, i) => s + g * dx[i], 0) + graw.reduce((s, g, i) => s + g * dr[i], 0);
      const scale = Math.sqrt(gx.reduce((s, g) => s + g * g, 0) + graw.reduce((s, g) => s + g * g, 0));
      expect(Math.abs(difference - product) / scale).toBeLessThan(2e-5);
    }
  });
});

test('a shared spline is the conditional one with the same numbers everywhere', async () => {
  const shape = shapes[0];
  const one = raws(shape, 'shared');
  const tiled = Float64Array.from({ length: one.length * N }, (_, i) => one[Math.floor(i / N)]);
  for (const direction of ['forward', 'inverse'] as const) {
    const a = await (await compiled('shared', shape, direction, 'float64')).run({ x: points, raw: one, ...seeds() });
    const b = await (
      await compiled('conditional', shape, direction, 'float64')
    ).run({ x: points, raw: tiled, ...seeds() });
    expect(largest(a.value, b.value)).toBeLessThan(1e-12);
    expect(largest(a.logDerivative, b.logDerivative)).toBeLessThan(1e-9);
    expect(largest(a.gx, b.gx)).toBeLessThan(1e-7);
    const summed = one.map((_, i) => b.graw.slice(i * N, (i + 1) * N).reduce((s, v) => s + v, 0));
    expect(largest(a.graw, summed)).toBeLessThan(1e-7);
  }
});

test('values and derivatives are those of nflows', async () => {
  // nflows 0.14, torch 2.13.0+cpu, float64: unconstrained_rational_quadratic_spline(x, uw, uh, ud, inverse=False|True,
  // tails='linear', tail_bound=4.0, min_bin_width=1e-3, min_bin_height=1e-3, min_derivative=1e-3), the same raw
  // numbers at every x. nflows' raw slopes have no shift: raw = ud − slopeShift.
  const shape: SplineShape = { bins: 5, tails: 'identity', floor: 1e-3 };
  const x = [-7.0, -4.0, -3.999, -2.5, -1.0, 0.0, 0.3, 1.7, 2.9, 3.999, 4.0, 9.5];
  const raw = [
    0.3,
    -0.8,
    1.1,
    0.0,
    0.5,
    -0.4,
    0.9,
    0.2,
    -1.3,
    0.7,
    ...[0.6, -1.2, 2.0, 0.1].map((d) => d - slopeShift(1e-3)),
  ];
  const expected = {
    forward: {
      value: [
        -7.0, -4.0, -3.99900143253256, -3.09484091562199, -0.0270549170893881, 0.229159938298903, 0.358683140484185,
        1.47664429488307, 2.36887306349449, 3.99899938090097, 4.0, 9.5,
      ],
      log: [
        0.0, 0.0, -0.00286677415561121, 1.03072693513632, -1.66915621070486, -0.997672167917524, -0.68013192161588,
        -2.21054365313815, 0.446895977496584, 0.00123745389942265, 0.0, 0.0,
      ],
    },
    inverse: {
      value: [
        -7.0, -4.0, -3.99899856335185, -2.39249752807103, -2.24543043589786, -0.860387159892835, 0.175786097565504,
        2.37672675432156, 3.22279917787954, 3.99900061833363, 4.0, 9.5,
      ],
      log: [
        0.0, 0.0, 0.00287088825788628, -2.13869251543883, -2.21363404099221, 1.61089698278496, 0.819259903776994,
        0.0596250160214899, -0.518622923016478, -0.00123668927917274, 0.0, 0.0,
      ],
    },
  };
  for (const direction of ['forward', 'inverse'] as const) {
    const f = await compiled('shared', shape, direction, 'float64', x.length);
    const zeros = new Float64Array(x.length);
    const { value, logDerivative } = await f.run({ x: x.map((v) => v / 8), raw, a: zeros, b: zeros });
    expect(
      largest(
        value.map((v) => 8 * v),
        expected[direction].value,
      ),
    ).toBeLessThan(2e-13);
    expect(largest(logDerivative, expected[direction].log)).toBeLessThan(2e-10);
  }
});

test('logits of any size: finite, equal up to a common shift, and their product stays exact', async () => {
  const shape: SplineShape = { bins: 4, tails: 'linear', floor: 1e-3 };
  const f = await compiled('shared', shape, 'forward', 'float64');
  const raw = Float64Array.from([30, -45, 0, 25, -22, 21, 60, 0, 40, -30, 3, 0, -60]);
  const shifted = raw.map((r, i) => (i < 4 ? r + 500 : i < 8 ? r - 300 : r));
  const { a, b } = seeds();
  const one = await f.run({ x: points, raw, a, b });
  const two = await f.run({ x: points, raw: shifted, a, b });
  expect(largest(one.value, two.value)).toBeLessThan(1e-12);
  expect([...one.value, ...one.logDerivative, ...one.graw, ...one.gx].every(Number.isFinite)).toBe(true);
  const loss = async (r: Float64Array) => {
    const { value, logDerivative } = await f.run({ x: points, raw: r, a, b });
    return value.reduce((s, v, i) => s + a[i] * v + b[i] * logDerivative[i], 0);
  };
  for (let k = 0; k < raw.length; k++) {
    const h = 1e-7;
    const difference =
      ((await loss(raw.map((r, i) => (i === k ? r + h : r)))) -
        (await loss(raw.map((r, i) => (i === k ? r - h : r))))) /
      (2 * h);
    expect(Math.abs(difference - one.graw[k])).toBeLessThan(1e-4 * Math.max(1, Math.abs(one.graw[k])));
  }
  const single = await compiled('conditional', shape, 'forward', 'float32');
  const tiled = Float64Array.from({ length: raw.length * N }, (_, i) => 10 * raw[Math.floor(i / N)]);
  const far = await single.run({ x: points, raw: tiled, a, b });
  expect([...far.value, ...far.logDerivative, ...far.graw, ...far.gx].every(Number.isFinite)).toBe(true);
});

test('points exactly on knots have finite values, derivatives and products, equal from both sides', async () => {
  const shape: SplineShape = { bins: 4, tails: 'linear', floor: 1e-3 };
  const raw = raws(shape, 'shared', 0).map((_, i) => (i >= 8 ? 0.3 * (i - 10) : 0));
  const knots = [-0.5, -0.25, 0, 0.25, 0.5];
  const x = knots.flatMap((k) => [k - 1e-12, k, k + 1e-12]);
  const zeros = new Float64Array(x.length);
  for (const precision of ['float32', 'float64'] as const) {
    const f = await compiled('shared', shape, 'forward', precision, x.length);
    const { value, logDerivative, gx } = await f.run({ x, raw, a: zeros.map(() => 1), b: zeros });
    for (let i = 1; i < x.length; i += 3) {
      expect(value[i]).toBeCloseTo(x[i], precision === 'float32' ? 6 : 10); // equal bins: knots stay where they are
      expect(largest([gx[i - 1], gx[i + 1]], [gx[i], gx[i]])).toBeLessThan(1e-5);
      expect(largest([logDerivative[i - 1], logDerivative[i + 1]], [logDerivative[i], logDerivative[i]])).toBeLessThan(
        1e-5,
      );
      expect(Math.abs(gx[i] - Math.exp(logDerivative[i]))).toBeLessThan(1e-5);
    }
  }
});
