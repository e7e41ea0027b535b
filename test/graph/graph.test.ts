import { describe, expect, test } from 'vitest';
import { DatamcError } from '../../src/base/error.js';
import { gradient } from '../../src/graph/grad.js';
import { Graph } from '../../src/graph/graph.js';
import { add, mul } from '../../src/graph/ops/arithmetic.js';
import { cumulativeSum } from '../../src/graph/ops/cumulative.js';
import { erf } from '../../src/graph/ops/erf.js';
import { broadcastLike } from '../../src/graph/ops/expand.js';
import { exp, log } from '../../src/graph/ops/functions.js';
import { linear, matmul } from '../../src/graph/ops/linear.js';
import { sum } from '../../src/graph/ops/reduce.js';
import { concat, reshape, slice, split, transpose } from '../../src/graph/ops/reshape.js';
import { cast, gather, where } from '../../src/graph/ops/select.js';
import { openSession, sessionCache, type Block } from '../../src/graph/session.js';
import { dim } from '../../src/graph/shape.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { erf as reference } from '../../src/stats/special/erf.js';

async function run(graph: Graph, feeds: Record<string, Block>): Promise<Record<string, number[]>> {
  const session = await openSession(graph.compile(), { threads: 1 });
  const out = await session.run(feeds);
  await session.close();
  return Object.fromEntries(Object.entries(out).map(([name, { data }]) => [name, Array.from(data, Number)]));
}

const double = () => new Graph({ dtype: 'float64' });

