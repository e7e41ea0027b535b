import { describe, expect, test } from 'vitest';
import { COLUMN_TRANSFORMS, columnTransform, transformColumn } from '../../src/models/column-transform.js';

const POINTS: Record<string, number[]> = {
  none: [-3, 0, 7],
  log10: [1e-6, 0.02, 1, 5000],
  log: [1e-6, 0.02, 1, 5000],
  logit: [1e-6, 0.2, 0.5, 0.999],
  asinh: [-2000, -1, 0, 1e-3, 40],
};

describe.each(COLUMN_TRANSFORMS.map((name) => ({ name })))('column transform $name', ({ name }) => {
  const { forward, inverse, logSlope } = columnTransform(name);
  test.each(POINTS[name])('at %d: inverse undoes forward, and the slope is the derivative', (x) => {
    const y = forward(x);
    expect(Math.abs(inverse(y) - x)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(x)));
    const step = 1e-6 * (name === 'logit' ? x * (1 - x) : Math.max(Math.abs(x), 1e-3));
    const slope = (forward(x + step) - forward(x - step)) / (2 * step);
    expect(Math.exp(logSlope(y)) / slope).toBeCloseTo(1, 6);
  });
});

test('columns are transformed in double precision; outside the domain stand NaN and infinities', () => {
  expect([...transformColumn('log10', [100, 0, -1])]).toEqual([2, -Infinity, NaN]);
});

test('an unknown name is refused with a near one', () => {
  expect(() => columnTransform('logg' as 'log')).toThrow(/unknown column transform "logg"/);
});
