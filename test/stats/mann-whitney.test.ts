import { describe, expect, test } from 'vitest';
import { kendall } from '../../src/stats/kendall.js';
import { integers, normals, seedKey } from '../../src/stats/key.js';
import { mannWhitney } from '../../src/stats/mann-whitney.js';

describe('every group against the rest', () => {
  test.each([
    ['without ties', (v: number) => v],
    ['with ties', (v: number) => Math.round(3 * v)],
  ])('is what Kendall says of membership, %s', (_, form) => {
    const x = normals(seedKey(1).split('x'), 700).map(form);
    const groups = integers(seedKey(1).split('g'), 700, 4);
    mannWhitney(x, groups, 4).forEach((found, g) => {
      const member = Float64Array.from(groups, (own) => (own === g ? 1 : 0));
      const { tau, z } = kendall(x, member);
      expect(found.tau).toBeCloseTo(tau, 12);
      expect(found.z).toBeCloseTo(z, 10);
      expect(found.members).toBe(member.reduce((a, b) => a + b, 0));
    });
  });

  test('has the published numbers', () => {
    // The example of scipy.stats.mannwhitneyu: U = 17; without continuity correction z = (17 − 10)/√(5·4·10/12) = 1.71464.
    const x = Float64Array.of(19, 22, 16, 29, 24, 20, 11, 17, 12);
    const [{ s, z }] = mannWhitney(x, [0, 0, 0, 0, 0, 1, 1, 1, 1], 2);
    expect((s + 20) / 2).toBe(17);
    expect(z).toBeCloseTo(1.7146, 4);
  });

  test('an empty group and one that holds all tell nothing', () => {
    const [all, none] = mannWhitney(Float64Array.of(1, 2, 3), [0, 0, 0], 2);
    expect(all.z).toBeNaN();
    expect(none.z).toBeNaN();
  });
});
