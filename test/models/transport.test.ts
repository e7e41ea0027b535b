import { afterAll, describe, expect, test } from 'vitest';
import { openSession, sessionCache } from '../../src/graph/session.js';
import { forward, inverse } from '../../src/models/evaluate-flow.js';
import { flowSpec } from '../../src/models/flow-spec.js';
import { readMetadata } from '../../src/models/metadata.js';
import { transport } from '../../src/models/transport.js';
import { seedKey } from '../../src/stats/key.js';
import { bentFlow, eventsOf } from './bent-flow.js';
import { largest } from './run-graph.js';

const key = seedKey(21).split('transport');
const sessions = sessionCache();
afterAll(() => sessions.close());
const double = { precision: 'float64', sessions } as const;
const small = { hidden: [12, 12], bins: 6 };

const SPECS = {
  'one variable': flowSpec({ kind: 'spline', features: 1, ...small }),
  'one variable given two': flowSpec({ kind: 'spline', features: 1, context: 2, ...small }),
  'two variables, shared splines': flowSpec({ kind: 'spline', features: 2, ...small }),
  'three variables coupled, given one': flowSpec({
    kind: 'coupling',
    features: 3,
    context: 1,
    transforms: 3,
    ...small,
  }),
  'two variables autoregressive': flowSpec({ kind: 'autoregressive', features: 2, ...small }),
};

describe.each(Object.entries(SPECS).map(([name, spec]) => ({ name, spec })))('transport: $name', ({ name, spec }) => {
  const from = bentFlow(spec, key.split(name, 0), 0.25, 1);
  const to = bentFlow(spec, key.split(name, 1), 0.25, 1);
  const { features, context } = eventsOf(from, key.split(name, 2), 257);

  test('is the one flow and then the other backwards', async () => {
    const { z, logDet } = await forward(from, features, context, double);
    const back = await inverse(to, z, context, double);
    const moved = await transport(from, to).apply(features, context, double);
    back.features.forEach((column, c) => expect(largest(moved.features[c], column)).toBeLessThan(1e-9));
    expect(
      largest(
        moved.logDerivative,
        logDet.map((l, i) => l + back.logDet[i]),
      ),
    ).toBeLessThan(1e-7);
    expect(moved.unchanged).toBe(0);
  });

  test('from a flow to itself, and there and back, is the identity', async () => {
    const same = await transport(from, from).apply(features, context, double);
    features.forEach((column, c) => expect(largest(same.features[c], column)).toBeLessThan(1e-8));
    expect(largest(same.logDerivative, new Float64Array(257))).toBeLessThan(1e-7);
    const there = await transport(from, to).apply(features, context, double);
    const back = await transport(to, from).apply(there.features, context, double);
    features.forEach((column, c) => expect(largest(back.features[c], column)).toBeLessThan(1e-7));
  });

  test('its ONNX file gives the same numbers, for any batch, in the same bytes', async () => {
    const map = transport(from, to);
    const manifest = { name: 'map', inputs: [{ name: 'x', unit: 'mm' }], outputs: [{ name: 'y' }], seed: 3 };
    const bytes = map.onnx(manifest);
    expect(Buffer.from(map.onnx(manifest)).equals(Buffer.from(bytes))).toBe(true);
    expect(JSON.parse(readMetadata(bytes)['manifest'])).toEqual(manifest);
    const expected = await map.apply(features, context, double);
    const session = await openSession(bytes, { threads: 1 });
    const columns = [...features, ...context];
    for (const rows of [257, 1, 32]) {
      const data = Float32Array.from(
        { length: rows * columns.length },
        (_, i) => columns[i % columns.length][Math.floor(i / columns.length)],
      );
      const { output, log_derivative } = await session.run({ input: { data, dims: [rows, columns.length] } });
      expect(output.dims).toEqual([rows, spec.features]);
      expect(log_derivative.dims).toEqual([rows, 1]);
      expected.features.forEach((column, c) => {
        const got = Float64Array.from({ length: rows }, (_, r) => Number(output.data[r * spec.features + c]));
        // Inputs were rounded to single precision, and the map stretches that.
        const error = got.map((v, r) => (v - column[r]) * Math.min(1, Math.exp(-expected.logDerivative[r])));
        expect(largest(error, new Float64Array(rows))).toBeLessThan(2e-4);
      });
    }
    await session.close();
  });
});

