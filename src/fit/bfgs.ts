import { apply, dot, inverse, submatrix } from './dense.js';
import type { Limits } from './newton.js';

type Slope = (x: Float64Array) => Promise<{ readonly value: number; readonly gradient: Float64Array }>;

/**
 * Broyden, Fletcher, Goldfarb and Shanno's quasi-Newton method, projected onto limits: for where Newton's steps fail. Steps to
 * where the function is not finite are shortened.
 *
 * @param options.covariance the inverse Hessian to start from
 * @returns the last point; whether it is the minimum is for the caller to prove
 */
export async function bfgs(
  slope: Slope,
  start: Float64Array,
  { low, high }: Limits,
  options: { readonly goal: number; readonly budget: number; readonly covariance?: Float64Array | undefined },
): Promise<Float64Array> {
  const n = start.length;
  let x = start;
  let at = await slope(x);
  let v = options.covariance?.slice() ?? scaledUnit(x, at.gradient);
  for (let step = 0; step < options.budget; step++) {
    const pushed = (d: number, i: number): boolean => (x[i] <= low[i] && d > 0) || (x[i] >= high[i] && d < 0);
    const g = at.gradient.map((d, i) => (pushed(d, i) ? 0 : d));
    const held = [...g.keys()].filter((i) => pushed(at.gradient[i], i));
    let direction = downhill(v, g, held);
    if (!(dot(direction, g) < 0)) {
      v = scaledUnit(x, g);
      direction = downhill(v, g, held);
    }
    const descent = dot(direction, g);
    if (!(-descent / 2 > options.goal)) return x;
    let length = 1;
    let next: Float64Array;
    let there: Awaited<ReturnType<Slope>>;
    for (;;) {
      next = x.map((p, i) => Math.min(high[i], Math.max(low[i], p + length * direction[i])));
      there = await slope(next);
      if (there.value <= at.value + 1e-4 * length * descent) break;
      length *= Number.isFinite(there.value) ? 0.4 : 0.1;
      if (length < 1e-10) return x;
    }
    const s = next.map((p, i) => p - x[i]);
    const y = there.gradient.map((d, i) => d - at.gradient[i]);
    update(v, s, y, n);
    x = next;
    at = there;
  }
  return x;
}

/** −V g among the variables that are not held: their inverse Hessian is not a part of the whole one. */
function downhill(v: Float64Array, g: Float64Array, held: readonly number[]): Float64Array {
  if (!held.length) return apply(v, g).map((d) => -d);
  const n = g.length;
  const free = [...g.keys()].filter((i) => !held.includes(i));
  const hessian = inverse(v, n);
  const own = hessian && inverse(submatrix(hessian, n, free), free.length);
  const step = apply(
    own ?? submatrix(v, n, free),
    free.map((i) => g[i]),
  );
  const out = new Float64Array(n);
  free.forEach((i, k) => (out[i] = -step[k]));
  return out;
}

/** A step along the gradient that changes no variable by more than a tenth of itself. */
function scaledUnit(x: Float64Array, gradient: Float64Array): Float64Array {
  const n = x.length;
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const size = Math.abs(x[i]) || 1;
    out[i * n + i] = (0.1 * size) / Math.max(Math.abs(gradient[i]), 1e-300);
  }
  return out;
}

function update(v: Float64Array, s: Float64Array, y: Float64Array, n: number): void {
  const sy = dot(s, y);
  if (!(sy > 0)) return;
  const vy = apply(v, y);
  const factor = (1 + dot(y, vy) / sy) / sy;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) v[i * n + j] += factor * s[i] * s[j] - (vy[i] * s[j] + s[i] * vy[j]) / sy;
}
