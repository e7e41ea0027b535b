import type { Algebra, ScalarAlgebra } from './algebra.js';
import type { DataSummary, DensityParameter, Range } from './density.js';
import type { Key } from '../stats/key.js';
import type { PdfForm } from './pdf-form.js';

export interface PdfVariable {
  readonly name: string;
  readonly range: Range;
}

/** A parameter of a `Pdf`: that of a density, with the number of the variable whose data tell where to start. */
export interface PdfParameter extends DensityParameter {
  readonly variable: number;
}

/**
 * Two parts of a sum that may change places: swapping `first` and `second` and replacing `fraction` by 1 − `fraction`
 * (indices of parameters) leaves the density as it is. The order promised is value[first] ≤ value[second].
 */
export interface Exchange {
  readonly first: number;
  readonly second: number;
  readonly fraction: number;
}

/**
 * A normalised probability density of one or several variables: a leaf, or a sum, product or convolution of others.
 *
 * What depends on parameters alone (normalisations, fractions) is computed once per step, with derivatives, outside the
 * graph: `constants`. The events' formula is linear algebra and exponentials: `density`. Derivatives of the
 * likelihood with respect to constants and parameters go together by the chain rule.
 */
export interface Pdf {
  readonly name: string;
  /** How to write it down, where it was made of a spec. */
  readonly form?: PdfForm | undefined;
  readonly variables: readonly PdfVariable[];
  readonly parameters: readonly PdfParameter[];
  /** Looked up once per event (templates), given the variables' columns; handed to `density` after the variables. */
  readonly columns: readonly ((x: readonly Float64Array[]) => Float64Array)[];
  readonly exchanges: readonly Exchange[];
  /** How many numbers `constants` gives. */
  readonly constantCount: number;
  /** `scale` (default 1; a yield) multiplies what `density` and `integral` return for these constants. */
  constants<T>(a: ScalarAlgebra<T>, parameters: readonly T[], scale?: T): readonly T[];
  /** The density at one point (or a tensor of points): `x` holds the variables, then the columns. */
  density<T>(a: Algebra<T>, x: readonly T[], parameters: readonly T[], constants: readonly T[]): T;
  /** The probability of [low, high] in the first variable, inside its range; of a density of one variable. */
  integral<T>(a: ScalarAlgebra<T>, low: number, high: number, parameters: readonly T[], constants: readonly T[]): T;
  /** Where the density bends most in its first variable. */
  breaks(parameters: readonly number[]): readonly number[];
  /** `n` events, one column a variable. */
  draw(key: Key, n: number, parameters: readonly number[]): readonly Float64Array[];
}

/** A parameter of a fit: where it starts, how far it may go, whether it moves at all. */
export interface FitParameter {
  readonly name: string;
  readonly start: number;
  readonly low: number;
  readonly high: number;
  readonly fixed: boolean;
  /** Where the formula means anything, where that is wider than low to high. */
  readonly natural?: Range;
  /** Given by others instead of fitted: `signal.mean + 0.1454`. */
  readonly expression?: string;
}

/**
 * Where a `Pdf` starts on these data (one summary a variable): its parameters as a fit wants them.
 *
 * @example fitParameters(pdf, [summarise(mass, [1.8, 1.95])]).map(({ start }) => start)
 */
export const fitParameters = (pdf: Pdf, data: readonly DataSummary[]): FitParameter[] =>
  pdf.parameters.map(({ name, low, high, fixed, variable, start, natural }) => ({
    name,
    start: start(data[variable]),
    low,
    high,
    fixed: fixed ?? false,
    ...(natural ? { natural } : {}),
  }));
