import type { OwnVariablesSpec } from '../own-variables.js';
import type { FitSettings } from './schema/fit-schema.js';
import type { Mode, Probe } from './schema/mode-schema.js';
import type { SampleName } from './modes.js';

/** What a task must know of a sample besides its files. */
export type SampleParams = {
  readonly files: number;
  readonly tree?: string;
  readonly select?: string;
  readonly weight?: string;
  readonly entries?: number;
  readonly explode?: string;
};

/** What a task must know of a mode. */
export type ModeParams = {
  readonly name: string;
  readonly at: string;
  readonly title?: string;
  readonly select?: string;
  readonly probes: Readonly<Record<string, readonly Probe[]>>;
  readonly truth: Readonly<Record<string, string>>;
  readonly fit?: FitSettings;
  readonly simulation: 'truth' | 'sweights';
  readonly closure: boolean;
  readonly validity: Mode['validity'];
  /** Columns of weights by fit: `nominal`, `systematic`, …; names that end in `_up` and `_down` belong together. */
  readonly columns: Readonly<Record<string, string>>;
  /** Event weights by sample. */
  readonly weights: Readonly<Partial<Record<SampleName, string>>>;
};

export type PrepareParams = {
  readonly mode: Pick<ModeParams, 'name' | 'at' | 'select' | 'fit'>;
  readonly sample: SampleName;
  readonly spec: SampleParams;
  readonly define: Readonly<Record<string, string>>;
  readonly select?: string;
  readonly variables: OwnVariablesSpec;
};

/** How many rows of a sample there were, and why not all were used. */
export type PrepareResult = {
  readonly rows: number;
  readonly selected: number;
  /** Selected rows whose fit variable is outside the range, and those without a value. */
  readonly outside: number;
  readonly missing: number;
  readonly used: number;
  readonly sumOfWeights: number;
};

export const ROWS = 'rows.parquet';
