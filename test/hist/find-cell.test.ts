import { describe, expect, it } from 'vitest';
import { binOf, cellBounds, cellFinder } from '../../src/hist/find-cell.js';

describe('finding cells', () => {
  it('puts a value on an edge into the bin that the edge belongs to', () => {
    const edges = [0, 1, 2.5, 4];
    expect([0, 0.5, 1, 2.5, 4, 4.1, NaN].map((v) => binOf(edges, v, 'right'))).toEqual([-1, 0, 0, 1, 2, -1, -1]);
    expect([0, 0.5, 1, 2.5, 4, -1, NaN].map((v) => binOf(edges, v, 'left'))).toEqual([0, 0, 1, 2, -1, -1, -1]);
  });

  it('finds every cell again by its middle', () => {
    const axes = [
      { column: 'a', edges: [0, 1, 3] },
      { column: 'b', edges: [-1, 0, 1, 2] },
      { column: 'c', edges: [5, 6] },
    ];
    const middles = [0, 1, 2, 3, 4, 5].map((c) => cellBounds(axes, c).map(([low, high]) => (low + high) / 2));
    const find = cellFinder(
      axes,
      [0, 1, 2].map((a) => Float64Array.from(middles, (m) => m[a])),
    );
    expect(middles.map((_, i) => find(i))).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
