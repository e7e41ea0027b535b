import { kendall } from '../stats/kendall.js';
import { normalQuantile } from '../stats/special/erf.js';
import { weightedQuantile } from '../stats/quantile.js';

/**
 * Events of one component alone: side bands, or simulated signal. sWeights are right only if fit variable and control
 * variable are independent in each of these. Side bands on both sides belong in one sample: a background that changes moves
 * events from one to the other, which neither sees by itself.
 */
export interface PureSample {
  /** `signal`, `lower side band`. */
  readonly name: string;
  /** The fit variable. */
  readonly x: Float64Array;
  readonly weights?: Float64Array | undefined;
}

export interface FactorisationTest {
  readonly sample: string;
  readonly control: string;
  /** `location`: the fit variable moves with the control variable; `spread`: its distance from the median does. */
  readonly kind: 'location' | 'spread';
  readonly tau: number;
  readonly z: number;
  readonly pValue: number;
  readonly entries: number;
}

/**
 * Kendall's test of fit variable against control variables in each pure sample, twice: the fit variable itself, and its
 * distance from the median, which sees a resolution that depends on momentum.
 *
 * @param samples with the control variables' values
 * @example factorisationTests([{ name: 'upper side band', x: mass, controls: { p } }])
 */
export function factorisationTests(
  samples: readonly (PureSample & { readonly controls: Readonly<Record<string, Float64Array>> })[],
): FactorisationTest[] {
  return samples.flatMap((sample) =>
    Object.entries(sample.controls).flatMap(([control, y]) => bothKinds(sample, control, y)),
  );
}

/** The |z| beyond which one of `tests` independent tests lies by chance with probability `falseAlarm` (Šidák). */
export const significanceLimit = (tests: number, falseAlarm: number): number =>
  -normalQuantile((1 - (1 - falseAlarm) ** (1 / Math.max(1, tests))) / 2);

/** Both kinds of the test of one sample against one variable. */
export function bothKinds({ name, x, weights }: PureSample, control: string, y: Float64Array): FactorisationTest[] {
  const [median] = weightedQuantile({ values: x, weights }, [0.5]);
  const forms = { location: x, spread: x.map((v) => Math.abs(v - median)) };
  return (['location', 'spread'] as const).map((kind) => ({
    sample: name,
    control,
    kind,
    ...kendall(forms[kind], y, weights),
  }));
}
