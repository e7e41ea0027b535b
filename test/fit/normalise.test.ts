import { describe, expect, test } from 'vitest';
import { numberAlgebra } from '../../src/fit/number-algebra.js';
import { gaussLegendre, integrate } from '../../src/fit/normalise.js';

const integral = (f: (x: number) => number, low: number, high: number, breaks: number[] = []): number =>
  integrate(numberAlgebra, f, f, low, high, breaks);

test('Gauss–Legendre integrates every polynomial up to its degree exactly', () => {
  for (const order of [1, 2, 5, 16]) {
    const { nodes, weights } = gaussLegendre(order);
    for (let degree = 0; degree < 2 * order; degree++) {
      const sum = nodes.reduce((total, x, i) => total + weights[i] * x ** degree, 0);
      expect(sum).toBeCloseTo(degree % 2 ? 0 : 2 / (degree + 1), 13);
    }
  }
});

describe('closed forms', () => {
  test.each([
    ['a smooth function', (x: number) => Math.exp(-x), 0, 5, [], 1 - Math.exp(-5)],
    [
      'a narrow peak',
      (x: number) => 1 / (1 + ((x - 0.3) / 1e-4) ** 2),
      0,
      1,
      [0.3],
      1e-4 * (Math.atan(7e3) + Math.atan(3e3)),
    ],
    ['a square root at the end', (x: number) => Math.sqrt(x), 0, 1, [], 2 / 3],
    ['a kink nobody told of', (x: number) => Math.abs(x - Math.SQRT1_2), 0, 1, [], 0.5 - Math.SQRT1_2 + 0.5],
    ['a step nobody told of', (x: number) => (x < Math.SQRT1_2 ? 1 : 0), 0, 1, [], Math.SQRT1_2],
  ] as const)('%s', (_, f, low, high, breaks, exact) => {
    expect(Math.abs(integral(f, low, high, [...breaks]) / exact - 1)).toBeLessThan(2e-12);
  });
});

test('breaks outside the range and twice the same do no harm', () => {
  expect(integral((x) => x * x, 0, 1, [-1, 0.5, 0.5, 2, 1, 0])).toBeCloseTo(1 / 3, 14);
});
