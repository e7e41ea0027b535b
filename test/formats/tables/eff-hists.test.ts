import { expect, test } from 'vitest';
import { fromEffHists } from '../../../src/formats/tables/eff-hists.js';

const axis = (name: string, edges: readonly number[], flow: boolean) => ({
  ...{ type: 'variable', edges, underflow: flow, overflow: flow, circular: false },
  metadata: { metadata: { name } },
});
const hist = (values: unknown, variances: unknown, flow = false) => ({
  uhi_schema: 1,
  axes: [axis('P', [1, 2, 3], flow), axis('ETA', [0, 1, 2, 4], flow)],
  storage: { type: 'weighted', values, variances },
});

test('efficiencies of two histograms, bin after bin, with weighted binomial errors', () => {
  const passing = hist(
    [
      [5, 0, 3],
      [8, 2, 0],
    ],
    [
      [6, 0, 3],
      [9, 2, 0],
    ],
  );
  const total = hist(
    [
      [10, 4, 3],
      [9, 8, 0],
    ],
    [
      [14, 4, 3],
      [11, 8, 0],
    ],
  );
  const { axes, cells } = fromEffHists({ eff: {}, passing, total });
  expect(axes).toEqual([
    { column: 'P', edges: [1, 2, 3] },
    { column: 'ETA', edges: [0, 1, 2, 4] },
  ]);
  expect(cells.map((c) => c.rate.value)).toEqual([0.5, 0, 1, 8 / 9, 0.25, NaN]);
  // σ² = |(1 − 2ε) Σw²_pass + ε² Σw²_tot|/N².
  expect(cells[0].rate.sources['stat'].up).toBeCloseTo(Math.sqrt(0.25 * 14) / 10, 14);
  expect(cells[4].rate.sources['stat'].up).toBeCloseTo(Math.sqrt(0.5 * 2 + 0.0625 * 8) / 8, 14);
  expect(cells[5].flags).toContain('empty');
});

test('bins beyond the edges are left out', () => {
  const rows = (inner: number[][]) => [[9, 9, 9, 9, 9], ...inner.map((r) => [9, ...r, 9]), [9, 9, 9, 9, 9]];
  const p = rows([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const t = rows([
    [10, 10, 10],
    [10, 10, 10],
  ]);
  const { cells } = fromEffHists({ passing: hist(p, p, true), total: hist(t, t, true) });
  expect(cells.map((c) => c.rate.value)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
});

test('what is missing or does not fit is said', () => {
  const total = hist(
    [
      [1, 1, 1],
      [1, 1, 1],
    ],
    [
      [1, 1, 1],
      [1, 1, 1],
    ],
  );
  expect(() => fromEffHists({ total }, 'K.json')).toThrow('no histogram "passing"');
  const other = { ...total, axes: [axis('P', [1, 2, 4], false), axis('ETA', [0, 1, 2, 4], false)] };
  expect(() => fromEffHists({ passing: other, total })).toThrow('different axes');
});
