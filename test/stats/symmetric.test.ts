import { expect, test } from 'vitest';
import { normals, seedKey } from '../../src/stats/key.js';
import { invertSymmetric } from '../../src/stats/symmetric.js';

test('the product with the inverse is 1, for rows of very different size', () => {
  const n = 6;
  const z = normals(seedKey(3), 20 * n);
  const matrix = Array.from({ length: n }, (_, i) =>
    Float64Array.from({ length: n }, (__, j) => {
      let sum = 0;
      for (let k = 0; k < 20; k++) sum += z[20 * i + k] * z[20 * j + k];
      return sum * 10 ** (i + j);
    }),
  );
  const { matrix: inverse, independence } = invertSymmetric(matrix);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const product = matrix[i].reduce((s, v, k) => s + v * inverse[k][j], 0);
      expect(product * 10 ** (j - i)).toBeCloseTo(i === j ? 1 : 0, 11);
    }
  expect(independence).toBeGreaterThan(0.05);
});

test('a row that the others explain is named', () => {
  const matrix = [
    [1, 0.5, 1.5],
    [0.5, 1, 1.5],
    [1.5, 1.5, 3],
  ];
  expect(() => invertSymmetric(matrix, ['a', 'b', 'a + b'])).toThrow('"a + b" cannot be told from the others');
});
