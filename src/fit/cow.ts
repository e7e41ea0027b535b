import { userError } from '../base/error.js';
import { integrate } from '../stats/quadrature.js';
import { invertSymmetric } from '../stats/symmetric.js';
import { checkComponents, evaluateComponents, type Component, type FitEvents } from './component.js';
import type { Range } from './density.js';
import { histogramComponent } from './saved-density.js';
import { check, type WeightCheck } from './weight-checks.js';
import { signalNames, sumOfWeights, weightsAt, type VarianceFunction, type WeightFunction } from './weight-function.js';

/**
 * I(m) of a COW: `unity`; `total` density with these yields or fractions; a histogram (contents in bins); any positive density.
 */
export type VarianceChoice =
  | 'unity'
  | { readonly total: Readonly<Record<string, number>> }
  | { readonly edges: readonly number[]; readonly contents: readonly number[] }
  | Component;

export interface CowOptions {
  readonly variance: VarianceChoice;
  readonly signal?: readonly string[] | undefined;
  /** Of the quadrature, 1e-10 unless told. */
  readonly tolerance?: number | undefined;
}

export interface Cow {
  readonly weights: WeightFunction;
  /** W_kl = ∫ g_k g_l/I, with I normalised to 1 on the range. */
  readonly overlaps: readonly Float64Array[];
}

/**
 * Custom orthogonal weight functions (Dembinski, Kenzie, Langenbruch and Schmelling, arXiv:2112.04574): W_kl = ∫ g_k g_l/I dm,
 * A = W⁻¹, w_k = Σ_l A_kl g_l/I. Right for any positive I; the total density gives the smallest variance. Several terms for
 * signal or background absorb shapes that change with the control variable (see `bernsteinTerms`): the truth need only be
 * a combination of them at each value of it.
 *
 * @param components normalised on the range; terms of a background may be any functions, also negative ones
 * @param events where given, Σw of each component over them are its yields, and Σ_k w_k is checked on them
 * @throws userError `fit.variance` where I is not positive, `stats.singular`; taskError `stats.quadrature`
 * @example cow([signal, ...bernsteinTerms('background', 3, range)], range, { variance: 'unity' })
 */
export function cow(components: readonly Component[], range: Range, options: CowOptions, events?: FitEvents): Cow {
  checkComponents(components);
  const names = components.map((c) => c.name);
  const variance = varianceOf(options.variance, components, range);
  const own = variance.kind === 'density' ? (variance.component.breaks ?? []) : [];
  const breaks = [...own, ...components.flatMap((c) => c.breaks ?? [])];
  const flat = integrate((x) => products(components, variance, x), range[0], range[1], {
    breaks,
    tolerance: options.tolerance,
  });
  const overlaps = unpack(flat, names.length);
  const matrix = invertSymmetric(overlaps, names).matrix;
  const bare: WeightFunction = {
    method: 'cow',
    range,
    components,
    matrix,
    variance,
    signal: signalNames(components, options.signal),
    yields: {},
    checks: [orthonormality(matrix, overlaps, names)],
  };
  if (!events) return { weights: bare, overlaps };
  const { x, weights: own2 } = evaluateComponents(components, events, range);
  const columns = names.map((name) => weightsAt(bare, x, [name]));
  const yields = columns.map((w, k) => [names[k], sumOfWeights(w, own2).value] as const);
  const checks = variance.kind === 'combination' ? [...bare.checks, unitSum(columns)] : bare.checks;
  return { weights: { ...bare, yields: Object.fromEntries(yields), checks }, overlaps };
}

/**
 * I as a histogram of the data themselves. @throws userError `fit.variance` where a bin is empty
 *
 * @example cow(components, range, { variance: histogramOf({ x: mass }, range, 30) })
 */
