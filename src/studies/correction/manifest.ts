import { userError } from '../../base/error.js';
import { columnTransform } from '../../models/column-transform.js';
import { readMetadata } from '../../models/metadata.js';
import type { VariableParams } from './params.js';

/** A column of the product: its scale, and the range of the training events in its own unit. */
export type ManifestColumn = {
  readonly column: string;
  readonly transform: VariableParams['transform'];
  readonly unit?: string;
  readonly low: number;
  readonly high: number;
};

/** What `correction.onnx` says of itself in its metadata, under the key `datamc`. */
export type Manifest = {
  readonly format: 'datamc correction 1';
  readonly name: string;
  readonly quick: boolean;
  readonly seed: number;
  readonly software: string;
  /** Input columns are the variables, then the given columns, each in its own unit. */
  readonly variables: readonly ManifestColumn[];
  readonly given: readonly ManifestColumn[];
  /** Derived columns that the inputs need. */
  readonly define: Readonly<Record<string, string>>;
  /** Whether the outputs `up` and `down` exist. */
  readonly band: boolean;
  /** SHA-256 of the training samples' files, by name. */
  readonly training: Readonly<Record<string, string>>;
  /** Mean negative log-likelihoods of the flows on held-out events. */
  readonly losses: Readonly<Record<string, number>>;
};

export const MANIFEST_KEY = 'datamc';

/** The manifest of an ONNX product. @throws userError `correction.not-a-product` */
export function readManifest(model: Uint8Array, file: string): Manifest {
  const manifest = parsed(readMetadata(model)[MANIFEST_KEY]);
  if (manifest?.format === 'datamc correction 1') return manifest as Manifest;
  throw userError({
    code: 'correction.not-a-product',
    message: 'this ONNX file is not a correction',
    path: file,
    expected: 'correction.onnx of a correction run, or the run directory',
  });
}

function parsed(text = ''): Partial<Manifest> | undefined {
  try {
    return JSON.parse(text) as Partial<Manifest>;
  } catch {
    return undefined;
  }
}

/** A scale and back costs the last digits, which must not put the outermost training events outside their own range. */
const DIGITS = 1e-12;

/** A column's training range from values on the learning scale. */
export function manifestColumn({ column, transform, unit }: VariableParams, values: Float64Array): ManifestColumn {
  let [low, high] = [Infinity, -Infinity];
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  [low, high] = [low, high].map(columnTransform(transform).inverse);
  if (transform !== 'none') [low, high] = [low - DIGITS * Math.abs(low), high + DIGITS * Math.abs(high)];
  return { column, transform, ...(unit === undefined ? {} : { unit }), low, high };
}
