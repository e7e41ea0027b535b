import { expect, test } from 'vitest';
import { evaluateCorrection } from '../../../src/formats/correctionlib/evaluate.js';
import { correctionSet, parseCorrectionSet } from '../../../src/formats/correctionlib/file.js';
import { transferMapCorrection, type TransferMap } from '../../../src/formats/correctionlib/transfer-map.js';
import { seedKey, uniforms } from '../../../src/stats/key.js';

const curve =
  (shift: number): TransferMap =>
  (x, given) =>
    x.map(
      (v, i) => v + 0.3 * Math.tanh(3 * v) + shift * (1 + v * v) + (given[0] ? 0.2 * Math.sin(given[0][i]) * v : 0),
    );
const MAPS = { nominal: curve(0), up: curve(0.02), down: curve(-0.02) };
const EDGES = [-3, -1, 1, 3];

test('one variable: within the tolerance everywhere in its range, not only at the points tried', async () => {
  const { correction, knots, excess } = await transferMapCorrection({
    name: 'map',
    column: 'x',
    edges: EDGES,
    ...MAPS,
  });
  expect(excess).toBeLessThanOrEqual(1);
  expect(knots.length).toBeLessThan(120);
  const x = uniforms(seedKey(1), 5000).map((u) => 6 * u - 3);
  for (const variation of ['nominal', 'up', 'down'] as const) {
    const exact = await MAPS[variation](x, []);
    const got = evaluateCorrection(correction, { variation, x });
    got.forEach((v, i) =>
      expect(Math.abs(v - exact[i])).toBeLessThan(1.2 * Math.max(0.05 * 0.02 * (1 + x[i] ** 2), 6e-4)),
    );
  }
});

test('a tighter tolerance takes more knots and comes nearer', async () => {
  const x = uniforms(seedKey(2), 1000).map((u) => 6 * u - 3);
  const exact = await MAPS.nominal(x, []);
  const worst = async (ofScale: number): Promise<[number, number]> => {
    const { correction, knots } = await transferMapCorrection({
      name: 'm',
      column: 'x',
      edges: EDGES,
      ...MAPS,
      tolerance: { ofBand: 0, ofScale },
    });
    const got = evaluateCorrection(correction, { variation: 'nominal', x });
    return [knots.length, got.reduce((m, v, i) => Math.max(m, Math.abs(v - exact[i])), 0)];
  };
  const [coarse, fine] = [await worst(1e-3), await worst(1e-5)];
  expect(fine[0]).toBeGreaterThan(coarse[0]);
  expect(fine[1]).toBeLessThan(1e-5 * 6 * 1.2);
});

test('continuous at every knot, and linear beyond the outermost', async () => {
  const { correction, knots } = await transferMapCorrection({ name: 'map', column: 'x', edges: EDGES, ...MAPS });
  const at = (x: ArrayLike<number>): Float64Array => evaluateCorrection(correction, { variation: 'up', x });
  const below = at(knots.map((k) => k - 1e-9));
  at(knots).forEach((v, i) => expect(v).toBeCloseTo(below[i], 7));
  const far = at([3, 10, 17]);
  expect(far[1] - far[0]).toBeCloseTo(far[2] - far[1], 10);
});

test('two variables: continuous across the knots of the given one, exact at them, constant beyond them', async () => {
  const knots = Array.from({ length: 9 }, (_, i) => i / 2);
  const result = await transferMapCorrection({
    name: 'map',
    column: 'x',
    edges: EDGES,
    given: [{ name: 'pt', knots }],
    ...MAPS,
  });
  expect(result.excess).toBeLessThanOrEqual(1);
  parseCorrectionSet(correctionSet('a map', [result.correction]));
  const at = (pt: number, x: Float64Array): Float64Array =>
    evaluateCorrection(result.correction, { variation: 'nominal', pt, x });
  const x = uniforms(seedKey(3), 500).map((u) => 6 * u - 3);
  const same = (a: Float64Array, b: Float64Array, within: number): void =>
    a.forEach((v, i) => expect(Math.abs(v - b[i])).toBeLessThan(within));
  same(at(1.5, x), at(1.5 - 1e-9, x), 1e-8);
  same(at(4, x), at(7, x), 1e-12);
  same(at(0, x), at(-5, x), 1e-12);
  same(at(1.5, x), await MAPS.nominal(x, [x.map(() => 1.5)]), 0.012);
  // Half-way between knots: the chord of 0.2 sin(pt) x over half a unit misses by 0.2 · 3 · 0.5²/8.
  same(at(1.75, x), await MAPS.nominal(x, [x.map(() => 1.75)]), 0.6 * 0.03125 + 0.012);
  expect(result.excessGiven).toBeGreaterThan(1);
});

