import type { JsonObject } from '../../../base/json.js';
import type { SummaryValue } from '../../../runs/summary.js';

/** What a fit says in `result.json`: only finite numbers. */
export type FitSummary = {
  readonly status: string;
  readonly message: string;
  readonly parameters: Readonly<Record<string, FittedNumber>>;
  readonly yields: Readonly<Record<string, FittedNumber>>;
  readonly chi2: number;
  readonly ndf: number;
  readonly pValue: number;
  readonly used: number;
  /** How the weights were made, and the identities that they fulfil. */
  readonly method: string;
  readonly checks: readonly { readonly message: string; readonly passed: boolean }[];
};

export type FittedNumber = {
  readonly value: number;
  readonly error: number;
  readonly fixed?: boolean;
  readonly atLimit?: string;
};

/** Task `fit`: the fits of one mode and sample by name: `nominal`, `systematic`, variants. */
export type FitTaskResult = {
  readonly fits: Readonly<Record<string, FitSummary>>;
  readonly figures: readonly string[];
};

/** Task `ntuple`. */
export type NtupleResult = {
  readonly rows: number;
  /** By column of weights: Σw and (Σw)²/Σw². */
  readonly sums: Readonly<Record<string, { readonly sum: number; readonly effective: number }>>;
};

/** One table as the report and the summary tell of it. */
export type TableSummary = {
  readonly name: string;
  readonly reco: string;
  readonly truth: string;
  readonly cut: string;
  readonly precut: string;
  readonly modes: readonly string[];
  readonly bins: number;
  /** Bins whose weight may be trusted, flags by name with the number of bins, and how rates were found. */
  readonly valid: number;
  readonly flags: Readonly<Record<string, number>>;
  readonly methods: Readonly<Record<string, number>>;
  /** Why the weights of some bins may not be trusted: the bin, and what the tests say. */
  readonly reasons: readonly string[];
  /** z of yields by weights against fits of each bin alone: how many there are, their mean, √⟨z²⟩ and the largest |z|. */
  readonly yields?:
    { readonly compared: number; readonly mean: number; readonly rms: number; readonly largest: number } | undefined;
  /** Share of the sample's candidates that lie in a bin with a weight. */
  readonly coverage: { readonly data: number; readonly simulation: number };
  /** Over the whole table: rates of both samples and their ratio. */
  readonly rates: { readonly data: OverallRate; readonly simulation: OverallRate; readonly ratio: OverallRate };
  /** Sources of systematic uncertainty: the median of their sizes relative to the ratio. */
  readonly systematics: Readonly<Record<string, number>>;
  readonly reference?: {
    readonly chi2: number;
    readonly ndf: number;
    readonly mean: number;
    readonly width: number;
    readonly pValue: number;
  };
};

export type Rounded = { readonly value: number; readonly error: number };

/** With the error of all sources together, and by name that of each: `stat`, `sweights`, …. */
export type OverallRate = Rounded & { readonly parts: Readonly<Record<string, number>> };

/** What a source adds at +1σ and at −1σ. */
type Moves = { readonly up: number; readonly down: number };

/** A number with its 68 % band, and what each source adds. */
export type Banded = Moves & { readonly value: number; readonly sources: Readonly<Record<string, Moves>> };

export type TableTaskResult = { readonly tables: readonly TableSummary[]; readonly figures: readonly string[] };

export type RocTaskResult = {
  readonly name: string;
  /** For people: `kaonID: K against π`. */
  readonly title?: string;
  /** By sample, and bin where there are several: the area with all its errors, `error` being the larger side. */
  readonly auc: Readonly<Record<string, Rounded & { readonly sources: Readonly<Record<string, Moves>> }>>;
  /** Both rates at the marked thresholds. */
  readonly points: readonly {
    readonly where: string;
    readonly threshold: number;
    readonly efficiency: Banded;
    readonly fakeRate: Banded;
  }[];
  readonly figures: readonly string[];
};

/** A test of the fit variable against a control variable of the mode. */
export type ModeTest = {
  readonly sample: string;
  readonly control: string;
  readonly kind: string;
  readonly tau: number;
  readonly z: number;
  readonly significant: boolean;
};

export type ControlTaskResult = { readonly figures: readonly string[]; readonly tests?: readonly ModeTest[] };

export type DensityTaskResult = {
  readonly name: string;
  /** Of data and of simulation, as `makeDensity` tells. */
  readonly made: readonly JsonObject[];
  readonly summary: Readonly<Record<string, SummaryValue>>;
  readonly figures: readonly string[];
};