describe('errors name the operation, its operands and the place in the model', () => {
  const wrong: Record<string, [operation: string, build: (a: Tensor, b: Tensor) => unknown]> = {
    'sizes that differ': ['add', (a, b) => add(a, b)],
    'names that differ': ['mul', (a) => mul(a, { ...a, shape: [dim('other', 2), a.shape[1]] })],
    'an inner size': ['matmul', (a, b) => matmul(a, b)],
    'weights that do not fit': ['linear', (a, b) => linear(a, b, b)],
    'a dimension that is not there': ['sum', (a) => sum(a, 'bin')],
    'another number of elements': ['reshape', (a) => reshape(a, [dim('all', 7)])],
    'a slice outside': ['slice', (a) => slice(a, 'x', 1, 3)],
    'pieces that do not add up': ['split', (a) => split(a, 'x', [1, 2])],
    'parts of other sizes': ['concat', (a, b) => concat([a, { ...b, shape: [a.shape[0], ...b.shape] }], 'x')],
    'a dimension named twice': ['transpose', (a) => transpose(a, ['x', 'x'])],
    'a condition that is a number': ['where', (a) => where(a, a, 0)],
    'an index that is a number': ['gather', (a, b) => gather(a, 'x', b)],
    'a shape too small': ['broadcast', (a, b) => broadcastLike(a, b)],
    'a sum over what is not there': ['cumulativeSum', (a) => cumulativeSum(a, 'z')],
    'types that differ': ['add', (a) => add(a, cast(a, 'float32'))],
    'a gradient of many numbers': ['gradient', (a) => gradient(a, [a])],
  };
  for (const [what, [operation, build]] of Object.entries(wrong))
    test(what, () => {
      const graph = double();
      const a = graph.input('a', [dim('x', 2), dim('y', 3)]);
      const b = graph.input('b', [dim('x', 4), dim('y', 3)]);
      let error: unknown;
      try {
        graph.scope('flow', () => graph.scope('transform 3', () => build(a, b)));
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(DatamcError);
      const { data } = error as DatamcError;
      expect(data.message.startsWith(`${operation}: `)).toBe(true);
      expect(data.path).toBe('flow/transform 3');
      expect(data.got).toContain('[x 2, y 3]');
    });

  test('an error of a derivative says where the operation was written', () => {
    const graph = double();
    const a = graph.input('a', [dim('x', 2)]);
    const refuse = (): never => {
      throw graph.error('odd', 'no derivative', [a]);
    };
    const [y] = graph.scope('flow', () => graph.operation('odd', [a], (t) => [exp(t)], refuse));
    expect(() => gradient(sum(y), [a])).toThrow(
      expect.objectContaining({ data: expect.objectContaining({ path: 'flow' }) }),
    );
  });
});

test('what no output needs is not in the file, and equal constants are stored once', () => {
  const build = (extra: boolean): Uint8Array => {
    const graph = double();
    const x = graph.input('x', [dim('x', 2)]);
    if (extra) log(add(x, 17));
    graph.output('y', add(mul(x, 3), graph.constant([3, 3], [dim('x', 2)])));
    return graph.compile();
  };
  const graph = double();
  expect(graph.constant(3).id).toBe(graph.constant(3).id);
  expect(graph.constant(3).id).not.toBe(graph.constant([3]).id);
  expect(graph.constant(3).id).not.toBe(graph.constant(3, [], 'int64').id);
  expect(build(true).length).toBe(build(false).length);
  expect(Buffer.compare(build(false), build(false))).toBe(0);
});

test('a loop carries state, sees what lies outside, and stacks its scans', async () => {
  const graph = double();
  const x = graph.input('x', [dim('x', 2)]);
  const { state, scans } = graph.loop(4, [x], (_inner, _round, [s]) => {
    const next = add(mul(s, 2), x);
    return { state: [next], scans: [sum(s)] };
  });
  graph.output('last', state[0]);
  graph.output('sums', scans[0]);
  const out = await run(graph, { x: { data: Float64Array.of(1, -2), dims: [2] } });
  expect(out['last']).toEqual([31, -62]);
  expect(out['sums']).toEqual([-1, -3, -7, -15]);
});

test('a derivative inside a loop: Newton’s method finds the cube root', async () => {
  const graph = double();
  const start = graph.input('start', []);
  const { state } = graph.loop(8, [start], (_inner, _round, [x]) => {
    const value = add(mul(mul(x, x), x), -5);
    const [slope] = gradient(value, [x]);
    return { state: [add(x, mul(value, mul(-1, recip(slope))))], scans: [] };
  });
  graph.output('root', state[0]);
  expect((await run(graph, { start: { data: Float64Array.of(2), dims: [] } }))['root'][0]).toBeCloseTo(
    Math.cbrt(5),
    14,
  );
});
const recip = (t: Tensor): Tensor => t.graph.raw('Reciprocal', [t], t.shape, {}, t.dtype);

test('a batch left open: one file for any number of events', async () => {
  const graph = double();
  const x = graph.input('x', [dim('feature', 2), dim('batch', 'N')]);
  const total = sum(mul(x, x));
  graph.output('g', gradient(total, [x])[0]);
  graph.output('flat', reshape(x, [dim('one', 1), dim('point', { times: 2, of: 'N' })]));
  for (const n of [1, 5]) {
    const data = Float64Array.from({ length: 2 * n }, (_, i) => i);
    const out = await run(graph, { x: { data, dims: [2, n] } });
    expect(out['g']).toEqual(Array.from(data, (v) => 2 * v));
    expect(out['flat']).toEqual([...data]);
  }
});

test('erf in double precision is that of the statistics room, to 2e-15', async () => {
  const graph = double();
  const x = graph.input('x', [dim('point', 121)]);
  graph.output('y', erf(x));
  const data = Float64Array.from({ length: 121 }, (_, i) => (i - 60) / 10);
  const { y } = await run(graph, { x: { data, dims: [121] } });
  y.forEach((v, i) => expect(Math.abs(v - reference(data[i]))).toBeLessThan(2e-15));
});

test('a session cache compiles a model once for each number of threads', async () => {
  const graph = double();
  graph.output('y', exp(graph.input('x', [])));
  const cache = sessionCache();
  const model = graph.compile();
  const [a, b, c] = await Promise.all([1, 1, 2].map((threads) => cache.open(model, { threads })));
  expect(a).toBe(b);
  expect(a).not.toBe(c);
  await cache.close();
});
