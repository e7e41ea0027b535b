import { describe, expect, it } from 'vitest';
import { findAtoms } from '../../src/density/atoms.js';
import { atomOf, coordinate, coordinateSlope, makeAxis, valueAt } from '../../src/density/grid-axis.js';
import { NORMALISATIONS } from '../../src/density/normaliser.js';
import { PRE_TRANSFORMS, preTransform } from '../../src/density/pre-transform.js';
import { emptyCounts, fillCounts, placesOn } from '../../src/density/fill-grid.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';

describe('an axis', () => {
  const x = normals(seedKey(1), 5000).map((z) => 1 / (1 + Math.exp(-2 * z)));
  for (const transform of PRE_TRANSFORMS)
    for (const normaliser of NORMALISATIONS)
      it(`${transform}, ${normaliser}: goes there and back, rises, and has the slope that differences show`, () => {
        const axis = makeAxis({ name: 'x', nodes: 50, transform, normaliser }, { values: x });
        let before = -Infinity;
        for (const v of Float64Array.from(x.slice(0, 300)).sort()) {
          const y = coordinate(axis, v);
          expect(y).toBeGreaterThanOrEqual(before);
          before = y;
          expect(valueAt(axis, y)).toBeCloseTo(v, 10);
          const d = 1e-7 * v;
          const knots = axis.normaliser.x;
          const near = knots.some((k) => Math.abs(k - preTransform(transform).forward(v)) < 1e-5);
          if (near) continue;
          const difference = (coordinate(axis, v + d) - coordinate(axis, v - d)) / (2 * d);
          expect(coordinateSlope(axis, v) / difference).toBeCloseTo(1, 4);
        }
      });

  it('puts no event of its own sample outside, and counts those of others', () => {
    const axis = makeAxis({ name: 'x', nodes: 20, transform: 'log10', normaliser: 'flatten' }, { values: x });
    const count = (values: Float64Array) => {
      const counts = emptyCounts([axis]);
      fillCounts(counts, [axis], [placesOn(axis, values)]);
      return counts;
    };
    const own = count(x);
    expect([own.entries, own.outside, own.missing]).toEqual([5000, 0, 0]);
    expect(own.sumw.reduce((s, v) => s + v, 0)).toBeCloseTo(5000, 8);
    const other = count(Float64Array.of(2, NaN, -1, 0, Infinity, 0.5));
    expect([other.entries, other.outside, other.missing]).toEqual([1, 1, 4]);
  });

  it('flattens: every bin of the normalised axis holds as much', () => {
    const axis = makeAxis({ name: 'x', nodes: 10, normaliser: 'flatten', knots: 100 }, { values: x });
    const bins = new Array<number>(10).fill(0);
    for (const v of x) bins[Math.min(9, Math.floor(10 * coordinate(axis, v)))]++;
    for (const n of bins) expect(Math.abs(n - 500)).toBeLessThan(5);
  });
});

describe('atoms', () => {
  it('are found whatever the sign of the weights, and nothing else is', () => {
    const n = 10_000;
    const u = uniforms(seedKey(2), n);
    const values = u.map((v, i) => (i % 50 === 0 ? 1 : i % 100 === 1 ? -0 : v));
    const found = findAtoms({ values, weights: values.map((_, i) => (i % 2 ? -1 : 1)) });
    expect(found.map((a) => a.value)).toEqual([0, 1]);
    expect(found.map((a) => a.mass)).toEqual([0.01, 0.02]);
    expect(findAtoms({ values: u })).toEqual([]);
    expect(findAtoms({ values }, 0)).toEqual([]);
  });

  it('leave the range and the nodes to the other values', () => {
    const values = Float64Array.from({ length: 2000 }, (_, i) => (i % 4 === 0 ? -999 : i / 2000));
    const axis = makeAxis({ name: 'x', nodes: 5, normaliser: 'flatten', atoms: 0.01 }, { values });
    expect(atomOf(axis, -999)).toBe(0);
    expect(axis.normaliser.x[0]).toBeGreaterThanOrEqual(0);
  });

  it('of kinematics are kept only where there is hardly anything else, as with a charge', () => {
    const charge = Float64Array.from({ length: 1000 }, (_, i) => (i % 3 ? 1 : -1));
    const make = (values: Float64Array) =>
      makeAxis({ name: 'q', nodes: 4, atoms: 0.005, allOrNothing: true }, { values });
    expect(make(charge).atoms.map((a) => a.value)).toEqual([-1, 1]);
    const tracks = Float64Array.from({ length: 6000 }, (_, i) => i % 60);
    expect(make(tracks).atoms).toEqual([]);
  });

  it('and an axis without any usable value, or of one value, are refused in words', () => {
    expect(() => makeAxis({ name: 'x', nodes: 5 }, { values: Float64Array.of(NaN, NaN) })).toThrow(
      '"x" has no usable value',
    );
    expect(() => makeAxis({ name: 'x', nodes: 5 }, { values: Float64Array.of(3, 3) })).toThrow(
      '"x" is 3 in all events',
    );
    expect(() => makeAxis({ name: 'x', nodes: 1 }, { values: Float64Array.of(3, 4) })).toThrow(
      'no usable number of nodes',
    );
  });
});