export function histogramOf(events: FitEvents, range: Range, bins: number): VarianceChoice {
  const edges = Array.from({ length: bins + 1 }, (_, i) =>
    i === bins ? range[1] : range[0] + ((range[1] - range[0]) * i) / bins,
  );
  const contents = new Array<number>(bins).fill(0);
  const { x, weights } = events;
  for (let e = 0; e < x.length; e++) {
    if (!(x[e] >= range[0] && x[e] <= range[1])) continue;
    const bin = Math.min(bins - 1, Math.floor(((x[e] - range[0]) / (range[1] - range[0])) * bins));
    contents[bin] += weights ? weights[e] : 1;
  }
  return { edges, contents };
}

function varianceOf(choice: VarianceChoice, components: readonly Component[], range: Range): VarianceFunction {
  const [low, high] = range;
  if (choice === 'unity')
    return { kind: 'density', component: histogramComponent('unity', [low, high], [1 / (high - low)]) };
  if ('density' in choice) return { kind: 'density', component: choice };
  if ('total' in choice) {
    const given = components.map(({ name }) => choice.total[name] ?? 0);
    const sum = given.reduce((s, v) => s + v, 0);
    if (!(sum > 0)) throw notPositive(`the total density has yields that add up to ${sum}`);
    return { kind: 'combination', coefficients: given.map((v) => v / sum) };
  }
  const { edges, contents } = choice;
  const sum = contents.reduce((s, v) => s + v, 0);
  const empty = contents.findIndex((c) => !(c > 0));
  if (empty >= 0)
    throw notPositive(`the histogram has ${contents[empty]} events from ${edges[empty]} to ${edges[empty + 1]}`);
  if (edges[0] > low || edges[edges.length - 1] < high)
    throw notPositive(`the histogram covers ${edges[0]} to ${edges[edges.length - 1]}, not ${low} to ${high}`);
  const values = contents.map((c, i) => c / sum / (edges[i + 1] - edges[i]));
  return { kind: 'density', component: histogramComponent('histogram', edges, values) };
}

function products(components: readonly Component[], variance: VarianceFunction, x: Float64Array): Float64Array[] {
  const g = components.map((c) => c.density(x));
  const i =
    variance.kind === 'density'
      ? variance.component.density(x)
      : x.map((_, e) => variance.coefficients.reduce((s, c, l) => s + c * g[l][e], 0));
  const bad = i.findIndex((v) => !(v > 0));
  if (bad >= 0) throw notPositive(`I is ${i[bad]} at ${x[bad]}`);
  return g.flatMap((a, k) => g.slice(0, k + 1).map((b) => x.map((_, e) => (a[e] * b[e]) / i[e])));
}

function unpack(flat: Float64Array, n: number): Float64Array[] {
  const out = Array.from({ length: n }, () => new Float64Array(n));
  let at = 0;
  for (let k = 0; k < n; k++) for (let l = 0; l <= k; l++) out[k][l] = out[l][k] = flat[at++];
  return out;
}

function orthonormality(a: readonly Float64Array[], w: readonly Float64Array[], names: readonly string[]): WeightCheck {
  const deviations = names.flatMap((of, k) =>
    names.map((other, l) => ({
      of: k === l ? of : `${of} and ${other}`,
      value: a[k].reduce((s, v, j) => s + v * w[j][l], 0) - (k === l ? 1 : 0),
    })),
  );
  return check('orthonormality', '∫ w_k g_l dm = δ_kl', deviations, 1e-6);
}

/** Holds where I is a combination of the components. */
function unitSum(columns: readonly Float64Array[]): WeightCheck {
  let worst = 0;
  for (let e = 0; e < columns[0].length; e++) {
    const off = columns.reduce((s, w) => s + w[e], 0) - 1;
    if (Math.abs(off) > Math.abs(worst)) worst = off;
  }
  return check('sum over components', 'Σ_k w_k = 1', [{ of: 'the worst event', value: worst }], 1e-6);
}

const notPositive = (message: string) =>
  userError({
    code: 'fit.variance',
    message: `the variance function I of the weights must be positive: ${message}`,
    hint: 'fewer bins, a narrower range, or variance: unity',
  });
