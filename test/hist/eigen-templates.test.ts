import { expect, test } from 'vitest';
import { pyhfModifiers } from '../../src/formats/pyhf-modifiers.js';
import { eigenTemplates } from '../../src/hist/eigen-templates.js';
import { rowCells } from '../../src/hist/row-cells.js';
import { normals, seedKey } from '../../src/stats/key.js';
import { symmetricEigen } from '../../src/stats/jacobi.js';

const random = (n: number, seed: number): number[][] => {
  const z = normals(seedKey(seed), n * n);
  const g = Array.from({ length: n }, (_, i) => [...z.subarray(i * n, (i + 1) * n)]);
  return g.map((a) => g.map((b) => a.reduce((s, x, k) => s + x * b[k], 0)));
};

test('eigenvalues and vectors: C v = λ v, orthonormal, trace kept', () => {
  const c = random(30, 1);
  const { values, vectors } = symmetricEigen(c);
  vectors.forEach((v, k) => {
    c.forEach((row, i) => expect(row.reduce((s, x, j) => s + x * v[j], 0)).toBeCloseTo(values[k] * v[i], 9));
    vectors.forEach((u, l) => expect(u.reduce((s, x, i) => s + x * v[i], 0)).toBeCloseTo(k === l ? 1 : 0, 12));
  });
  expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(
    c.reduce((s, r, i) => s + r[i], 0),
    9,
  );
  expect([...values]).toEqual([...values].sort((a, b) => b - a));
});

test('known matrices: the second difference, and one of very different scales', () => {
  // Eigenvalues of tridiagonal(−1, 2, −1), n = 8: 2 − 2 cos(kπ/9) (closed form).
  const second = Array.from({ length: 8 }, (_, i) =>
    Array.from({ length: 8 }, (_v, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0)),
  );
  const { values } = symmetricEigen(second);
  values.forEach((l, k) => expect(l).toBeCloseTo(2 - 2 * Math.cos(((8 - k) * Math.PI) / 9), 13));
  // The determinant over the larger one.
  const small = symmetricEigen([
    [1e10, 1e3],
    [1e3, 1],
  ]).values[1];
  expect(small).toBeCloseTo((1e10 - 1e6) / (1e10 + 1e-4), 12);
  expect([
    ...symmetricEigen([
      [0, 0],
      [0, 0],
    ]).values,
  ]).toEqual([0, 0]);
  expect(() =>
    symmetricEigen([
      [1, 2],
      [3, 1],
    ]),
  ).toThrow(/symmetric/);
});

const nominal = [100, 120, 90, 60];
const truth = [
  [5, 6, 4, 3],
  [2, -1, -1, 1],
];

/** Variations by two independent normal nuisances. */
const variations = (n: number): number[][] => {
  const z = normals(seedKey(3), 2 * n);
  return Array.from({ length: n }, (_, i) =>
    nominal.map((h, j) => h + z[2 * i] * truth[0][j] + z[2 * i + 1] * truth[1][j]),
  );
};

test('templates have the covariance of the variations, which is that of the model', () => {
  const n = 20_000;
  const { covariance, templates, kept, eigenvalues } = eigenTemplates(nominal, variations(n));
  expect(templates).toHaveLength(2);
  expect(kept).toBeCloseTo(1, 12);
  expect(eigenvalues[2]).toBeLessThan(1e-9);
  covariance.forEach((row, j) =>
    row.forEach((c, k) => {
      expect(templates.reduce((s, t) => s + t[j] * t[k], 0)).toBeCloseTo(c, 9);
      const model = truth[0][j] * truth[0][k] + truth[1][j] * truth[1][k];
      const [a, b] = [j, k].map((i) => truth[0][i] ** 2 + truth[1][i] ** 2);
      // 5σ of a sample covariance: 10 elements, false alarm below 6·10⁻⁶.
      expect(Math.abs(c - model)).toBeLessThan(5 * Math.sqrt((a * b + model ** 2) / n));
    }),
  );
});

test('the largest are kept, by number or by share of the variance', () => {
  const v = variations(2000);
  expect(eigenTemplates(nominal, v, { keep: 1 }).templates).toHaveLength(1);
  expect(eigenTemplates(nominal, v, { share: 0.9 }).templates).toHaveLength(1);
  expect(eigenTemplates(nominal, v, { share: 0.999 }).templates).toHaveLength(2);
  expect(eigenTemplates(nominal, v, { keep: 1 }).kept).toBeLessThan(1);
  expect(eigenTemplates(nominal, [nominal]).templates).toHaveLength(0);
  expect(() => eigenTemplates(nominal, [])).toThrow(/without variations/);
  expect(() => eigenTemplates(nominal, [[1, 2]])).toThrow(/other bins/);
});

test('modifiers: h ± template, or rate and shape whose product it is', () => {
  const [whole] = pyhfModifiers('k', nominal, [truth[0]]);
  expect(whole).toEqual({
    name: 'k_0',
    type: 'histosys',
    data: { hi_data: [105, 126, 94, 63], lo_data: [95, 114, 86, 57] },
  });
  const [norm, shape] = pyhfModifiers('k', nominal, [truth[0]], { form: 'split' });
  if (norm.type !== 'normsys' || shape.type !== 'histosys') throw new Error('other modifiers');
  expect(norm.name).toBe(shape.name);
  shape.data.hi_data.forEach((h, j) => expect(h * norm.data.hi).toBeCloseTo(nominal[j] + truth[0][j], 10));
  expect(shape.data.hi_data.reduce((a, b) => a + b)).toBeCloseTo(370, 9);
  expect(() => pyhfModifiers('k', [1], [[2]], { form: 'split' })).toThrow(/zero or negative/);
});

test('cells of rows: right-closed bins, and why a row is in none', () => {
  const axes = [
    { column: 'p', edges: [0, 1, 2] },
    { column: 'q', edges: [-Infinity, 0, Infinity] },
  ];
  const out = new Int32Array(7);
  rowCells(axes)([Float64Array.of(0, 1, 1.5, 2, 3, NaN, 1), Float64Array.of(1, 0, 1, Infinity, 1, 1, NaN)], out);
  expect([...out]).toEqual([-2, 0, 3, 3, -2, -1, -3]);
});
