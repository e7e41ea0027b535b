import { describe, expect, it } from 'vitest';
import { integrateLast, slotLengths } from '../../src/density/grid.js';
import { monotoneValues, pool } from '../../src/density/monotone.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';
import { plainAxis } from './toys.js';

const sum = (v: Float64Array): number => v.reduce((s, x) => s + x, 0);
const cumulative = (v: Float64Array): Float64Array => {
  let total = 0;
  return v.map((x) => (total += x));
};

describe('the nearest rising cumulative sum', () => {
  it('pools adjacent violators: scikit-learn’s IsotonicRegression of 5, 4, 3, 7, 6, 9 gives 4, 4, 4, 6.5, 6.5, 9', () => {
    const content = Float64Array.of(5, -1, -1, 4, -1, 3);
    pool(content, 9);
    expect([...cumulative(content)]).toEqual([4, 4, 4, 6.5, 6.5, 9]);
  });

  it('stays between nothing and the total', () => {
    const content = Float64Array.of(-1, 3, 4, -2);
    pool(content, 4);
    expect([...cumulative(content)]).toEqual([0, 2, 4, 4]);
  });

  it('is nearer to the signed sum than any other rising one that ends at the total', () => {
    const signed = normals(seedKey(1), 30).map((z) => 0.3 + z);
    const total = sum(signed);
    const wanted = cumulative(signed);
    const distance = (c: Float64Array): number => c.reduce((s, v, i) => s + (v - wanted[i]) ** 2, 0);
    const best = signed.slice();
    pool(best, total);
    const least = distance(cumulative(best));
    for (let trial = 0; trial < 200; trial++) {
      // Between the best and any other rising sum lie rising sums: none may be nearer.
      const other = uniforms(seedKey(2).split('trial', trial), 30);
      const scale = total / sum(other);
      for (const t of [0.01, 0.3]) {
        const between = best.map((v, i) => (1 - t) * v + t * other[i] * scale);
        expect(distance(cumulative(between))).toBeGreaterThanOrEqual(least - 1e-12);
      }
    }
  });
});

describe('a signed density', () => {
  const axes = [
    plainAxis('k', 6),
    plainAxis('x', 25, 0, 1, { atoms: [{ value: 1, mass: 0.1 }] }),
    plainAxis('y', 20, 0, 1, { atoms: [{ value: -9, mass: 0.1 }] }),
  ];
  const size = 6 * 26 * 21;
  const values = normals(seedKey(3), size).map((z) => 0.6 + z);
  const made = monotoneValues(values, axes, 1);

  it('is nowhere negative any more, and every line of kinematics keeps its total', () => {
    expect(made.clipped).toBeGreaterThan(0.1);
    expect(Math.min(...made.values)).toBeGreaterThanOrEqual(0);
    const [before, after] = [values, made.values].map((v) => integrateLast(v, axes, 2));
    after.forEach((v, i) => expect(v / before[i]).toBeCloseTo(1, 10));
    // Set to zero it would have grown.
    const cut = integrateLast(
      values.map((v) => Math.max(0, v)),
      axes,
      2,
    );
    cut.forEach((v, i) => expect(v / before[i]).toBeGreaterThan(1.05));
  });

  it('is left as it is where it is positive already', () => {
    const positive = values.map(Math.abs);
    expect(monotoneValues(positive, axes, 1)).toEqual({ values: positive, clipped: 0 });
  });

  it('has its atoms in their place: a sentinel before the nodes gives to the first of them', () => {
    const axis = plainAxis('x', 3, 0, 1, { atoms: [{ value: -9, mass: 0.1 }] });
    const [half, one] = slotLengths(axis);
    // In order of value: −9 holds −1, the nodes 2, 1, 1.
    const found = monotoneValues(Float64Array.of(2 / half, 1 / one, 1 / half, -1), [axis], 0).values;
    const content = [found[3], found[0] * half, found[1] * one, found[2] * half];
    expect(content.map((c) => Math.round(1e9 * c) / 1e9)).toEqual([0, 1, 1, 1]);
  });

  it('that has nothing at some kinematics has nothing there', () => {
    const axis = [plainAxis('k', 2), plainAxis('x', 3)];
    const found = monotoneValues(Float64Array.of(-1, 0.1, 0, 1, -0.5, 1), axis, 1).values;
    expect([...found.subarray(0, 3)]).toEqual([0, 0, 0]);
    expect(sum(found.subarray(3))).toBeGreaterThan(0);
  });
});
