import { userError } from '../base/error.js';
import { didYouMean } from '../base/near.js';
import type { Component } from './component.js';
import type { Range } from './density.js';
import type { WeightCheck } from './weight-checks.js';

export type WeightMethod = 'sPlot' | 'cow' | 'sideband';

/** I(m), what the weights divide by: a linear combination of the components, or a density of its own. */
export type VarianceFunction =
  | { readonly kind: 'combination'; readonly coefficients: readonly number[] }
  | { readonly kind: 'density'; readonly component: Component };

/**
 * Weights as a function of the fit variable, w_k(m) = Σ_l A_kl g_l(m)/I(m), whatever method made them: for sWeights g are the
 * fitted densities, I their total and A the covariance of the yields.
 */
export interface WeightFunction {
  readonly method: WeightMethod;
  readonly range: Range;
  readonly components: readonly Component[];
  readonly matrix: readonly Float64Array[];
  readonly variance: VarianceFunction;
  /** Components that together are the signal: its weight is the sum of theirs. */
  readonly signal: readonly string[];
  /** By component: the yields that were fitted, or Σw where none were. */
  readonly yields: Readonly<Record<string, number>>;
  readonly checks: readonly WeightCheck[];
}

/**
 * The weight of `names` together (the signal unless told) at every x: 0 outside the range and where x is NaN.
 *
 * @throws userError `fit.unknown-component`
 * @example weightsAt(splot.weights, mass) // signal sWeights
 */
export function weightsAt(w: WeightFunction, x: Float64Array, names: readonly string[] = w.signal): Float64Array {
  const rows = names.map((name) => componentIndex(w, name));
  return combine(
    w,
    x,
    w.components.map((_, l) => rows.reduce((s, k) => s + w.matrix[k][l], 0)),
  );
}

/**
 * Weights of every component, by name. They add up to 1 inside the range where I is a combination of the components.
 *
 * @example allWeightsAt(splot.weights, mass).background
 */
export const allWeightsAt = (w: WeightFunction, x: Float64Array): Record<string, Float64Array> =>
  Object.fromEntries(w.components.map(({ name }) => [name, weightsAt(w, x, [name])]));

function combine(w: WeightFunction, x: Float64Array, coefficients: readonly number[]): Float64Array {
  const { components, variance, range } = w;
  const out = new Float64Array(x.length);
  const below = new Float64Array(x.length);
  components.forEach(({ density }, l) => {
    const g = density(x);
    const share = variance.kind === 'combination' ? variance.coefficients[l] : 0;
    for (let e = 0; e < x.length; e++) {
      out[e] += coefficients[l] * g[e];
      below[e] += share * g[e];
    }
  });
  if (variance.kind === 'density') below.set(variance.component.density(x));
  // A point without any density, such as one beyond an end point, belongs to no component.
  for (let e = 0; e < x.length; e++)
    out[e] = x[e] >= range[0] && x[e] <= range[1] && below[e] !== 0 ? out[e] / below[e] : 0;
  return out;
}

function componentIndex({ components }: WeightFunction, name: string): number {
  const names = components.map((c) => c.name);
  const index = names.indexOf(name);
  if (index >= 0) return index;
  throw userError({
    code: 'fit.unknown-component',
    message: `there is no component "${name}"`,
    expected: `one of ${names.join(', ')}`,
    hint: didYouMean(name, names),
  });
}

/** The components that count as signal: those told, or the one called `signal`, or the first. @throws for unknown names */
export function signalNames(components: readonly Component[], told?: readonly string[]): readonly string[] {
  const names = components.map((c) => c.name);
  if (!told) return [names.includes('signal') ? 'signal' : names[0]];
  const unknown = told.find((name) => !names.includes(name));
  if (unknown === undefined && told.length > 0) return told;
  throw userError({
    code: 'fit.unknown-component',
    message: unknown === undefined ? 'no component is called signal' : `there is no component "${unknown}"`,
    expected: `one of ${names.join(', ')}`,
    hint: unknown === undefined ? undefined : didYouMean(unknown, names),
  });
}

/**
 * Σw and its variance Σw², over events with weights of their own or without.
 *
 * @example sumOfWeights(Float64Array.of(1, -0.5)) // { value: 0.5, variance: 1.25 }
 */
export function sumOfWeights(
  weights: Float64Array,
  events?: Float64Array,
): { readonly value: number; readonly variance: number } {
  let [value, variance] = [0, 0];
  for (let e = 0; e < weights.length; e++) {
    const w = weights[e] * (events ? events[e] : 1);
    value += w;
    variance += w * w;
  }
  return { value, variance };
}