test('three variables and a discrete one: multilinear between knots, steps in between for the discrete', async () => {
  const exact: TransferMap = (x, [eta, charge, pt]) =>
    x.map((v, i) => v * (1 + 0.1 * eta[i]) * (1 + 0.01 * pt[i]) + 0.3 * charge[i]);
  const { correction, excess, excessGiven } = await transferMapCorrection({
    name: 'map',
    column: 'x',
    edges: [0, 1],
    given: [
      { name: 'eta', knots: [-1, 0, 2] },
      { name: 'charge', knots: [-1, 1], step: true },
      { name: 'pt', knots: [1, 10, 30] },
    ],
    nominal: exact,
    up: exact,
    down: exact,
  });
  expect(excess).toBeLessThan(1e-8);
  expect(excessGiven).toBeLessThan(1e-8);
  // The map is itself multilinear, so it is hit everywhere within the knots.
  const draw = (name: string): Float64Array => uniforms(seedKey(4).split(name), 300);
  const columns = {
    x: draw('x'),
    eta: draw('eta').map((u) => 3 * u - 1),
    charge: draw('c').map((u) => (u < 0.5 ? -1 : 1)),
    pt: draw('p').map((u) => 1 + 29 * u),
  };
  const expected = await exact(columns.x, [columns.eta, columns.charge, columns.pt]);
  evaluateCorrection(correction, { variation: 'nominal', ...columns }).forEach((v, i) =>
    expect(v).toBeCloseTo(expected[i], 12),
  );
});

test('values up to a limit pass unchanged: those outside a logarithm', async () => {
  const scale: TransferMap = (x) => x.map((v) => 1.1 * v);
  const { correction } = await transferMapCorrection({
    name: 'm',
    column: 'ip',
    edges: [1e-3, 1],
    unchangedUpTo: 0,
    nominal: scale,
    up: scale,
    down: scale,
  });
  const got = evaluateCorrection(correction, { variation: 'nominal', ip: [-2, 0, 1e-4, 0.5, 3] });
  [-2, 0, 1.1e-4, 0.55, 3.3].forEach((v, i) => expect(got[i]).toBeCloseTo(v, 12));
});

test('values from a limit on pass unchanged: those above a logit', async () => {
  const scale: TransferMap = (x) => x.map((v) => 0.9 * v);
  const { correction } = await transferMapCorrection({
    name: 'm',
    column: 'p',
    edges: [0.1, 0.5, 0.9],
    unchangedUpTo: 0,
    unchangedFrom: 1,
    nominal: scale,
    up: scale,
    down: scale,
  });
  const got = evaluateCorrection(correction, { variation: 'nominal', p: [-1, 0, 0.05, 0.6, 0.99, 1, 7] });
  [-1, 0, 0.045, 0.54, 0.891, 1, 7].forEach((v, i) => expect(got[i]).toBeCloseTo(v, 12));
});

test('a map that is not finite, and more conditioning columns than a formula can hold, are refused', async () => {
  const log: TransferMap = (x) => x.map(Math.log);
  const options = { name: 'm', column: 'x', edges: [-1, 1], nominal: log, up: log, down: log };
  await expect(transferMapCorrection(options)).rejects.toThrow('the map of "x" (nominal) is not finite');
  const given = ['a', 'b', 'c', 'd'].map((name) => ({ name, knots: [0, 1] }));
  await expect(transferMapCorrection({ ...options, ...MAPS, given })).rejects.toThrow('four variables');
});

test('speed: a million values take well under a second (bound: three)', async () => {
  const { correction } = await transferMapCorrection({ name: 'map', column: 'x', edges: EDGES, ...MAPS });
  const x = uniforms(seedKey(5), 1_000_000).map((u) => 6 * u - 3);
  const start = performance.now();
  evaluateCorrection(correction, { variation: 'nominal', x });
  expect(performance.now() - start).toBeLessThan(3000);
});
