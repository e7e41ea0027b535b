import { userError } from '../base/error.js';
import { newton, type Minimum, type Objective } from './newton.js';
import type { PreparedFit } from './prepare.js';
import type { FittedParameter } from './result.js';
import type { Uncertainty } from './uncertainty.js';

// A shift of so many errors changes the ends of an interval by less than a hundredth of it.
const SAME = 0.005;

/** The likelihood with some variables held, minimised in the others. */
export interface Profile {
  /** At its own minimum. */
  readonly lowest: Minimum;
  /** −ln L above its minimum, with `places` held at `values`; others start where the covariance says. */
  rise(places: readonly number[], values: readonly number[]): Promise<number>;
}

/** The profile of the quick likelihood where that is exact, else of all events. */
export async function openProfile(fit: PreparedFit, minimum: Minimum, covariance: Float64Array): Promise<Profile> {
  const n = minimum.x.length;
  const goal = 1e-7;
  const quick = fit.quickIsExact ? await newton(fit.quick, minimum.x, fit.limits, { goal, budget: 50 }) : minimum;
  // Points stand for events only where the density is smooth on the scale of their bins: where both have one minimum.
  const near = (v: number, i: number): boolean => Math.abs(v - minimum.x[i]) <= SAME * Math.sqrt(covariance[i * n + i]);
  const isExact = fit.quickIsExact && quick.converged && quick.x.every(near);
  const objective: Objective = isExact ? fit.quick : fit.full;
  const lowest = isExact ? quick : minimum;
  return {
    lowest,
    async rise(places, values) {
      const x = lowest.x.slice();
      // Others follow along the regression on what is held, taken one at a time.
      const moved = places.map((p, k) => values[k] - lowest.x[p]);
      const along = regress(covariance, n, places, moved);
      for (let i = 0; i < n; i++) x[i] = clamp(lowest.x[i] + along[i], fit.limits.low[i], fit.limits.high[i]);
      places.forEach((p, k) => (x[p] = values[k]));
      const there = await newton(objective, x, fit.limits, { goal, budget: 60, fixed: places });
      return there.value - lowest.value;
    },
  };
}

const clamp = (v: number, low: number, high: number): number => Math.min(high, Math.max(low, v));

/** How far all variables move when one or two are moved, by the covariance. */
function regress(v: Float64Array, n: number, places: readonly number[], moved: readonly number[]): Float64Array {
  const [p, q] = places;
  let [a, b] = [moved[0] / v[p * n + p], 0];
  if (q !== undefined) {
    const det = v[p * n + p] * v[q * n + q] - v[p * n + q] ** 2;
    a = (v[q * n + q] * moved[0] - v[p * n + q] * moved[1]) / det;
    b = (v[p * n + p] * moved[1] - v[p * n + q] * moved[0]) / det;
  }
  return Float64Array.from({ length: n }, (_, i) => v[i * n + p] * a + (q === undefined ? 0 : v[i * n + q] * b));
}

/**
 * Where a rise reaches `level`, along one direction: secant steps on the root of the rise, which is a straight line for a
 * parabola, inside a bracket.
 *
 * @param rise of the distance; may be infinite
 * @param guess a distance where the level should be reached
 * @param most the farthest that may be asked for
 * @returns `most` where the level is not reached before it, NaN where nothing is found
 */
export async function crossing(
  rise: (distance: number) => Promise<number>,
  level: number,
  guess: number,
  most: number,
): Promise<number> {
  let [inside, outside] = [0, Infinity];
  let [fInside, fOutside] = [-1, Number.NaN];
  let t = Math.min(guess, most);
  for (let round = 0; round < 40; round++) {
    const f = Math.sqrt(Math.max(await rise(t), 0) / level) - 1;
    if (Math.abs(f) < 1e-4) return t;
    if (f < 0) {
      if (t >= most) return most;
      [inside, fInside] = [t, f];
    } else [outside, fOutside] = [t, f];
    if (outside === Infinity) t = Math.min(most, 1.001 * inside * Math.min(2, 1 / (1 + fInside)) + 1e-3 * guess);
    else {
      const secant = Number.isFinite(fOutside)
        ? inside + ((outside - inside) * -fInside) / (fOutside - fInside)
        : (inside + outside) / 2;
      const margin = 0.02 * (outside - inside);
      t = Math.min(Math.max(secant, inside + margin), outside - margin);
    }
    if (outside - inside < 1e-5 * t) return t;
  }
  return Number.NaN;
}

/** Distances to where the profile of −ln L rises by ½ (MINOS), of the parameters asked for. */
export async function profileErrors(
  fit: PreparedFit,
  minimum: Minimum,
  { covariance, parameters, definite }: Uncertainty,
  which: boolean | readonly string[],
): Promise<Readonly<Record<string, FittedParameter>>> {
  const names = fit.table.free.map((i) => fit.table.entries[i].name);
  const wanted = which === true ? names : which || [];
  for (const name of wanted)
    if (!(name in parameters))
      throw userError({
        code: 'fit.unknown-parameter',
        message: `no parameter "${name}" to profile`,
        path: name,
        expected: names.join(', '),
      });
  if (fit.weighted)
    throw userError({
      code: 'fit.weighted-profile',
      message: 'a likelihood of weighted data has no profile errors: its level ½ means nothing',
      hint: 'the errors of weighted fits come from the sandwich formula; leave the profile out',
    });
  if (!definite || !minimum.converged || covariance.names.length < names.length) return parameters;
  const n = names.length;
  const matrix = Float64Array.from(covariance.matrix.flatMap((row) => [...row]));
  const profile = await openProfile(fit, minimum, matrix);
  const out = { ...parameters };
  for (const name of wanted) {
    const i = names.indexOf(name);
    if (i < 0) continue;
    const { x } = profile.lowest;
    const sigma = Math.sqrt(matrix[i * n + i]);
    const side = (sign: 1 | -1): Promise<number> => {
      const most = sign > 0 ? fit.limits.high[i] - x[i] : x[i] - fit.limits.low[i];
      return most > 0 ? crossing((t) => profile.rise([i], [x[i] + sign * t]), 0.5, sigma, most) : Promise.resolve(0);
    };
    out[name] = { ...parameters[name], low: await side(-1), high: await side(1) };
  }
  return out;
}
