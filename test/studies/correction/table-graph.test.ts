import { describe, expect, test } from 'vitest';
import { readMetadata } from '../../../src/models/metadata.js';
import { columnMapOnnx } from '../../../src/models/transport-onnx.js';
import { openSession } from '../../../src/graph/session.js';
import { normals, seedKey, uniforms } from '../../../src/stats/key.js';
import { evaluateTable, quantileMap, type MonotoneTable } from '../../../src/studies/correction/quantile-map.js';
import { tableGraph, tableMapBuilder } from '../../../src/studies/correction/table-graph.js';
import { asFunction, largest } from '../../models/run-graph.js';

const key = seedKey(111).split('table graph');
const unweighted = (values: Float64Array) => ({ values, weights: new Float64Array(values.length).fill(1) });
const tables: Record<string, MonotoneTable> = {
  'three knots': { x: Float64Array.of(0, 1, 3), y: Float64Array.of(10, 12, 12) },
  'one knot': { x: Float64Array.of(2), y: Float64Array.of(5) },
  'two knots, falling behind': { x: Float64Array.of(-1, 1), y: Float64Array.of(-3, -2.5) },
  'a map of 400 knots': quantileMap(
    unweighted(normals(key.split('from'), 3000)),
    unweighted(normals(key.split('to'), 3000).map((z) => 100 + 3 * z ** 3)),
    { key, replicas: 0 },
  ),
  'a map of a discrete column': quantileMap(
    unweighted(uniforms(key.split('counts'), 3000).map((u) => Math.floor(8 * u * u))),
    unweighted(uniforms(key.split('more counts'), 3000).map((u) => Math.floor(11 * u))),
    { key, replicas: 0 },
  ),
};

describe.each(Object.entries(tables))('%s', (_, table) => {
  const span = table.x[table.x.length - 1] - table.x[0] + 1;
  const at = Float64Array.from([
    ...table.x,
    ...uniforms(key.split('at'), 400).map((u) => table.x[0] + span * (1.5 * u - 0.25)),
  ]);

  test('as a graph it is the table, at knots, between and beyond', async () => {
    const f = await asFunction('float64', { t: [1, at.length] }, (_graph, { t }) => ({ out: tableGraph(t, table) }));
    const out = (await f.run({ t: at })).out;
    await f.session.close();
    const exact = evaluateTable(table, at);
    const size = Math.max(...exact.map(Math.abs));
    expect(largest(out, exact)).toBeLessThan(1e-11 * size);
  });

  test('as a map its log-derivative is that of central differences', async () => {
    const h = 1e-6;
    const between = at.filter((v) => table.x.every((x) => Math.abs(x - v) > 2 * h));
    const f = await asFunction('float64', { t: [1, between.length] }, (_graph, { t }) => {
      const { moved, logDerivative } = tableMapBuilder(table)(t, undefined, t.shape[1]);
      return { moved, logDerivative };
    });
    const { moved, logDerivative } = await f.run({ t: between });
    await f.session.close();
    expect(largest(moved, evaluateTable(table, between))).toBeLessThan(1e-9);
    const up = evaluateTable(
      table,
      between.map((v) => v + h),
    );
    const down = evaluateTable(
      table,
      between.map((v) => v - h),
    );
    between.forEach((_v, i) => {
      const slope = (up[i] - down[i]) / (2 * h);
      expect(Math.abs(Math.exp(logDerivative[i]) - slope)).toBeLessThan(1e-6 * Math.max(1, slope));
    });
  });
});

test('in a product: what the logarithm cannot take leaves as it came', async () => {
  const table = { x: Float64Array.of(-2, 0), y: Float64Array.of(-1.9, 0.2) };
  const model = columnMapOnnx(
    { variables: 1, context: 0 },
    { features: ['log10'] },
    { what: 'table' },
    tableMapBuilder(table),
  );
  expect(readMetadata(model)['what']).toBe('table');
  const session = await openSession(model, { threads: 1 });
  const x = Float32Array.of(0.1, 0, -3, NaN, Infinity, 10);
  const out = await session.run({ input: { data: x, dims: [x.length, 1] } });
  await session.close();
  const exact = evaluateTable(table, Float64Array.of(-1, 1)).map((v) => 10 ** v);
  expect(out.output.data[0]).toBeCloseTo(exact[0], 6);
  expect(out.output.data[5] as number).toBeCloseTo(exact[1], 4);
  expect([...(out.output.data as Float32Array)].slice(1, 5)).toEqual([0, -3, NaN, Infinity]);
});
