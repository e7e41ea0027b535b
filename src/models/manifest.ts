import { stableJson } from '../base/hash.js';
import type { JsonObject } from '../base/json.js';

/** A column of a model's input or output. */
export type ManifestColumn = {
  readonly name: string;
  /** `mm`, `GeV`; absent: a pure number. */
  readonly unit?: string;
};

/** What a stored model says about itself. Holds nothing that differs between equal runs: no time, no path. */
export type Manifest = {
  readonly name: string;
  /** What the model is, in one sentence. */
  readonly description?: string;
  readonly inputs: readonly ManifestColumn[];
  readonly outputs: readonly ManifestColumn[];
  /** SHA-256 of each training sample, by its name. */
  readonly trainedOn?: Readonly<Record<string, string>>;
  readonly seed?: number;
  /** Packages and their versions. */
  readonly versions?: Readonly<Record<string, string>>;
  /** Final losses by name, mean −ln p an event or what the model minimised. */
  readonly losses?: Readonly<Record<string, number>>;
  readonly extra?: JsonObject;
};

/** The manifest as JSON with sorted keys. */
export const manifestText = (manifest: Manifest): string => stableJson(manifest as unknown as JsonObject);
