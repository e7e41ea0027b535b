const float = new Float64Array(1);
const bits = new BigInt64Array(float.buffer);

/**
 * The smallest double above v; NaN and +∞ stay.
 *
 * Right-closed bins of doubles are left-closed bins of the next doubles: (a, b] = [nextUp(a), nextUp(b)).
 *
 * @example nextUp(0.5) // 0.5000000000000001
 */
export function nextUp(v: number): number {
  if (Number.isNaN(v) || v === Infinity) return v;
  if (v === 0) return Number.MIN_VALUE;
  float[0] = v;
  bits[0] += v > 0 ? 1n : -1n;
  return float[0];
}

/** The largest double below v; NaN and −∞ stay. */
export const nextDown = (v: number): number => -nextUp(-v);
