import { seedKey, uniforms } from '../stats/key.js';
import { bfgs } from './bfgs.js';
import { apply, dot, inverse } from './dense.js';
import type { Likelihood } from './likelihood.js';
import { newton, type Limits, type Minimum } from './newton.js';
import type { PreparedFit } from './prepare.js';

export interface MinimiseOptions {
  /** Steps of each of the minimisations. */
  readonly budget: number;
  /** Further starts where the first ends in doubt. */
  readonly starts: number;
  /** Starts that end in what describes the data badly are in doubt too. */
  readonly isBad?: ((x: Float64Array) => boolean) | undefined;
}

// Below these distances from the minimum, values are right to 10⁻⁵ (points) and 10⁻³ (all events) of their errors.
const QUICK_GOAL = 1e-11;
const FULL_GOAL = 5e-7;

/**
 * The minimum: Newton on the points that stand for the events, from other starts where in doubt, looking once to either side
 * of what it found, proven (and where need
 * be improved) on all of them.
 */
export async function minimise(fit: PreparedFit, options: MinimiseOptions): Promise<Minimum> {
  const { quick, full, limits } = fit;
  let best = await newton(quick, fit.start, limits, { goal: QUICK_GOAL, budget: options.budget });
  for (let k = 0; k < options.starts && isInDoubt(best, options); k++) {
    const start = otherStart(fit, k);
    const other = await newton(quick, start, limits, { goal: QUICK_GOAL, budget: options.budget });
    if (isBetter(other, best)) best = other;
  }
  if (options.starts > 0 && best.converged)
    for (const start of neighbours(best, limits)) {
      const other = await newton(quick, start, limits, { goal: QUICK_GOAL, budget: options.budget });
      if (isBetter(other, best)) best = other;
    }
  const x = ordered(fit, best.x);
  if (quick === full && x === best.x) return best.converged ? best : proven(full, best, limits, options);
  const first = await full.evaluate(x);
  const end = await newton(full, x, limits, { goal: FULL_GOAL, budget: options.budget, first });
  return end.converged ? end : proven(full, end, limits, options);
}

/** Quasi-Newton from where Newton's method gave up, and its Hessian there. */
async function proven(full: Likelihood, from: Minimum, limits: Limits, { budget }: MinimiseOptions): Promise<Minimum> {
  if (!Number.isFinite(from.value)) return from;
  const x = await bfgs((p) => full.slope(p), from.x, limits, {
    goal: FULL_GOAL,
    budget: 4 * budget,
    covariance: inverse(from.hessian, from.x.length),
  });
  const end = await newton(full, x, limits, { goal: FULL_GOAL, budget });
  return isBetter(end, from) ? end : from;
}

const isInDoubt = (m: Minimum, { isBad }: MinimiseOptions): boolean =>
  !m.converged || m.held.length > 0 || m.idle.length > 0 || (isBad?.(m.x) ?? false);

function isBetter(a: Minimum, b: Minimum): boolean {
  if (!Number.isFinite(a.value)) return false;
  if (!Number.isFinite(b.value)) return true;
  if (a.converged !== b.converged) return a.converged && a.value < b.value + 1;
  return a.value < b.value - 1e-6;
}

/** Another place to start: shapes anywhere in the middle half between their limits, or up to half as far again. */
function otherStart({ start, limits, table }: PreparedFit, round: number): Float64Array {
  const u = uniforms(seedKey(1).split('fit start', round), start.length);
  return start.map((s, i) => {
    const entry = table.entries[table.free[i]];
    const [low, high] = [limits.low[i], limits.high[i]];
    if (entry.role === 'yield') return Math.min(high, Math.max(low, s * (0.3 + 1.4 * u[i])));
    // Near the proposal at first, farther away later.
    const reach = (0.25 * (round + 1)) / (round + 2);
    const span = Number.isFinite(high - low) ? high - low : 2 * Math.abs(s) + 1;
    const to = s + (2 * u[i] - 1) * reach * span;
    return Math.min(Math.max(to, low + 0.02 * (s - low)), high - 0.02 * (high - s));
  });
}

/**
 * Two and a half errors away to either side in the direction that the data determine worst: where densities have kinks, or two
 * parts of a sum share the work, a likelihood may have a second minimum there.
 */
function neighbours({ x, hessian }: Minimum, limits: Limits): Float64Array[] {
  const n = x.length;
  const v = inverse(hessian, n);
  if (!v || n < 3) return [];
  const error = x.map((_, i) => Math.sqrt(v[i * n + i]));
  const correlation = v.map((c, k) => c / (error[Math.floor(k / n)] * error[k % n]));
  // The largest eigenvector, by powers of the matrix.
  let u = new Float64Array(n).map((_, i) => 1 + 0.1 * i);
  let size = 1;
  for (let round = 0; round < 60; round++) {
    const next = apply(correlation, u);
    size = Math.sqrt(dot(next, next));
    u = next.map((c) => c / size);
  }
  return [2.5, -2.5].map((far) =>
    x.map((p, i) => {
      const to = p + far * Math.sqrt(size) * u[i] * error[i];
      return Math.min(Math.max(to, p - 0.9 * (p - limits.low[i])), p + 0.9 * (limits.high[i] - p));
    }),
  );
}

/** Parts of a sum that may change places in their promised order. */
function ordered({ model, table, limits }: PreparedFit, x: Float64Array): Float64Array {
  let out = x;
  model.categories.forEach(({ components }, c) => {
    components.forEach(({ pdf }, k) => {
      const at = (index: number): number => table.free.indexOf(table.places[c][k].parameters[index]);
      for (const { first, second, fraction } of pdf.exchanges) {
        const [p, q, f] = [at(first), at(second), at(fraction)];
        if (p < 0 || q < 0 || f < 0 || !(out[p] > out[q])) continue;
        const { low, high } = limits;
        if (low[p] !== low[q] || high[p] !== high[q] || 1 - out[f] < low[f] || 1 - out[f] > high[f]) continue;
        out = out.slice();
        [out[p], out[q], out[f]] = [out[q], out[p], 1 - out[f]];
      }
    });
  });
  return out;
}
