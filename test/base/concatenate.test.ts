import { expect, test } from 'vitest';
import { concatenate } from '../../src/base/concatenate.js';

test('parts follow each other, empty ones leave no gap, no part gives nothing', () => {
  const parts = [Float64Array.of(1, 2), new Float64Array(0), Float64Array.of(3)];
  expect(concatenate(parts)).toEqual(Float64Array.of(1, 2, 3));
  expect(concatenate([])).toEqual(new Float64Array(0));
});
