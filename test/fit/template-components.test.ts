import { expect, test } from 'vitest';
import { contentsIn } from '../../src/fit/template-components.js';

test('contents of bins: [low, high) with the last edge, weights of either sign and their squares, nothing from outside', () => {
  const x = Float64Array.of(0, 0.25, 0.5, 1, -0.1, 1.1, NaN);
  const { sumw, sumw2 } = contentsIn([0, 0.25, 1], x, Float64Array.of(2, 3, -1, 5, 7, 7, 7));
  expect([...sumw, ...sumw2]).toEqual([2, 7, 4, 9 + 1 + 25]);
  expect([...contentsIn([0, 0.25, 1], x).sumw]).toEqual([1, 3]);
});