test('log-derivative is that of the map in the columns themselves, transforms included', async () => {
  const spec = flowSpec({ kind: 'spline', features: 2, context: 1, ...small });
  const from = bentFlow(spec, key.split('bent', 0), 0.2, 0.3);
  const to = bentFlow(spec, key.split('bent', 1), 0.2, 0.3);
  for (const names of [
    ['log10', 'logit'],
    ['log', 'asinh'],
    ['none', 'log10'],
  ] as const) {
    const map = transport(from, to, { features: names, context: ['log'] });
    const x = [Float64Array.of(0.2, 0.5, 0.9), Float64Array.of(0.3, 0.6, 0.8)];
    const given = [Float64Array.of(1, 2, 3)];
    const here = await map.apply(x, given, double);
    const h = 1e-6;
    // The two features are bent separately, so the matrix of derivatives is diagonal.
    const slopes = x.map(() => new Float64Array(3));
    for (let c = 0; c < 2; c++) {
      const up = await map.apply(
        x.map((v, i) => (i === c ? v.map((u) => u + h) : v)),
        given,
        double,
      );
      const down = await map.apply(
        x.map((v, i) => (i === c ? v.map((u) => u - h) : v)),
        given,
        double,
      );
      slopes[c].set(up.features[c].map((v, r) => (v - down.features[c][r]) / (2 * h)));
    }
    const logs = slopes[0].map((s, r) => Math.log(s * slopes[1][r]));
    expect(largest(logs, here.logDerivative)).toBeLessThan(1e-4);
    const session = await openSession(map.onnx({ name: 'm', inputs: [], outputs: [] }), { threads: 1 });
    const data = Float32Array.from({ length: 9 }, (_, i) => [x[0], x[1], given[0]][i % 3][Math.floor(i / 3)]);
    const { output, log_derivative } = await session.run({ input: { data, dims: [3, 3] } });
    const rows = Array.from({ length: 6 }, (_, i) => here.features[i % 2][i >> 1]);
    expect(
      largest(
        Array.from(output.data as Float32Array, (v, i) => v / rows[i]),
        new Float64Array(6).fill(1),
      ),
    ).toBeLessThan(1e-4);
    expect(largest(log_derivative.data as Float32Array, here.logDerivative)).toBeLessThan(1e-3);
    await session.close();
  }
});

test('rows that a transform cannot take leave as they came, counted, in apply and in the ONNX file', async () => {
  const spec = flowSpec({ kind: 'spline', features: 1, context: 1, ...small });
  const map = transport(bentFlow(spec, key.split('p', 0), 0.2, 0), bentFlow(spec, key.split('p', 1), 0.2, 0), {
    features: ['log10'],
  });
  const x = Float64Array.of(0.5, 0, -3, NaN, Infinity, 0.7);
  const given = Float64Array.of(1, 1, 1, 1, 1, NaN);
  const out = await map.apply([x], [given], { sessions });
  expect(out.unchanged).toBe(5);
  expect([...out.features[0].subarray(1)]).toEqual([0, -3, NaN, Infinity, 0.7]);
  expect(out.features[0][0]).not.toBe(0.5);
  expect([...out.logDerivative.subarray(1)]).toEqual([0, 0, 0, 0, 0]);
  const session = await openSession(map.onnx({ name: 'm', inputs: [], outputs: [] }), { threads: 1 });
  const data = Float32Array.from({ length: 12 }, (_, i) => (i % 2 ? given : x)[i >> 1]);
  const { output, log_derivative } = await session.run({ input: { data, dims: [6, 2] } });
  expect(Array.from(output.data as Float32Array).slice(1)).toEqual([0, -3, NaN, Infinity, Math.fround(0.7)]);
  expect(Array.from(log_derivative.data as Float32Array).slice(1)).toEqual([0, 0, 0, 0, 0]);
  expect(Number(output.data[0])).toBeCloseTo(out.features[0][0], 5);
  await session.close();
});

test('columns far from zero lose nothing to single precision', async () => {
  const spec = flowSpec({ kind: 'spline', features: 1, ...small });
  const near = bentFlow(spec, key.split('far', 0), 0.25, 0);
  const shift = (m: typeof near) => ({
    ...m,
    standardisation: { ...m.standardisation, features: { location: [16384], scale: m.standardisation.features.scale } },
  });
  const to = bentFlow(spec, key.split('far', 1), 0.25, 0);
  const steps = Float64Array.from({ length: 41 }, (_, i) => (i - 20) / 16); // exact in float32 after the shift
  const here = await transport(
    {
      ...near,
      standardisation: {
        ...near.standardisation,
        features: { location: [0], scale: near.standardisation.features.scale },
      },
    },
    {
      ...to,
      standardisation: { ...to.standardisation, features: { location: [0], scale: to.standardisation.features.scale } },
    },
  ).apply([steps], [], double);
  const there = await transport(shift(near), shift(to)).apply([steps.map((x) => x + 16384)], [], { sessions });
  expect(
    largest(
      there.features[0].map((y) => y - 16384),
      here.features[0],
    ),
  ).toBeLessThan(1e-5);
});

test('flows of different columns are refused', () => {
  const a = bentFlow(flowSpec({ kind: 'spline', features: 1 }), key);
  const b = bentFlow(flowSpec({ kind: 'spline', features: 1, context: 1 }), key);
  expect(() => transport(a, b)).toThrow(/different columns/);
});
