import { afterAll, describe, expect, test } from 'vitest';
import { openSession } from '../../../src/graph/session.js';
import { add, mul, sub } from '../../../src/graph/ops/arithmetic.js';
import { columnMapOnnx } from '../../../src/models/transport-onnx.js';
import {
  addedColumns,
  classify,
  correctBlock,
  FLAG,
  type Coverage,
} from '../../../src/studies/correction/corrector.js';
import type { Manifest } from '../../../src/studies/correction/manifest.js';

/** log10(ip) moves up by 0.1·ln(pt) with a band of 0.05; the score stays as it is, with a band of 0.5. */
const manifest: Manifest = {
  format: 'datamc correction 1',
  name: 'known',
  quick: false,
  seed: 1,
  software: 'test',
  variables: [
    { column: 'ip', transform: 'log10', low: 0.01, high: 1 },
    { column: 'score', transform: 'logit', low: 0.05, high: 0.95 },
  ],
  given: [{ column: 'pt', transform: 'log', low: 1, high: 100 }],
  define: {},
  band: true,
  training: {},
  losses: {},
};
const model = columnMapOnnx(
  { variables: 2, context: 1 },
  { features: ['log10', 'logit'], context: ['log'] },
  {},
  (bent, context, batch) => {
    const { graph } = bent;
    const two = (values: readonly number[]) =>
      graph.constant(values, [bent.shape[0], { ...batch, size: 1 }], bent.dtype);
    const moved = add(bent, mul({ ...context!, shape: [{ ...bent.shape[0], size: 1 }, bent.shape[1]] }, two([0.1, 0])));
    const band = two([0.05, 0.5]);
    return { moved, logDerivative: mul(bent, 0), others: { up: add(moved, band), down: sub(moved, band) } };
  },
);
const session = await openSession(model, { threads: 1 });
afterAll(() => session.close());

const odd = [
  // ip, score, pt, flag
  [0.1, 0.5, 10, FLAG.corrected],
  [0.5, 0.9, 2, FLAG.corrected],
  [0, 0.5, 10, FLAG.unchanged],
  [-999, 0.5, 10, FLAG.unchanged],
  [NaN, 0.5, 10, FLAG.unchanged],
  [Infinity, 0.5, 10, FLAG.unchanged],
  [0.1, 0.5, NaN, FLAG.unchanged],
  [0.1, 0.5, -Infinity, FLAG.unchanged],
  [0.1, 0.5, 0, FLAG.unchanged],
  [0.1, 1, 10, FLAG.unchanged],
  [0.1, 0.5, 1000, FLAG.extrapolated],
  [5, 0.5, 10, FLAG.extrapolated],
  [5, NaN, 10, FLAG.unchanged],
  [0.1, 0.99, 0.5, FLAG.extrapolated],
  // Beyond what single precision holds, in which products compute: 0, infinity and 1 there.
  [1e-60, 0.5, 10, FLAG.unchanged],
  [1.7976931348623157e308, 0.5, 10, FLAG.unchanged],
  [0.1, 1 - 1e-12, 10, FLAG.unchanged],
] as const;
const block = {
  x0: Float64Array.from(odd, (row) => row[0]),
  x1: Float64Array.from(odd, (row) => row[1]),
  x2: Float64Array.from(odd, (row) => row[2]),
};
const none = (): Coverage => ({ rows: 0, corrected: 0, unchanged: 0, extrapolated: 0 });

test('names of new columns', () => {
  expect(addedColumns('muon.ip')).toEqual({
    nominal: 'muonip_corrected',
    up: 'muonip_corrected_up',
    down: 'muonip_corrected_down',
    flag: 'muonip_flag',
  });
});

test('rows are corrected, corrected outside the training range, or cannot be', () => {
  expect([...classify(manifest, block)]).toEqual(odd.map((row) => row[3]));
});

describe('correcting a block', async () => {
  const coverage = none();
  const added = (await correctBlock(session, manifest, { ...block }, coverage)) as Record<string, Float64Array>;

  test('rows out are rows in; the columns are these', () => {
    expect(Object.keys(added)).toEqual([
      ...['ip_corrected', 'ip_corrected_up', 'ip_corrected_down', 'ip_flag'],
      ...['score_corrected', 'score_corrected_up', 'score_corrected_down', 'score_flag'],
    ]);
    for (const column of Object.values(added)) expect(column).toHaveLength(odd.length);
    expect([...added['ip_flag']]).toEqual(odd.map((row) => row[3]));
    expect(added['score_flag']).toEqual(added['ip_flag']);
  });

  test('what cannot be corrected keeps its very value, with no band; every row that is flagged so', () => {
    odd.forEach(([ip, score, , flag], row) => {
      if (flag !== FLAG.unchanged) return;
      for (const suffix of ['', '_up', '_down']) {
        expect(added[`ip_corrected${suffix}`][row]).toBe(ip);
        expect(added[`score_corrected${suffix}`][row]).toBe(score);
      }
    });
  });

  test('all others go through the map, each with its own given value, to single precision', () => {
    const logit = (p: number): number => Math.log(p / (1 - p));
    const back = (y: number): number => 1 / (1 + Math.exp(-y));
    odd.forEach(([ip, score, pt, flag], row) => {
      if (flag === FLAG.unchanged) return;
      for (const [suffix, sign] of [
        ['', 0],
        ['_up', 1],
        ['_down', -1],
      ] as const) {
        const exact = 10 ** (Math.log10(ip) + 0.1 * Math.log(pt) + 0.05 * sign);
        expect(added[`ip_corrected${suffix}`][row] / exact).toBeCloseTo(1, 5);
        expect(added[`score_corrected${suffix}`][row]).toBeCloseTo(back(logit(score) + 0.5 * sign), 5);
      }
    });
  });

  test('coverage counts every row once, block after block', async () => {
    const count = (flag: number): number => odd.filter((row) => row[3] === flag).length;
    const once = {
      rows: odd.length,
      corrected: count(FLAG.corrected),
      unchanged: count(FLAG.unchanged),
      extrapolated: count(FLAG.extrapolated),
    };
    expect(coverage).toEqual(once);
    await correctBlock(session, manifest, { ...block }, coverage);
    expect(coverage).toEqual({
      rows: 2 * once.rows,
      corrected: 2 * once.corrected,
      unchanged: 2 * once.unchanged,
      extrapolated: 2 * once.extrapolated,
    });
  });

  test('a row’s neighbours say nothing', async () => {
    for (const row of [0, 1, 11]) {
      const alone = Object.fromEntries(Object.entries(block).map(([name, v]) => [name, v.slice(row, row + 1)]));
      const { ip_corrected } = await correctBlock(session, manifest, alone as typeof block, none());
      expect(ip_corrected[0]).toBe(added['ip_corrected'][row]);
    }
  });

  test('no rows, no columns’ worth of values', async () => {
    const empty = { x0: new Float64Array(0), x1: new Float64Array(0), x2: new Float64Array(0) };
    const coverage = none();
    const out = await correctBlock(session, manifest, empty, coverage);
    for (const column of Object.values(out)) expect(column).toHaveLength(0);
    expect(coverage).toEqual(none());
  });

  test('without a band there are no up and down', async () => {
    const out = await correctBlock(session, { ...manifest, band: false }, { ...block }, none());
    expect(Object.keys(out)).toEqual(['ip_corrected', 'ip_flag', 'score_corrected', 'score_flag']);
  });
});
