import { taskError, userError } from '../base/error.js';
import { invertSymmetric } from '../stats/symmetric.js';
import { evaluateComponents, type Component, type Evaluated, type FitEvents } from './component.js';
import type { Range } from './density.js';

/** Yields and what they were made of. */
export interface YieldFit {
  /** By component, in their order. May be negative where the total density stays positive at every event. */
  readonly yields: Float64Array;
  /**
   * Of the yields alone, shapes taken as known: V of `V⁻¹_kl = Σ f_k f_l/(Σ_j N_j f_j)²`, and for weighted events the sandwich
   * V (Σ w² f_k f_l/(Σ_j N_j f_j)²) V.
   */
  readonly covariance: readonly Float64Array[];
  /** V⁻¹, of weighted events with their weights. */
  readonly information: readonly Float64Array[];
  readonly steps: number;
}

/**
 * Fits yields alone, all shapes fixed: the minimum of Σ N_k − Σ_e w_e ln Σ_k N_k f_k(x_e), a convex function, by Newton
 * steps that keep the total density positive. This is the fit that sWeights must be made from.
 *
 * @param events of either sign of weight, Σw > 0
 * @throws userError `fit.total-density`, `stats.singular`; taskError `fit.yields` where no minimum is found
 * @example fitYields([signal, background], { x: mass }, [1.8, 1.95]).yields // [N_s, N_b]
 */
export function fitYields(
  components: readonly Component[],
  events: FitEvents,
  range: Range,
  start?: readonly number[],
): YieldFit {
  return minimise(
    evaluateComponents(components, events, range),
    components.map((c) => c.name),
    start,
  );
}

/** The same on densities that are already there. */
export function minimise(data: Evaluated, names: readonly string[], start?: readonly number[]): YieldFit {
  const k = names.length;
  let yields: Float64Array = Float64Array.from({ length: k }, (_, i) => start?.[i] ?? data.sum / k);
  let value = objective(data, yields);
  if (value === undefined) {
    yields = yields.fill(data.sum / k);
    value = objective(data, yields);
  }
  if (value === undefined) throw noDensity(data);
  for (let step = 1; step <= BUDGET; step++) {
    const { gradient, information } = derivatives(data, yields);
    const { matrix: covariance } = invertSymmetric(information, names);
    const move = gradient.map((_, i) => -covariance[i].reduce((s, v, j) => s + v * gradient[j], 0));
    // Newton's decrement: twice the distance to the minimum, in units of −ln L.
    const decrement = -move.reduce((s, v, i) => s + v * gradient[i], 0);
    let size = 1;
    let next = shifted(yields, move, size);
    let there = objective(data, next);
    // So near, whole Newton steps converge, and the value's rounding would only mislead a search.
    const near = Math.abs(decrement) < NEAR && there !== undefined;
    while (!near && (there === undefined || there > value - 1e-4 * size * decrement) && size > 1e-10) {
      size /= 2;
      next = shifted(yields, move, size);
      there = objective(data, next);
    }
    if (there === undefined) break;
    [yields, value] = [next, there];
    // One step beyond 1e-9 squares the distance: the identities of the weights then hold to rounding.
    if (Math.abs(decrement) < 1e-9) {
      const last = derivatives(data, yields).information;
      const v = invertSymmetric(last, names).matrix;
      return { yields, covariance: data.weights ? sandwich(data, yields, v) : v, information: last, steps: step };
    }
  }
  throw taskError({
    code: 'fit.yields',
    message: `the fit of the yields alone found no minimum in ${BUDGET} steps`,
    got: `yields ${[...yields].map((y) => y.toPrecision(4)).join(', ')} of ${names.join(', ')}`,
    hint: 'look at negative weights, or leave out a component that the data do not need',
  });
}

const BUDGET = 200;
const NEAR = 1e-2;
const shifted = (from: Float64Array, by: Float64Array, size: number): Float64Array =>
  from.map((v, i) => v + size * by[i]);

/** Σ_j N_j f_j at every event. */
export function totalDensity(densities: readonly Float64Array[], yields: ArrayLike<number>): Float64Array {
  const total = new Float64Array(densities[0].length);
  densities.forEach((f, j) => {
    const n = yields[j];
    for (let e = 0; e < total.length; e++) total[e] += n * f[e];
  });
  return total;
}

/** Undefined where the total density is not positive at some event. */
function objective({ densities, weights }: Evaluated, yields: Float64Array): number | undefined {
  const total = totalDensity(densities, yields);
  let sum = yields.reduce((s, v) => s + v, 0);
  for (let e = 0; e < total.length; e++) {
    if (!(total[e] > 0)) return undefined;
    sum -= (weights ? weights[e] : 1) * Math.log(total[e]);
  }
  return sum;
}

function derivatives(data: Evaluated, yields: Float64Array) {
  const { sums, information } = sumsOver(data, totalDensity(data.densities, yields));
  return { gradient: sums.map((s) => 1 - s), information };
}

function sandwich(data: Evaluated, yields: Float64Array, v: readonly Float64Array[]): Float64Array[] {
  const weights = data.weights?.map((w) => w * w);
  const { information: middle } = sumsOver({ ...data, weights }, totalDensity(data.densities, yields));
  const left = v.map((row) => middle.map((_, j) => row.reduce((s, u, k) => s + u * middle[k][j], 0)));
  return left.map((row) => Float64Array.from(v, (column) => row.reduce((s, u, k) => s + u * column[k], 0)));
}

/** Σ w f_k/D and Σ w f_k f_l/D² over events, D their total density. */
export function sumsOver({ densities, weights }: Pick<Evaluated, 'densities' | 'weights'>, total: Float64Array) {
  const k = densities.length;
  const sums = new Float64Array(k);
  const information = densities.map(() => new Float64Array(k));
  // w/D and w/D² once for all pairs.
  const first = total.map((d, e) => (weights ? weights[e] : 1) / d);
  const second = first.map((v, e) => v / total[e]);
  for (let a = 0; a < k; a++) {
    sums[a] = dot(first, densities[a]);
    const scaled = second.map((v, e) => v * densities[a][e]);
    for (let b = 0; b <= a; b++) information[a][b] = information[b][a] = dot(scaled, densities[b]);
  }
  return { sums, information };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let e = 0; e < a.length; e++) sum += a[e] * b[e];
  return sum;
}

function noDensity({ densities, x }: Evaluated) {
  const at = x.findIndex((_, e) => !(densities.reduce((s, f) => s + f[e], 0) > 0));
  return userError({
    code: 'fit.total-density',
    message: `no component has a positive density at ${x[at]}, where there is an event`,
    hint: 'narrow the range, or give the background a density that covers it',
  });
}
