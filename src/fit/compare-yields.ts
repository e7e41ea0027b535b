import { DatamcError } from '../base/error.js';
import { invertSymmetric } from '../stats/symmetric.js';
import { evaluateComponents, type Component, type FitEvents } from './component.js';
import type { Range } from './density.js';
import type { BinValidity } from './bin-validity.js';
import { significanceLimit } from './factorisation.js';
import type { Counted } from './fallback.js';
import { weightsAt, type WeightFunction } from './weight-function.js';
import { fitYields, totalDensity } from './yields.js';

/** Two estimates of the signal among the same events: the sum of weights, and a fit of these events alone. */
export interface ComparedYields {
  /** Which events, where a bin has several sets: `those that pass`. */
  readonly of?: string | undefined;
  readonly weighted: Counted;
  readonly fitted: Counted;
  /** Of the difference of the two; absent: Hausman's σ_fit² − σ_w². */
  readonly variance?: number | undefined;
}

/** What a comparison found. */
export interface YieldTest extends ComparedYields {
  readonly z: number;
  /** Whether they differ by more than chance and by more than matters. */
  readonly differs: boolean;
}

export interface CompareOptions {
  /** Probability that any bin is called invalid although all weights are right; 0.01 unless told. */
  readonly falseAlarm?: number | undefined;
  /** Differences below this share of the fitted yield are no reason, however significant: 0.01 unless told. */
  readonly smallest?: number | undefined;
}

/**
 * Adds a test that sees what side bands cannot, a background that changes under the peak: the yield that weights give in each bin
 * against that of a fit of the bin's events alone, whose background floats. Without a variance of the difference, z is Hausman's,
 * (N_w − N_fit)/√(σ_fit² − σ_w²) (Econometrica 46 (1978) 1251): if the weights are right and efficient, they are the better
 * estimate from the same events.
 *
 * @param counts by bin, one or several sets of events; undefined where the bin was not fitted
 * @example compareYields(validity, cells.map((events) => yieldsOfBoth(weights, fit, events)))
 */
export function compareYields(
  validity: readonly BinValidity[],
  counts: readonly (ComparedYields | readonly ComparedYields[] | undefined)[],
  { falseAlarm = 0.01, smallest = 0.01 }: CompareOptions = {},
): BinValidity[] {
  const sets = validity.map((_, i) => {
    const own = counts[i];
    return own === undefined ? [] : Array.isArray(own) ? (own as readonly ComparedYields[]) : [own as ComparedYields];
  });
  const limit = significanceLimit(
    sets.reduce((n, own) => n + own.length, 0),
    falseAlarm,
  );
  return validity.map((bin, i) => {
    if (sets[i].length === 0) return bin;
    const yields = sets[i].map((set): YieldTest => {
      const { weighted, fitted } = set;
      // Estimated variances may come out the wrong way round; a tenth of the fit's is then what is left.
      const variance = set.variance ?? Math.max(fitted.error ** 2 - weighted.error ** 2, 0.1 * fitted.error ** 2);
      const difference = weighted.value - fitted.value;
      const z = difference === 0 ? 0 : difference / Math.sqrt(variance);
      const matters = Math.abs(difference) > smallest * Math.abs(fitted.value);
      return { ...set, z, differs: Math.abs(z) > limit && matters };
    });
    const wrong = yields.filter((y) => y.differs);
    if (wrong.length === 0) return { ...bin, yields };
    return { ...bin, status: 'invalid', reasons: [...bin.reasons, ...wrong.map(told)], yields };
  });
}

function told({ of, weighted, fitted, z }: YieldTest): string {
  const spell = ({ value, error }: Counted): string => `${value.toFixed(0)} ± ${error.toFixed(0)}`;
  const which = of === undefined ? '' : ` of ${of}`;
  return `weights count ${spell(weighted)}${which}, a fit of the bin alone ${spell(fitted)}: z = ${z.toFixed(1)}`;
}

/**
 * Both estimates for some events, with the variance of their difference. The fit's yield is a sum of weights too, those of its own
 * minimum, N_fit = Σ_e w_fit(x_e); so N_w − N_fit = Σ_e (w − w_fit), whose variance is Σ_e (w − w_fit)². Unlike Hausman's it
 * stays right where the bin's mix of signal and background is another than that for which the weights are best.
 *
 * @param fit components of the fit of these events, all shapes fixed, those of the signal by name
 * @returns undefined where the events do not determine the fit
 * @example yieldsOfBoth(weights, { components: [signal, ...bernsteinTerms('b', 3, range)], signal: ['signal'], range }, { x })
 */
export function yieldsOfBoth(
  weights: WeightFunction,
  fit: { readonly components: readonly Component[]; readonly signal: readonly string[]; readonly range: Range },
  events: FitEvents,
): ComparedYields | undefined {
  const { components, signal, range } = fit;
  try {
    const data = evaluateComponents(components, events, range);
    const { yields, information, covariance } = fitYields(components, events, range);
    const chosen = components.flatMap((c, k) => (signal.includes(c.name) ? [k] : []));
    // w_fit = Σ_l V_sl f_l/D, V the inverse of the information.
    const { matrix: v } = invertSymmetric(
      information,
      components.map((c) => c.name),
    );
    const row = components.map((_, l) => chosen.reduce((s, k) => s + v[k][l], 0));
    const total = totalDensity(data.densities, yields);
    const other = weightsAt(weights, data.x);
    let [value, square, variance] = [0, 0, 0];
    for (let e = 0; e < total.length; e++) {
      let own = 0;
      for (let l = 0; l < row.length; l++) own += row[l] * data.densities[l][e];
      const event = data.weights ? data.weights[e] : 1;
      value += event * other[e];
      square += (event * other[e]) ** 2;
      variance += (event * (other[e] - own / total[e])) ** 2;
    }
    const sum = (of: (k: number) => number): number => chosen.reduce((s, k) => s + of(k), 0);
    return {
      weighted: { value, error: Math.sqrt(square) },
      fitted: { value: sum((k) => yields[k]), error: Math.sqrt(sum((k) => sum((l) => covariance[k][l]))) },
      variance,
    };
  } catch (error) {
    if (error instanceof DatamcError) return undefined;
    throw error;
  }
}
