import { describe, expect, it } from 'vitest';
import { chained, linksOf, marginal } from '../../src/density/links.js';
import { integrateLast } from '../../src/density/grid.js';
import { seedKey, uniforms } from '../../src/stats/key.js';
import { plainAxis } from './toys.js';

const axes = [plainAxis('k', 3), plainAxis('x', 4), plainAxis('y', 5)];
const links = linksOf(axes, 1);
const draw = (name: string, size: number) => ({ values: uniforms(seedKey(2).split(name), size), clipped: 0 });

describe('a density of a chain', () => {
  const [first, second] = [draw('first', 12), draw('second', 60)];
  const { values } = chained(links, [first, second]);

  it('has a link for each variable, given those before', () => {
    expect(links.map((link) => [link.axes.map((a) => a.name).join(''), link.given])).toEqual([
      ['kx', 1],
      ['kxy', 2],
    ]);
  });

  it('has the density of the first link, and the shapes of the second', () => {
    integrateLast(values, axes, 1).forEach((v, i) => expect(v).toBeCloseTo(first.values[i], 14));
    const inside = integrateLast(second.values, axes, 1);
    values.forEach((v, i) => {
      const line = Math.floor(i / 5);
      expect(v / first.values[line]).toBeCloseTo(second.values[i] / inside[line], 12);
    });
  });

  it('of one link is that link, and of nothing is nothing', () => {
    expect(chained(links.slice(0, 1), [first])).toBe(first);
    const empty = { values: new Float64Array(60), clipped: 0.5 };
    expect(chained(links, [first, empty])).toEqual(empty);
  });

  it('is filled by what the grid holds on the first axes', () => {
    const counts = second.values;
    const sums = marginal(counts, axes.slice(0, 2));
    sums.forEach((v, i) =>
      expect(v).toBeCloseTo(
        [0, 1, 2, 3, 4].reduce((s, j) => s + counts[5 * i + j], 0),
        14,
      ),
    );
    expect(marginal(counts, axes)).toBe(counts);
  });
});
