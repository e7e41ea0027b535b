import { userError } from '../base/error.js';
import { invertSymmetric } from '../stats/symmetric.js';
import { evaluateComponents, type Component, type Evaluated, type FitEvents } from './component.js';
import type { Range } from './density.js';
import { check, type WeightCheck } from './weight-checks.js';
import { signalNames, type WeightFunction } from './weight-function.js';
import { minimise, sumsOver, totalDensity } from './yields.js';

export interface SPlotOptions {
  /**
   * `fit`: the yields are fitted here, alone, which is always right. Numbers by component: those of an earlier fit on
   * these very events; refused where they are not at the minimum of the yields.
   */
  readonly yields?: 'fit' | Readonly<Record<string, number>> | undefined;
  /** Components that together are the signal; the one called `signal`, or the first, unless told. */
  readonly signal?: readonly string[] | undefined;
  /** Of the identities; 1e-3 unless told. Weights made with `yields: 'fit'` fulfil them to about 1e-9. */
  readonly tolerance?: number | undefined;
}

export interface SPlot {
  readonly weights: WeightFunction;
  /**
   * V: without event weights the covariance of the yields, shapes taken as known. With them it is what the weights are made
   * of, and Σ (event weight · w_k)(event weight · w_l) is the yields' covariance.
   */
  readonly covariance: readonly Float64Array[];
  /** V⁻¹. */
  readonly information: readonly Float64Array[];
  /** Events used, outside the range, and without a value. */
  readonly events: { readonly used: number; readonly outside: number; readonly missing: number };
}

/**
 * sWeights (M. Pivk and F. Le Diberder, NIM A 555 (2005) 356): w_k(m) = Σ_l V_kl f_l(m)/Σ_j N_j f_j(m) with V⁻¹_kl =
 * Σ_e f_k f_l/(Σ_j N_j f_j)², shapes as they came out of a fit. Events with weights of their own enter the sums with them, and
 * the weight to use is the product.
 *
 * @param components normalised on the range
 * @throws userError `fit.yields-not-at-minimum`, `fit.no-events`, `fit.total-density`, `stats.singular`
 * @example
 * const { weights } = sPlot([signal, background], { x: mass }, [1.8, 1.95]);
 * const sWeight = weightsAt(weights, mass);
 */
export function sPlot(
  components: readonly Component[],
  events: FitEvents,
  range: Range,
  options: SPlotOptions = {},
): SPlot {
  const data = evaluateComponents(components, events, range);
  const names = components.map((c) => c.name);
  const { yields: told = 'fit', tolerance = 1e-3 } = options;
  const yields = told === 'fit' ? minimise(data, names).yields : named(told, names);
  const total = totalDensity(data.densities, yields);
  if (!total.every((d) => d > 0))
    throw userError({
      code: 'fit.total-density',
      message: `the total density is not positive at ${data.x[total.findIndex((d) => !(d > 0))]}, where there is an event`,
      got: `yields ${spell(names, yields)}`,
      hint: 'fit the yields here: leave them out',
    });
  const { sums, information } = sumsOver(data, total);
  const covariance = invertSymmetric(information, names).matrix;
  const checks = identities(data, names, { yields, total, sums, covariance }, tolerance);
  const broken = checks.find((c) => !c.passed);
  if (broken) throw notAtMinimum(broken, names, yields, minimise(data, names, [...yields]).yields);
  return {
    weights: {
      method: 'sPlot',
      range,
      components,
      matrix: covariance,
      variance: { kind: 'combination', coefficients: [...yields] },
      signal: signalNames(components, options.signal),
      yields: Object.fromEntries(names.map((name, k) => [name, yields[k]])),
      checks,
    },
    covariance,
    information,
    events: { used: data.x.length, outside: data.outside, missing: data.missing },
  };
}

interface Made {
  readonly yields: Float64Array;
  readonly total: Float64Array;
  readonly sums: Float64Array;
  readonly covariance: readonly Float64Array[];
}

function identities(data: Evaluated, names: readonly string[], made: Made, tolerance: number): WeightCheck[] {
  const { yields, total, sums, covariance } = made;
  // A yield near 0 is known to its error, not to a share of itself.
  const scale = names.map((_, k) => Math.max(Math.abs(yields[k]), Math.sqrt(covariance[k][k])));
  const added = covariance.map((row) => row.reduce((s, v, l) => s + v * sums[l], 0));
  const share = covariance[0].map((_, l) => covariance.reduce((s, row) => s + row[l], 0));
  let worst = 0;
  for (let e = 0; e < total.length; e++) {
    const sum = data.densities.reduce((s, f, l) => s + share[l] * f[e], 0) / total[e];
    if (Math.abs(sum - 1) > Math.abs(worst)) worst = sum - 1;
  }
  const rule = names.map((of, k) => ({ of, value: sums[k] - 1 }));
  return [
    check('sum rule', 'Σ_e f_k/Σ_j N_j f_j = 1', rule, tolerance),
    check(
      'sum of weights',
      'Σ_e w_k = N_k',
      names.map((of, k) => ({ of, value: (added[k] - yields[k]) / scale[k] })),
      tolerance,
    ),
    check('sum over components', 'Σ_k w_k = 1', [{ of: 'the worst event', value: worst }], tolerance),
  ];
}

function named(yields: Readonly<Record<string, number>>, names: readonly string[]): Float64Array {
  const lacking = names.find((name) => !Number.isFinite(yields[name]));
  if (lacking === undefined) return Float64Array.from(names, (name) => yields[name]);
  throw userError({
    code: 'fit.yields',
    message: `there is no yield of "${lacking}"`,
    got: Object.keys(yields).join(', '),
    expected: names.join(', '),
  });
}

const spell = (names: readonly string[], yields: Float64Array): string =>
  names.map((name, k) => `${name} ${yields[k].toPrecision(6)}`).join(', ');

const notAtMinimum = (broken: WeightCheck, names: readonly string[], got: Float64Array, best: Float64Array) =>
  userError({
    code: 'fit.yields-not-at-minimum',
    message: `sWeights need the yields of a last fit in which only the yields float; ${broken.message}`,
    got: spell(names, got),
    expected: `${spell(names, best)}, the minimum on these events with these shapes`,
    hint: 'leave the yields out: they are then fitted again, alone',
  });
