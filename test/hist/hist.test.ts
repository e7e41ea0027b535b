import { expect, test } from 'vitest';
import { binFinder, logAxis, quantileAxis, regularAxis, variableAxis, type Axis } from '../../src/hist/axis.js';
import { fill, fillInto } from '../../src/hist/fill.js';
import { addHists, emptyHist, inner, scaleHist, total, type Hist } from '../../src/hist/hist.js';
import { project, rebin, slice } from '../../src/hist/rebin.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';

const AXES = [regularAxis('x', 12, -2, 2), variableAxis('y', [-1, 0, 0.5, 2])];

function toy(index: number, n = 2000): Hist {
  const key = seedKey(1).split('toy', index);
  const weights = uniforms(key.split('w'), n).map((u) => (u < 0.2 ? -1 : 2 * u));
  return fill(AXES, [normals(key.split('x'), n), normals(key.split('y'), n)], weights);
}

const close = (a: Hist, b: Hist): void => {
  a.sumw.forEach((w, i) => expect(w).toBeCloseTo(b.sumw[i], 9));
  a.sumw2.forEach((w, i) => expect(w).toBeCloseTo(b.sumw2[i], 9));
};

test.each<[string, Axis]>([
  ['regular', regularAxis('x', 7, -1.3, 2.9)],
  ['regular far from zero', regularAxis('x', 1000, 1e6, 1e6 + 0.1)],
  ['logarithmic', logAxis('x', 9, 1e-3, 40)],
  ['variable', variableAxis('x', [-Infinity, -1, 0.25, 7, Infinity])],
])('%s bins hold edges[i] ≤ x < edges[i + 1]', (_, axis) => {
  const find = binFinder(axis);
  const n = axis.edges.length - 1;
  axis.edges.forEach((edge, i) => expect(find(edge)).toBe(i + 1));
  const low = Number.isFinite(axis.edges[0]) ? axis.edges[0] : -3;
  const high = Number.isFinite(axis.edges[n]) ? axis.edges[n] : 9;
  for (const u of uniforms(seedKey(2), 2000)) {
    const v = low + (1.4 * u - 0.2) * (high - low);
    const b = find(v);
    if (b > 0) expect(v).toBeGreaterThanOrEqual(axis.edges[b - 1]);
    if (b <= n) expect(v).toBeLessThan(axis.edges[b]);
  }
  expect(find(NaN)).toBe(n + 1);
});

test('edges are the ones of numpy', () => {
  // numpy 2.4.6: np.histogram_bin_edges([], 7, (-1.3, 2.9)); np.geomspace(1e-3, 40, 4)
  const regular = regularAxis('x', 7, -1.3, 2.9).edges;
  [-1.3, -0.7, -0.1, 0.5, 1.1, 1.7, 2.3, 2.9].forEach((e, i) => expect(regular[i]).toBeCloseTo(e, 14));
  const log = logAxis('x', 3, 1e-3, 40).edges;
  [0.001, 0.0341995189335339, 1.169607095285146, 40].forEach((e, i) => expect(log[i]).toBeCloseTo(e, 12));
});

test('quantile bins hold equal weight and all of the sample', () => {
  const values = normals(seedKey(3), 10_000);
  const weights = uniforms(seedKey(4), 10_000);
  const h = fill([quantileAxis('x', 8, { values, weights })], [values], weights);
  const { values: contents } = inner(h);
  const sum = weights.reduce((s, w) => s + w, 0);
  contents.forEach((c) => expect(Math.abs(c / (sum / 8) - 1)).toBeLessThan(0.002));
  expect(total(h).sumw).toBeCloseTo(sum, 8);
  expect(quantileAxis('x', 4, { values: Float64Array.of(1, 1, 1) }).edges.length).toBe(2);
});

test('every entry lands in one cell: Σw and Σw² are those of the sample', () => {
  const n = 500;
  const x = normals(seedKey(5), n).map((v, i) => (i % 50 ? v : NaN));
  const weights = normals(seedKey(6), n);
  const h = fill([AXES[0], AXES[1]], [x, normals(seedKey(7), n)], weights);
  expect(total(h, { flow: true }).sumw).toBeCloseTo(
    weights.reduce((s, w) => s + w, 0),
    10,
  );
  expect(total(h, { flow: true }).sumw2).toBeCloseTo(
    weights.reduce((s, w) => s + w * w, 0),
    10,
  );
});

