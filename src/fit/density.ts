import type { Algebra, ScalarAlgebra } from './algebra.js';

/** Where a density lives: it is zero outside, and its integral over the range is 1. */
export type Range = readonly [low: number, high: number];

/** What a density may know of the data when it proposes where to start. All weighted. */
export interface DataSummary {
  readonly low: number;
  readonly high: number;
  readonly mean: number;
  readonly deviation: number;
  /** Where the densest part lies, and its half width at half maximum above the side bands. */
  readonly peak: number;
  readonly peakWidth: number;
}

export interface DensityParameter {
  readonly name: string;
  /** Where a fit looks unless told otherwise. */
  readonly low: number;
  readonly high: number;
  /** Outside, the formula means nothing; absent: the same as low and high. */
  readonly natural?: Range;
  start(data: DataSummary): number;
  /** Kept at its start unless told otherwise (an exponent that is nearly always one half). */
  readonly fixed?: boolean;
}

/** A probability density of one variable on a range, up to its normalisation: the leaf that a `Pdf` is made of. */
export interface Density {
  readonly name: string;
  readonly range: Range;
  readonly parameters: readonly DensityParameter[];
  /** The density up to a factor that depends on parameters alone; never negative inside the natural limits. */
  shape<T>(a: Algebra<T>, x: T, parameters: readonly T[]): T;
  /** ∫ shape over [low, high] in closed form; absent: by quadrature of the shape. The ends may depend on parameters. */
  integral?<T>(a: ScalarAlgebra<T>, low: T, high: T, parameters: readonly T[]): T;
  /** Where the shape bends most (a peak and its flanks): quadrature divides the range there. */
  breaks?(parameters: readonly number[]): readonly number[];
  /** The shape of many events at once, of a density without parameters (templates): looked up once, outside the graph. */
  values?(x: Float64Array): Float64Array;
  /** Convoluted with a Gaussian in a better way than by a sum over shifted shapes; a text says why it cannot be. */
  readonly smeared?: ((resolution: DensityParameter) => Density) | string;
}
