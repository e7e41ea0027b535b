import type { Sample } from './check.js';
import { pair } from './pair.js';

/**
 * The first Wasserstein distance ∫ |F₁ − F₂| dx, in the unit of the values; weights of either sign with Σw > 0.
 *
 * @example wasserstein1({ values: Float64Array.of(0, 1, 3) }, { values: Float64Array.of(5, 6, 8) }) // 5
 */
export function wasserstein1(first: Sample, second: Sample): number {
  const { x, first: a, second: b } = pair(first, second);
  let sum = 0;
  for (let i = 0; i + 1 < x.length; i++) sum += Math.abs(a[i] - b[i]) * (x[i + 1] - x[i]);
  return sum;
}
