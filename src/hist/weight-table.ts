import type { Estimate } from './estimate.js';

export interface TableAxis {
  /** A column or an expression: `p`, `cosTheta`, `charge`. */
  readonly column: string;
  readonly edges: readonly number[];
}

/** A particle by its name and PDG code: `{ name: 'K', pdg: 321 }`. */
export interface Particle {
  readonly name: string;
  readonly pdg: number;
}

/** Efficiency or fake rate in one bin of one sample. */
export interface RateCell {
  /** NaN where nothing was tried. */
  readonly rate: Estimate;
  /** Σw that passed, Σw tried, and how many candidates that were. */
  readonly passed: number;
  readonly tried: number;
  readonly entries: number;
  /** Why the number may not be trusted: `empty`, `negative`, `above-one`, `not-factorising`, … Empty: no reason known. */
  readonly flags: readonly string[];
  /** How it was found: `sweights`, `cow`, `fit-and-count`, `sideband`, `truth`, `templates`, … */
  readonly method: string;
}

/** Data over simulation in one bin. */
export interface WeightCell {
  readonly ratio: Estimate;
  readonly data: RateCell;
  readonly simulation: RateCell;
  readonly flags: readonly string[];
}

/** What a table is about: of true `truth`, the share that `cut` (on `variable` at `threshold`) takes for `reco`. */
export interface TableHead {
  readonly axes: readonly TableAxis[];
  readonly cut: string;
  readonly variable: string;
  readonly threshold: number;
  readonly reco: Particle;
  readonly truth: Particle;
  readonly precut: string;
  /** `identified`: weights of candidates that pass the cut; `notIdentified`: of those that fail it. */
  readonly side: 'identified' | 'notIdentified';
  /** The name of a working point whose threshold differs from bin to bin, such as `UniformEff90`; `threshold` is NaN then. */
  readonly workingPoint?: string | undefined;
}

/** Cells in C order: the last axis runs fastest. Bins are right-closed, (low, high], as the basf2 reader has them. */
export interface RateTable extends TableHead {
  readonly sample: string;
  readonly cells: readonly RateCell[];
  /** Tables of other cuts on the same candidates, where that was asked for. */
  readonly shared?: readonly SharedTable[] | undefined;
}

/** How the statistical errors of this table go with those of another that was counted on the same candidates. */
export interface SharedTable {
  readonly cut: string;
  readonly precut: string;
  /** Cell by cell, from −1 to 1. */
  readonly correlation: readonly number[];
}

export interface WeightTable extends TableHead {
  readonly cells: readonly WeightCell[];
}
