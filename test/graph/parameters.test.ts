import { describe, expect, test } from 'vitest';
import { Graph } from '../../src/graph/graph.js';
import { constantInit, initialise, layout, normalInit, pack, unpack } from '../../src/graph/parameters.js';
import { openSession } from '../../src/graph/session.js';
import { dim } from '../../src/graph/shape.js';
import { normals, seedKey } from '../../src/stats/key.js';

const specsOf = (shapes: readonly (readonly [number, number])[]) =>
  shapes.map((shape, i) => ({ name: `m${i}`, shape, init: normalInit(1) }));

const cases: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  'weights and biases of one width': [
    [3, 5],
    [5, 1],
    [4, 5],
    [4, 1],
  ],
  'several widths': [
    [3, 5],
    [5, 1],
    [2, 7],
    [6, 3],
    [4, 5],
    [4, 1],
  ],
  'several widths and no bias': [
    [3, 5],
    [2, 7],
    [6, 3],
  ],
  'columns alone': [
    [3, 1],
    [4, 1],
  ],
  'one matrix': [[2, 3]],
  'more numbers in columns than elsewhere': [
    [2, 3],
    [40, 1],
  ],
};

describe.each(Object.entries(cases))('%s', (_, shapes) => {
  const specs = specsOf(shapes);
  const parameters = layout(specs);

  test('every matrix has its own place, in rows of the page, within one row of the numbers there are', () => {
    const taken = new Uint8Array(parameters.size);
    for (const { shape, offset } of parameters.entries)
      for (let i = 0; i < shape[0] * shape[1]; i++) taken[offset + i]++;
    const numbers = shapes.reduce((n, [r, c]) => n + r * c, 0);
    expect(taken.reduce((a, b) => a + b, 0)).toBe(numbers);
    expect(Math.max(...taken)).toBe(1);
    expect(parameters.size % parameters.width).toBe(0);
    expect(parameters.size - numbers).toBeLessThan(parameters.width);
  });

  test('unpacked, each matrix holds its numbers; packed again, the vector is the same with zeros for padding', async () => {
    const graph = new Graph({ dtype: 'float32' });
    const matrices = unpack(graph.input('flat', [dim('parameter', parameters.size)]), parameters);
    for (const { name } of specs) graph.output(name, matrices[name]);
    graph.output('again', pack(matrices, parameters));
    const session = await openSession(graph.compile(), { threads: 1 });
    const flat = Float32Array.from(normals(seedKey(1), parameters.size));
    const out = await session.run({ flat: { data: flat, dims: [flat.length] } });
    await session.close();
    const kept = new Float32Array(flat.length);
    for (const { name, shape, offset } of parameters.entries) {
      const own = flat.subarray(offset, offset + shape[0] * shape[1]);
      expect(out[name].dims).toEqual(shape);
      expect(out[name].data).toEqual(own);
      kept.set(own, offset);
    }
    expect(out['again'].data).toEqual(kept);
  });
});

test('starting values lie where the layout says, whatever the order of the matrices', () => {
  const specs = [
    { name: 'bias', shape: [2, 1] as const, init: constantInit(3) },
    { name: 'weights', shape: [2, 4] as const, init: normalInit(1) },
  ];
  const flat = initialise(specs, seedKey(2));
  const at = (name: string): number => layout(specs).entries.find((e) => e.name === name)!.offset;
  expect([...flat.subarray(at('bias'), at('bias') + 2)]).toEqual([3, 3]);
  expect([...flat.subarray(at('weights'), at('weights') + 8)]).toEqual(
    [...normals(seedKey(2).split('weights'), 8)].map(Math.fround),
  );
});
