import { apply, dot, inverse, submatrix } from './dense.js';

/** Value and derivatives of what is minimised; the Hessian is n × n, row by row. */
export interface Point {
  readonly value: number;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
}

/** A function of several variables with exact derivatives. */
export interface Objective {
  evaluate(x: Float64Array): Promise<Point>;
}

export interface Limits {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export interface Minimum extends Point {
  readonly x: Float64Array;
  /** Estimated distance of the value from the minimum, ½ gᵀH⁻¹g over the variables not held at a limit. */
  readonly edm: number;
  readonly steps: number;
  readonly converged: boolean;
  /** Variables at a limit with a slope that pushes outwards. */
  readonly held: readonly number[];
  /** Variables that the function does not depend on there: the width of a part whose fraction is 0. */
  readonly idle: readonly number[];
}

export interface NewtonOptions {
  /** Converged where the edm falls below; in units of the function. */
  readonly goal: number;
  readonly budget: number;
  /** Variables that stay where they are. */
  readonly fixed?: readonly number[];
  /** What is known at the start already. */
  readonly first?: Point | undefined;
}

const SMALLEST = 1e-9;
const HOPELESS = 1e12;
const ROUNDING = 1e-7;

/**
 * Newton's method with Levenberg's damping and limits (projected): variables at a limit whose slope pushes outwards are
 * held there, the others take the damped step. A step to where the function is not finite is refused like one uphill.
 *
 * Source: damping after D. W. Marquardt, SIAM J. Appl. Math. 11 (1963) 431; active set after D. P. Bertsekas, SIAM J. Control
 * Optim. 20 (1982) 221.
 */
export async function newton(
  objective: Objective,
  start: Float64Array,
  limits: Limits,
  options: NewtonOptions,
): Promise<Minimum> {
  const n = start.length;
  const fixed = new Set(options.fixed ?? []);
  let x = start;
  let at = options.first ?? (await objective.evaluate(x));
  let damping = 1e-3;
  let edm = Infinity;
  let held: number[] = [];
  let idle: number[] = [];
  let steps = 0;
  if (!isFinite(at)) return { ...at, x, edm, steps, held, idle, converged: false };
  for (; steps < options.budget; steps++) {
    held = heldAtLimits(x, at.gradient, limits, fixed);
    const moving = Array.from({ length: n }, (_, i) => i).filter((i) => !fixed.has(i) && !held.includes(i));
    idle = moving.filter((i) => at.gradient[i] === 0 && at.hessian[i * n + i] === 0);
    const free = moving.filter((i) => !idle.includes(i));
    if (!free.length) return { ...at, x, edm: 0, steps, held, idle, converged: true };
    const g = Float64Array.from(free, (i) => at.gradient[i]);
    const h = submatrix(at.hessian, n, free);
    const exact = inverse(h, free.length);
    edm = exact ? dot(g, apply(exact, g)) / 2 : Infinity;
    if (edm < options.goal) return { ...at, x, edm, steps, held, idle, converged: true };
    let next: { x: Float64Array; at: Point } | undefined;
    while (!next) {
      const step = dampedStep(h, g, free.length, damping);
      const there = step && advance(x, free, step, h, limits);
      const point = there && (await objective.evaluate(there));
      // Rounding of a large sum must not look like a step uphill.
      if (there && point && isFinite(point) && point.value <= at.value + 1e-13 * Math.abs(at.value))
        next = { x: there, at: point };
      else {
        damping = Math.max(damping * 8, 1e-6);
        // Where rounding hides the last step there is no lower point to be found.
        if (damping > HOPELESS)
          return { ...at, x, edm, steps, held, idle, converged: edm < Math.max(options.goal, ROUNDING) };
      }
    }
    ({ x, at } = next);
    damping = Math.max(damping / 10, SMALLEST);
  }
  return { ...at, x, edm, steps, held, idle, converged: edm < options.goal };
}

const isFinite = ({ value, gradient, hessian }: Point): boolean =>
  Number.isFinite(value) && gradient.every(Number.isFinite) && hessian.every(Number.isFinite);

function heldAtLimits(x: Float64Array, gradient: Float64Array, limits: Limits, fixed: ReadonlySet<number>): number[] {
  const out: number[] = [];
  for (let i = 0; i < x.length; i++) {
    if (fixed.has(i)) continue;
    if ((x[i] <= limits.low[i] && gradient[i] > 0) || (x[i] >= limits.high[i] && gradient[i] < 0)) out.push(i);
  }
  return out;
}

function dampedStep(h: Float64Array, g: Float64Array, n: number, damping: number): Float64Array | undefined {
  const damped = h.slice();
  for (let i = 0; i < n; i++) damped[i * n + i] = Math.abs(damped[i * n + i]) * (1 + damping) + 1e-300;
  const inverted = inverse(damped, n);
  if (!inverted) return undefined;
  const step = apply(inverted, g);
  for (let i = 0; i < n; i++) step[i] = -step[i];
  return step.every(Number.isFinite) ? step : undefined;
}

/**
 * The point after a step. A step that crosses a limit ends 9/10 of the way to it, so that the other variables can follow
 * before the limit is reached; from within a twentieth of the variable's conditional error it goes onto it.
 */
function advance(
  x: Float64Array,
  free: readonly number[],
  step: Float64Array,
  hessian: Float64Array,
  { low, high }: Limits,
): Float64Array {
  const out = x.slice();
  free.forEach((i, k) => {
    const to = x[i] + step[k];
    if (to > low[i] && to < high[i]) out[i] = to;
    else {
      const limit = to <= low[i] ? low[i] : high[i];
      const near = 0.05 / Math.sqrt(Math.abs(hessian[k * free.length + k]));
      out[i] = Math.abs(limit - x[i]) < near ? limit : x[i] + 0.9 * (limit - x[i]);
    }
  });
  return out;
}
