import type { Contour } from './contour.js';
import type { FitModel } from './model.js';

/** A fitted parameter. `error` is 0 where it is fixed, and NaN where the data do not determine it. */
export interface FittedParameter {
  readonly value: number;
  readonly error: number;
  /** Distances (≥ 0) from the value to the ends of its profile likelihood interval, where asked for. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly atLimit?: 'low' | 'high' | undefined;
  readonly fixed?: boolean | undefined;
}

export interface Covariance {
  /** Free parameters. */
  readonly names: readonly string[];
  /** Row by row. */
  readonly matrix: readonly Float64Array[];
}

/** How well the fit describes the data, in bins. */
export interface Goodness {
  readonly chi2: number;
  readonly ndf: number;
  readonly pValue: number;
  /** The share of toys that describe themselves worse, where asked for. */
  readonly toyPValue?: number | undefined;
  /** (count − expected)/error in each bin, NaN where less than one event is expected. */
  readonly pulls: Float64Array;
  readonly edges: Float64Array;
  readonly counts: Float64Array;
  readonly variances: Float64Array;
  /** Expected events in each bin, by component. */
  readonly expected: Readonly<Record<string, Float64Array>>;
}

export type FitStatus = 'converged' | 'at limit' | 'not converged';

/** What a fit found. */
export interface FitResult {
  readonly status: FitStatus;
  /** One line for people: what happened and, unless all is well, what to try. */
  readonly message: string;
  readonly parameters: Readonly<Record<string, FittedParameter>>;
  /** By component; `category.component` where there are several categories. */
  readonly yields: Readonly<Record<string, FittedParameter>>;
  readonly covariance: Covariance;
  readonly contours: readonly Contour[];
  /** Of the first category. */
  readonly goodness: Goodness;
  /** By category. */
  readonly goodnesses: Readonly<Record<string, Goodness>>;
  /** −ln L at the minimum, without terms that depend on the data alone. */
  readonly nll: number;
  /** Estimated distance to the minimum of −ln L. */
  readonly edm: number;
  /** Events that the fit used, by category; and those left out: outside the range, or without a value. */
  readonly events: Readonly<
    Record<string, { readonly used: number; readonly outside: number; readonly missing: number }>
  >;
  /** Passes over all events that the fit needed. */
  readonly passes: number;
  readonly model: FitModel;
  /** The component's density at values of its (first) variable, normalised on the range. */
  evaluate(component: string, xs: ArrayLike<number>): Float64Array;
}
