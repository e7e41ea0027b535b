import { expect, test } from 'vitest';
import { contentsIn, templateOf } from '../../src/fit/template-components.js';

test('contents of bins: [low, high) with the last edge, weights of either sign and their squares, nothing from outside', () => {
  const x = Float64Array.of(0, 0.25, 0.5, 1, -0.1, 1.1, NaN);
  const { sumw, sumw2 } = contentsIn([0, 0.25, 1], x, Float64Array.of(2, 3, -1, 5, 7, 7, 7));
  expect([...sumw, ...sumw2]).toEqual([2, 7, 4, 9 + 1 + 25]);
  expect([...contentsIn([0, 0.25, 1], x).sumw]).toEqual([1, 3]);
});

test('a bin without content has a thousandth of what an even distribution has', () => {
  const { density } = templateOf({ name: 'signal', x: Float64Array.of(0.1, 0.2, 0.3, 0.4) }, [0, 0.5, 1]);
  const [full, floor] = density(Float64Array.of(0.25, 0.75));
  expect(floor / full).toBeCloseTo(1e-3 / 2, 15);
  expect((full + floor) / 2).toBeCloseTo(1, 14);
});
