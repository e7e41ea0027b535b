import type { Algebra } from '../algebra.js';

/** What a polynomial density is kept above, its mean over the range being about 1. */
export const FLOOR = 1e-4;

/**
 * A polynomial where it exceeds ε = 10⁻⁴; below, ε/(1 − t + t²) with t = s/ε − 1 ≤ 0, which has the same value, slope and
 * bend at ε and stays positive however far the polynomial goes down. A likelihood then stays finite and twice
 * differentiable, and rises steeply, where a polynomial would be negative.
 */
export function guarded<T>(a: Algebra<T>, s: T): T {
  const floor = a.constant(FLOOR);
  const short = a.sub(s, floor);
  const t = a.mul(a.choose(short, short, a.constant(0)), a.constant(1 / FLOOR));
  const rest = a.div(floor, a.add(a.sub(a.constant(1), t), a.mul(t, t)));
  return a.choose(short, rest, s);
}

/** The places in [−1, 1] where a polynomial has its least values, ends included: minima on a grid, refined by parabolas. */
export function lowest(f: (u: number) => number, degree: number): { readonly value: number; readonly at: number } {
  const steps = 16 * (degree + 1);
  const value = (i: number): number => f(-1 + (2 * i) / steps);
  let best = { value: Infinity, at: 0 };
  const offer = (at: number): void => {
    const v = f(at);
    if (v < best.value) best = { value: v, at };
  };
  for (let i = 0; i <= steps; i++) {
    offer(-1 + (2 * i) / steps);
    if (i === 0 || i === steps || value(i) > value(i - 1) || value(i) > value(i + 1)) continue;
    let [middle, h] = [-1 + (2 * i) / steps, 2 / steps];
    for (let round = 0; round < 4; round++) {
      const [left, centre, right] = [f(middle - h), f(middle), f(middle + h)];
      const bend = left - 2 * centre + right;
      if (!(bend > 0)) break;
      middle = Math.min(1, Math.max(-1, middle + (0.5 * h * (left - right)) / bend));
      h /= 8;
    }
    offer(middle);
  }
  return best;
}
