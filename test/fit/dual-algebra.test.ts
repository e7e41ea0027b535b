import { describe, expect, test } from 'vitest';
import type { ScalarAlgebra } from '../../src/fit/algebra.js';
import {
  constantDual,
  dualAlgebra,
  gradientOf,
  hessianOf,
  variableDual,
  type Dual,
} from '../../src/fit/dual-algebra.js';
import { numberAlgebra } from '../../src/fit/number-algebra.js';

type Formula = <T>(a: ScalarAlgebra<T>, v: readonly T[]) => T;

const POINT = [0.7, 1.3, -0.4];

const formulas: Record<string, Formula> = {
  sum: (a, [x, y]) => a.add(a.sub(x, y), a.constant(3)),
  product: (a, [x, y, z]) => a.mul(a.mul(x, y), a.mul(z, x)),
  quotient: (a, [x, y, z]) => a.div(a.mul(x, z), a.add(y, a.mul(x, x))),
  'by a number': (a, [x, y]) => a.div(a.mul(x, y), a.constant(3)),
  'of a number': (a, [, y]) => a.div(a.constant(2), y),
  exp: (a, [x, y]) => a.exp(a.mul(x, y)),
  log: (a, [x, y]) => a.log(a.add(x, a.mul(y, y))),
  sqrt: (a, [x, y]) => a.sqrt(a.add(x, y)),
  neg: (a, [x, , z]) => a.neg(a.mul(x, z)),
  erf: (a, [x, y]) => a.erf(a.mul(x, y)),
  erfc: (a, [x, y]) => a.erfc(a.add(x, y)),
  atan: (a, [x, , z]) => a.atan(a.div(z, x)),
  choose: (a, [x, y, z]) => a.choose(z, a.mul(x, y), a.exp(y)),
};

const dualsAt = (point: readonly number[]): Dual[] => point.map((v, i) => variableDual(v, i));
const moved = (point: readonly number[], i: number, by: number): number[] =>
  point.map((v, k) => (k === i ? v + by : v));

describe.each(Object.entries(formulas))('%s', (_, formula) => {
  const dual = formula(dualAlgebra, dualsAt(POINT));

  test('has the value of plain numbers', () => {
    expect(dual.value).toBe(formula(numberAlgebra, POINT));
  });

  test('has the derivatives of central differences', () => {
    const h = 1e-5;
    const gradient = gradientOf(dual, 3);
    const hessian = hessianOf(dual, 3);
    for (let i = 0; i < 3; i++) {
      const [up, down] = [moved(POINT, i, h), moved(POINT, i, -h)];
      expect(gradient[i]).toBeCloseTo((formula(numberAlgebra, up) - formula(numberAlgebra, down)) / (2 * h), 8);
      const slopes = [up, down].map((p) => gradientOf(formula(dualAlgebra, dualsAt(p)), 3));
      for (let j = 0; j < 3; j++) expect(hessian[3 * i + j]).toBeCloseTo((slopes[0][j] - slopes[1][j]) / (2 * h), 8);
    }
  });
});

test('closed forms: the derivatives of x²y³', () => {
  const [x, y] = dualsAt([2, 3]);
  const a = dualAlgebra;
  const f = a.mul(a.mul(x, x), a.mul(y, a.mul(y, y)));
  expect(f.value).toBe(108);
  expect([...gradientOf(f, 2)]).toEqual([108, 108]);
  expect([...hessianOf(f, 2)]).toEqual([54, 108, 108, 72]);
});

test('a variable that takes no part takes no room', () => {
  const x = variableDual(2, 5);
  const a = dualAlgebra;
  expect(a.mul(a.exp(x), constantDual(3)).on).toEqual([5]);
  expect(a.add(constantDual(1), constantDual(2)).on).toEqual([]);
  // Both operands depend on the same: no comparison, no copy.
  expect(a.mul(a.exp(x), a.log(x)).on).toBe(x.on);
});

test('the derivative of 1/x holds where x is tiny', () => {
  const y = dualAlgebra.div(constantDual(1), variableDual(1e-8, 0));
  expect(y.gradient[0]).toBeCloseTo(-1e16, -6);
  expect(y.hessian[0] / 2e24).toBeCloseTo(1, 12);
});