test('filling in blocks is filling at once; merging is associative and commutative, with the empty histogram neutral', () => {
  const [a, b, c] = [toy(1), toy(2), toy(3)];
  close(addHists(addHists(a, b), c), addHists(a, addHists(b, c)));
  close(addHists(a, b), addHists(b, a));
  expect(addHists(a, emptyHist(AXES))).toEqual(a);
  const x = normals(seedKey(8), 1000);
  const blocks = emptyHist([AXES[0]]);
  for (let i = 0; i < 1000; i += 300) fillInto(blocks, [x.subarray(i, i + 300)]);
  expect(blocks).toEqual(fill([AXES[0]], [x]));
});

test.each([
  ['rebinned by a factor', (h: Hist) => rebin(h, 'x', 3)],
  ['rebinned with a remainder', (h: Hist) => rebin(h, 'x', 5)],
  ['rebinned to a part', (h: Hist) => rebin(h, 'y', [0, 0.5])],
  ['projected', (h: Hist) => project(h, ['y'])],
  ['transposed', (h: Hist) => project(h, ['y', 'x'])],
])('Σw and Σw² are conserved when %s', (_, change) => {
  const h = toy(4);
  const [before, after] = [total(h, { flow: true }), total(change(h), { flow: true })];
  expect(after.sumw).toBeCloseTo(before.sumw, 9);
  expect(after.sumw2).toBeCloseTo(before.sumw2, 9);
});

test('rebinning is filling the coarser bins; projecting is filling one column; slices add up to the projection', () => {
  const n = 2000;
  const key = seedKey(1).split('toy', 4);
  const weights = uniforms(key.split('w'), n).map((u) => (u < 0.2 ? -1 : 2 * u));
  const columns = [normals(key.split('x'), n), normals(key.split('y'), n)];
  const h = toy(4);
  close(
    rebin(h, 'x', 3),
    fill(
      [
        variableAxis(
          'x',
          AXES[0].edges.filter((_, i) => i % 3 === 0),
        ),
        AXES[1],
      ],
      columns,
      weights,
    ),
  );
  close(project(h, ['y']), fill([AXES[1]], [columns[1]], weights));
  const slices = Array.from({ length: 14 }, (_, b) => slice(h, 'x', b));
  close(
    slices.reduce((a, b) => addHists(a, b)),
    project(h, ['y']),
  );
});

test('contents without flow bins run over the last axis first', () => {
  const axes = [regularAxis('a', 2, 0, 2), regularAxis('b', 3, 0, 3)];
  const h = fill(
    axes,
    [Float64Array.of(0.5, 1.5, 1.5, 9), Float64Array.of(2.5, 0.5, 0.5, 1)],
    Float64Array.of(1, 2, 3, 4),
  );
  expect([...inner(h).values]).toEqual([0, 0, 1, 5, 0, 0]);
  expect([...inner(h).variances]).toEqual([0, 0, 1, 13, 0, 0]);
  expect(total(scaleHist(h, -2))).toEqual({ sumw: -12, sumw2: 56 });
});

test.each([
  ['edges that fall', () => variableAxis('x', [0, 2, 1]), /do not increase/],
  ['NaN edges', () => variableAxis('x', [0, NaN, 1]), /do not increase/],
  ['no bins', () => regularAxis('x', 0, 0, 1), /needs bins/],
  ['a logarithm of zero', () => logAxis('x', 3, 0, 1), /zero/],
  ['other axes', () => addHists(toy(1), emptyHist([AXES[0]])), /different axes/],
  ['columns of different length', () => fill(AXES, [new Float64Array(2), new Float64Array(3)]), /do not fit/],
  ['an edge within a bin', () => rebin(toy(1), 'y', [0, 0.3]), /within an old bin/],
  ['an unknown axis', () => project(toy(1), ['z']), /unknown axis "z"/],
  ['NaN weights', () => fill([AXES[0]], [Float64Array.of(1)], Float64Array.of(NaN)), /weight is NaN/],
])('%s: refused', (_, call, message) => {
  expect(call).toThrow(message);
});
