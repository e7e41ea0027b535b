import { expect, test } from 'vitest';
import { nextDown, nextUp } from '../../src/stats/ulp.js';
import { normals, seedKey } from '../../src/stats/key.js';

test('next doubles: known values', () => {
  // python3 -c "import math; print([math.nextafter(x, math.inf) for x in (0.5, 1, 0.0, -1, -5e-324)])"
  expect([0.5, 1, 0, -1].map(nextUp)).toEqual([0.5000000000000001, 1.0000000000000002, 5e-324, -0.9999999999999999]);
  expect(nextUp(-5e-324)).toBe(-0);
  expect(nextUp(Infinity)).toBe(Infinity);
  expect(nextDown(Infinity)).toBe(Number.MAX_VALUE);
  expect(nextDown(-Infinity)).toBe(-Infinity);
  expect(nextUp(NaN)).toBeNaN();
});

test('nothing lies between, and back is back', () => {
  for (const v of normals(seedKey(1), 1000)) {
    const up = nextUp(v);
    expect(up).toBeGreaterThan(v);
    expect([v, up]).toContain((v + up) / 2);
    expect(nextDown(up)).toBe(v);
  }
});
