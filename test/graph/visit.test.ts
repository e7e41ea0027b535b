import { expect, test } from 'vitest';
import { Graph } from '../../src/graph/graph.js';
import { batchLast } from '../../src/graph/minibatch.js';
import { openSession } from '../../src/graph/session.js';
import { dim } from '../../src/graph/shape.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { visit } from '../../src/graph/visit.js';
import { permutation, seedKey, uniforms } from '../../src/stats/key.js';

const [rows, batch, steps] = [23, 4, 5];
const order = permutation(seedKey(3), rows).subarray(0, batch * steps);
const wide = Float32Array.from(uniforms(seedKey(4), 3 * rows));
const narrow = Float32Array.from(uniforms(seedKey(5), rows));
const heavy = Float32Array.from(uniforms(seedKey(6), rows));

/** What each step gets: every feature, and the weight, of its events. */
async function events(most: number): Promise<number[][]> {
  const graph = new Graph({ dtype: 'float32' });
  const row = dim('event', 'N');
  const sample = {
    data: {
      wide: graph.input('wide', [row, dim('wide.feature', 3)]),
      narrow: graph.input('narrow', [row, dim('narrow.feature', 1)]),
    },
    weight: graph.input('weight', [row]),
  };
  const drawn = graph.input('order', [dim('drawn', batch * steps)], 'int64');
  const sourcesOf = visit(graph, sample, drawn, { batch, steps }, most);
  const { scans } = graph.loop(steps, [graph.input('start', [])], (inner, round, state) => {
    const { data, weight, drawn: own } = sourcesOf(inner, round);
    const taken = (t: Tensor): Tensor =>
      own ? inner.raw('Gather', [t, own], [dim('batch', batch), ...t.shape.slice(1)], { axis: 0 }) : t;
    const laid = (t: Tensor): Tensor => (own ? batchLast(taken(t)) : t);
    const flat = inner.raw(
      'Reshape',
      [taken(weight!), inner.constant([1, batch], undefined, 'int64')],
      [dim('one', 1), dim('batch', batch)],
    );
    return { state, scans: [laid(data['wide']), laid(data['narrow']), flat] };
  });
  ['wide', 'narrow', 'weight'].forEach((name, i) => graph.output(`out:${name}`, scans[i]));
  const session = await openSession(graph.compile(), { threads: 1 });
  const out = await session.run({
    wide: { data: wide, dims: [rows, 3] },
    narrow: { data: narrow, dims: [rows, 1] },
    weight: { data: heavy, dims: [rows] },
    order: { data: BigInt64Array.from(order, BigInt), dims: [batch * steps] },
    start: { data: new Float32Array(1), dims: [] },
  });
  await session.close();
  return ['wide', 'narrow', 'weight'].map((name) => Array.from(out[`out:${name}`].data as Float32Array));
}

test('a sample put in order at once and one gathered step by step give each step the same events', async () => {
  const expected = [0, 1, 2].map(
    (f) =>
      (step: number, i: number): number =>
        wide[3 * order[step * batch + i] + f],
  );
  const [wideAhead, narrowAhead, weightAhead] = await events(1e9);
  for (let step = 0; step < steps; step++)
    for (let i = 0; i < batch; i++) {
      for (let f = 0; f < 3; f++) expect(wideAhead[(3 * step + f) * batch + i]).toBe(expected[f](step, i));
      expect(narrowAhead[step * batch + i]).toBe(narrow[order[step * batch + i]]);
      expect(weightAhead[step * batch + i]).toBe(heavy[order[step * batch + i]]);
    }
  expect(await events(0)).toEqual([wideAhead, narrowAhead, weightAhead]);
});
