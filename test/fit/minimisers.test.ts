import { describe, expect, test } from 'vitest';
import { bfgs } from '../../src/fit/bfgs.js';
import { inverse } from '../../src/fit/dense.js';
import { newton, type Limits, type Objective } from '../../src/fit/newton.js';

const free: Limits = { low: Float64Array.of(-Infinity, -Infinity), high: Float64Array.of(Infinity, Infinity) };

/** Rosenbrock's valley: a curved one, with its only minimum at (1, 1). */
const valley: Objective = {
  evaluate: ([x, y]) =>
    Promise.resolve({
      value: 100 * (y - x * x) ** 2 + (1 - x) ** 2,
      gradient: Float64Array.of(-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)),
      hessian: Float64Array.of(1200 * x * x - 400 * y + 2, -400 * x, -400 * x, 200),
    }),
};

describe('Newton with limits', () => {
  test('follows a curved valley to its end', async () => {
    const { x, converged, edm } = await newton(valley, Float64Array.of(-1.2, 1), free, { goal: 1e-12, budget: 100 });
    expect(converged).toBe(true);
    expect(edm).toBeLessThan(1e-12);
    expect(x[0]).toBeCloseTo(1, 6);
    expect(x[1]).toBeCloseTo(1, 6);
  });

  test('stops at a limit in the way, in the minimum along it', async () => {
    const limits = { ...free, high: Float64Array.of(0.5, Infinity) };
    const { x, held, converged } = await newton(valley, Float64Array.of(-1.2, 1), limits, { goal: 1e-12, budget: 200 });
    expect(converged).toBe(true);
    expect(held).toEqual([0]);
    expect(x[0]).toBe(0.5);
    expect(x[1]).toBeCloseTo(0.25, 6);
  });

  test('leaves a limit that the minimum does not lie beyond', async () => {
    const limits = { ...free, low: Float64Array.of(-1.2, -Infinity) };
    const { x, held } = await newton(valley, Float64Array.of(-1.2, 1), limits, { goal: 1e-12, budget: 200 });
    expect(held).toEqual([]);
    expect(x[0]).toBeCloseTo(1, 6);
  });

  test('refuses steps to where the function is not finite, and ends within its budget', async () => {
    // −ln(1 − x²): steep walls, nothing beyond.
    const wall: Objective = {
      evaluate: ([x]) => {
        const d = 1 - x * x;
        const value = d > 0 ? -Math.log(d) - 0.3 * x : Number.NaN;
        return Promise.resolve({
          value,
          gradient: Float64Array.of((2 * x) / d - 0.3),
          hessian: Float64Array.of((2 * (1 + x * x)) / (d * d)),
        });
      },
    };
    const one = { low: Float64Array.of(-Infinity), high: Float64Array.of(Infinity) };
    const { x, converged } = await newton(wall, Float64Array.of(-0.999), one, { goal: 1e-14, budget: 60 });
    expect(converged).toBe(true);
    // 2x/(1 − x²) = 0.3
    expect(x[0]).toBeCloseTo((Math.sqrt(1 + 0.09) - 1) / 0.3, 6);
    const nowhere = await newton(wall, Float64Array.of(3), one, { goal: 1e-9, budget: 60 });
    expect(nowhere.converged).toBe(false);
  });

  test('what the function does not depend on is idle, not an obstacle', async () => {
    const flat: Objective = {
      evaluate: ([x]) =>
        Promise.resolve({ value: x * x, gradient: Float64Array.of(2 * x, 0), hessian: Float64Array.of(2, 0, 0, 0) }),
    };
    const { x, idle, converged } = await newton(flat, Float64Array.of(3, 7), free, { goal: 1e-12, budget: 50 });
    expect(converged).toBe(true);
    expect(idle).toEqual([1]);
    expect(x[0]).toBeCloseTo(0, 5);
    expect(x[1]).toBe(7);
  });
});

test('quasi-Newton ends in the same valley, and on the same limit', async () => {
  const slope = (x: Float64Array) => valley.evaluate(x);
  const end = await bfgs(slope, Float64Array.of(-1.2, 1), free, { goal: 1e-12, budget: 500 });
  expect(end[0]).toBeCloseTo(1, 4);
  const limits = { ...free, high: Float64Array.of(0.5, Infinity) };
  const held = await bfgs(slope, Float64Array.of(-1.2, 1), limits, { goal: 1e-12, budget: 500 });
  expect(held[0]).toBe(0.5);
  expect(held[1]).toBeCloseTo(0.25, 3);
});

test('the inverse of a badly scaled matrix; none of an indefinite one', () => {
  const m = Float64Array.of(4e12, 3e3, 3e3, 9e-6);
  const v = inverse(m, 2) as Float64Array;
  const det = 4e12 * 9e-6 - 9e6;
  expect(v[0] / (9e-6 / det)).toBeCloseTo(1, 9);
  expect(v[1] / (-3e3 / det)).toBeCloseTo(1, 9);
  expect(inverse(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined();
});
