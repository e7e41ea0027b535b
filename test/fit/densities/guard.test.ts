import { expect, test } from 'vitest';
import { chebyshev } from '../../../src/fit/densities/chebyshev.js';
import { FLOOR, guarded, lowest } from '../../../src/fit/densities/guard.js';
import { dualAlgebra, variableDual } from '../../../src/fit/dual-algebra.js';
import { fitModel } from '../../../src/fit/fit-model.js';
import { singleModel } from '../../../src/fit/model.js';
import { numberAlgebra } from '../../../src/fit/number-algebra.js';
import { singlePdf } from '../../../src/fit/compose/single.js';
import { seedKey, uniforms } from '../../../src/stats/key.js';

test('above the floor nothing is changed; below, the curve goes on with the same value, slope and bend', () => {
  expect(guarded(numberAlgebra, 0.3)).toBe(0.3);
  const at = (s: number) => guarded(dualAlgebra, variableDual(s, 0));
  const below = at(FLOOR * (1 - 1e-9));
  expect(below.value / FLOOR).toBeCloseTo(1, 8);
  expect(below.gradient[0]).toBeCloseTo(1, 8);
  expect(below.hessian[0] * FLOOR).toBeCloseTo(0, 7);
});

test('below the floor it stays positive and rises with the polynomial', () => {
  const values = [-1e6, -10, -1, -1e-3, 0, 5e-5, FLOOR].map((s) => guarded(numberAlgebra, s));
  for (const [i, v] of values.entries()) expect(v).toBeGreaterThan(i ? values[i - 1] : 0);
});

test('the least value of a polynomial is found between the points of the grid', () => {
  const u0 = 0.123456;
  const { value, at } = lowest((u) => (u - u0) ** 2 - 1e-5, 2);
  expect(at).toBeCloseTo(u0, 8);
  expect(value).toBeCloseTo(-1e-5, 12);
  expect(lowest((u) => u, 1)).toEqual({ value: -1, at: -1 });
});

test('a fit converges where the density touches zero, to the truth (4.5 errors)', async () => {
  // (1 + u)² = 3/2 (1 + 4/3 T₁ + 1/3 T₂), which is zero at the lower end.
  const x = uniforms(seedKey(1), 20_000).map(Math.cbrt);
  const pdf = singlePdf(chebyshev([0, 1], 2), 'x');
  const fit = await fitModel(singleModel([{ name: 'b', pdf }]), { columns: { x } });
  expect(fit.status, fit.message).toBe('converged');
  const { 'b.c1': c1, 'b.c2': c2 } = fit.parameters;
  expect(Math.abs(c1.value - 4 / 3) / c1.error).toBeLessThan(4.5);
  expect(Math.abs(c2.value - 1 / 3) / c2.error).toBeLessThan(4.5);
});

test('the limits of Chebyshev coefficients are sharp: polynomials on them touch zero', () => {
  const limits = (order: number): number[] => chebyshev([0, 1], order).parameters.map((p) => p.high);
  expect(limits(1)).toEqual([1]);
  // 1 + √2 T₁ + ½ T₂ = (1 + √2 u)²/2 … its least value is 0: Fejér's extremal polynomial of degree 2.
  expect(limits(2)[0]).toBeCloseTo(Math.SQRT2, 11);
  expect(lowest((u) => 1 + Math.SQRT2 * u + 0.5 * (2 * u * u - 1), 2).value).toBeCloseTo(0, 12);
  expect(limits(2)[1]).toBe(1);
  expect(limits(4)[0]).toBeCloseTo(2 * Math.cos(Math.PI / 6), 11);
});
