import type { Algebra, ScalarAlgebra } from './algebra.js';

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
  /** Natural limits: outside, the formula means nothing. */
  readonly low: number;
  readonly high: number;
  start(data: DataSummary): number;
}

/** A family of probability densities of one variable. */
export interface Density {
  readonly name: string;
  readonly parameters: readonly DensityParameter[];
  /** The density up to a factor that depends on parameters alone; never negative inside the natural limits. */
  shape<T>(a: Algebra<T>, x: T, parameters: readonly T[]): T;
  /** ∫ shape over [low, high] in closed form; absent: by quadrature of the shape. */
  integral?<T>(a: ScalarAlgebra<T>, low: number, high: number, parameters: readonly T[]): T;
}
