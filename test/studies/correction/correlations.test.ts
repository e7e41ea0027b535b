import { describe, expect, test } from 'vitest';
import { normals, seedKey, uniforms } from '../../../src/stats/key.js';
import { correlations } from '../../../src/studies/correction/correlations.js';

const key = seedKey(81).split('correlations');
const ones = (n: number): Float64Array => new Float64Array(n).fill(1);
const x = normals(key.split('x'), 400);
const y = normals(key.split('y'), 400).map((z, i) => z - 0.7 * x[i]);
const z = uniforms(key.split('z'), 400);

describe('laws', () => {
  const matrix = correlations([x, y, z], ones(400));

  test('symmetric, ones on the diagonal, within ±1', () => {
    for (let a = 0; a < 3; a++)
      for (let b = 0; b < 3; b++) {
        expect(matrix[3 * a + b]).toBe(matrix[3 * b + a]);
        expect(Math.abs(matrix[3 * a + b])).toBeLessThanOrEqual(1);
      }
    expect([matrix[0], matrix[4], matrix[8]]).toEqual([1, 1, 1]);
  });

  test('any rising function of a column changes nothing; a falling one turns the sign', () => {
    expect(correlations([x.map(Math.exp), y.map((v) => v ** 3), z], ones(400))).toEqual(matrix);
    expect(correlations([x.map((v) => -v), y], ones(400))[1]).toBeCloseTo(-matrix[1], 12);
  });

  test('a weight is so many rows, the scale of weights says nothing', () => {
    const times = Array.from(uniforms(key.split('times'), 400), (u) => Math.floor(3 * u));
    const rows = times.flatMap((n, i) => new Array<number>(n).fill(i));
    const repeated = [x, y].map((column) => Float64Array.from(rows, (row) => column[row]));
    const expected = correlations(repeated, ones(rows.length));
    correlations(
      [x, y],
      Float64Array.from(times, (n) => 5 * n),
    ).forEach((r, i) => expect(r).toBeCloseTo(expected[i], 12));
  });

  test('rows with a NaN or an infinity anywhere are left out', () => {
    const holes = y.map((v, i) => (i % 7 === 0 ? NaN : i % 11 === 0 ? Infinity : v));
    const rows = Uint32Array.from(x.keys()).filter((i) => i % 7 !== 0 && i % 11 !== 0);
    const whole = [x, y, z].map((column) => Float64Array.from(rows, (row) => column[row]));
    expect(correlations([x, holes, z], ones(400))).toEqual(correlations(whole, ones(rows.length)));
  });

  test('a constant column correlates 0 with others; no rows, no correlation', () => {
    expect(correlations([x, ones(400)], ones(400))[1]).toBe(0);
    expect([...correlations([Float64Array.of(1), Float64Array.of(2)], ones(1))]).toEqual([0, 0, 0, 0]);
  });
});

test('the same numbers as numpy and scipy', () => {
  // numpy 2.4.6, scipy 1.17.1: numpy.corrcoef([scipy.stats.rankdata(c) for c in (a, b, c)]), equal to
  // scipy.stats.spearmanr(numpy.transpose([a, b, c])).statistic
  const columns = [
    Float64Array.of(0.3, -1.2, 0.8, 2.1, -0.4, 7, 0.3, 1.5),
    Float64Array.of(5, 9, 6, 7, 12, 8, 5, 1),
    Float64Array.of(1, 1, 2, 2, 3, 5, 5, 0),
  ];
  const matrix = correlations(columns, ones(8));
  const expected = [
    0.9999999999999998, -0.3012048192771084, 0.18294043331615056, -0.3012048192771084, 0.9999999999999998,
    0.3658808666323011, 0.18294043331615056, 0.3658808666323011, 1.0,
  ];
  expected.forEach((r, i) => expect(matrix[i]).toBeCloseTo(r, 12));
});
