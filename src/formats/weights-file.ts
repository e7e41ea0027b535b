import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { userError } from '../base/error.js';
import { systemReason } from '../base/system-error.js';
import { stableJson } from '../base/hash.js';
import type { Json } from '../base/json.js';
import { makeFolder } from '../base/make-folder.js';
import type { Component } from '../fit/component.js';
import type { PdfForm } from '../fit/pdf-form.js';
import { restoreDensity, saveDensity, type SavedDensity } from '../fit/saved-density.js';
import { checkVariants, type WeightVariants } from '../fit/weight-columns.js';
import type { VarianceFunction, WeightFunction } from '../fit/weight-function.js';

/** What a file of weights holds besides the functions: enough to apply them to events that were not in the fit. */
export interface SavedWeights {
  /** The mode of the study: `Dst`. */
  readonly mode: string;
  /** The fit variable: a column or an expression. */
  readonly variable: string;
  /** Derived columns that it needs. */
  readonly define?: Readonly<Record<string, string>> | undefined;
  /** The cut under which the fit was made: events that fail it have weight 0. */
  readonly select?: string | undefined;
  /** The events' own weight in the fit: columns of weights are the product. */
  readonly weight?: string | undefined;
  readonly variants: WeightVariants;
  /** `provenanceStamp`, so that `datamc explain` knows the file anywhere. */
  readonly provenance?: string | undefined;
}

export const WEIGHTS_FORMAT = 'datamc-weights';

const numbers = z.array(z.number());
const range = z.tuple([z.number(), z.number()]);
const name = z.string().optional();
const shared = z.array(z.string()).optional();
const resolution = z.literal(true).optional();
const form: z.ZodType<PdfForm> = z.lazy(() =>
  z.union([
    z.strictObject({
      pdf: z.string(),
      name,
      order: z.int().min(0).max(20).optional(),
      tail: z.enum(['left', 'right']).optional(),
      template: z.strictObject({ edges: numbers.min(2), contents: numbers.min(1) }).optional(),
      resolution,
    }),
    z.strictObject({ sum: z.array(form).min(1), name, shared, resolution }),
    z.strictObject({ product: z.array(form).min(1), name, shared }),
  ]),
);
const degree = z.int().min(0).max(20);
const density: z.ZodType<SavedDensity> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pdf'), form, range, parameters: z.record(z.string(), z.number()) }),
  z.strictObject({ kind: z.literal('bernstein'), degree, term: degree, range }),
  z.strictObject({ kind: z.literal('legendre'), of: z.lazy(() => density), degree, range }),
  z.strictObject({
    kind: z.literal('table'),
    pieces: z.array(z.strictObject({ low: z.number(), high: z.number(), values: numbers.min(4) })).min(1),
    error: z.number(),
  }),
  z.strictObject({ kind: z.literal('histogram'), edges: numbers.min(2), values: numbers.min(1) }),
]);
const variant = z.strictObject({
  method: z.enum(['sPlot', 'cow', 'sideband']),
  range,
  signal: z.array(z.string()).min(1),
  components: z.array(z.strictObject({ name: z.string(), density })).min(1),
  matrix: z.array(numbers),
  variance: z.union([z.strictObject({ combination: numbers }), z.strictObject({ density })]),
  yields: z.record(z.string(), z.number()),
  checks: z.array(
    z.strictObject({
      name: z.enum(['sum of weights', 'sum over components', 'sum rule', 'orthonormality']),
      deviation: z.number(),
      tolerance: z.number(),
      passed: z.boolean(),
      message: z.string(),
    }),
  ),
});
const file = z.strictObject({
  format: z.literal(WEIGHTS_FORMAT),
  version: z.literal(1),
  mode: z.string(),
  variable: z.string(),
  define: z.record(z.string(), z.string()).optional(),
  select: z.string().optional(),
  weight: z.string().optional(),
  variants: z.record(z.string(), variant),
  provenance: z.string().optional(),
});

type FileVariant = z.infer<typeof variant>;

/**
 * Weights as JSON: densities by their functional forms and parameters, histograms, or (where a density has no form of its own)
 * tabulated with their interpolation error; the matrix A, the function I.
 */
export function weightsJson({ variants, ...head }: SavedWeights): Json {
  checkVariants(variants);
  const saved = Object.entries(variants).map(([name, w]) => [name, fromFunction(w)] as const);
  return { format: WEIGHTS_FORMAT, version: 1, ...head, variants: Object.fromEntries(saved) } as unknown as Json;
}

/** Writes `weights/<mode>.json`; the same weights give the same bytes. */
export async function writeWeights(out: string, weights: SavedWeights): Promise<void> {
  await makeFolder(path.dirname(out));
  const partial = `${out}.${process.pid}.partial`;
  await writeFile(partial, `${stableJson(weightsJson(weights))}\n`);
  await rename(partial, out);
}

/** Reads a file of weights. @throws userError `formats.weights` naming the key that is wrong, `file.unreadable` */
export async function readWeights(from: string): Promise<SavedWeights> {
  const text = await readFile(from, 'utf8').catch((error: unknown) => {
    throw userError({
      code: 'file.unreadable',
      message: `cannot read "${from}"`,
      path: from,
      hint: systemReason(error),
    });
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw notWeights(from, `it is not JSON: ${(error as Error).message}`);
  }
  return parseWeights(json, from);
}

/** The same from a value. @throws userError `formats.weights` */
export function parseWeights(json: unknown, from: string): SavedWeights {
  const parsed = file.safeParse(json);
  if (!parsed.success) {
    const { path: at, message } = parsed.error.issues[0];
    throw notWeights(from, `${at.join('.') || 'the file'}: ${message}`);
  }
  const { mode, variable, define, select, weight, variants, provenance } = parsed.data;
  checkVariants(variants);
  // The nominal one leads, as in columns; the others stand in the order of their names.
  const names = ['nominal', ...Object.keys(variants).filter((name) => name !== 'nominal')];
  const functions = names.map((name) => [name, toFunction(variants[name], `variants.${name}`, from)] as const);
  return { mode, variable, define, select, weight, provenance, variants: Object.fromEntries(functions) };
}

function fromFunction(w: WeightFunction): FileVariant {
  const { variance, range } = w;
  return {
    method: w.method,
    range: [range[0], range[1]],
    signal: [...w.signal],
    components: w.components.map((c) => ({ name: c.name, density: plain(saveDensity(c, range)) })),
    matrix: w.matrix.map((row) => [...row]),
    variance:
      variance.kind === 'combination'
        ? { combination: [...variance.coefficients] }
        : { density: plain(saveDensity(variance.component, range)) },
    yields: { ...w.yields },
    checks: w.checks.map((c) => ({ ...c })),
  };
}

const plain = (saved: ReturnType<typeof saveDensity>): z.infer<typeof density> =>
  structuredClone(saved) as z.infer<typeof density>;

function toFunction(v: FileVariant, at: string, from: string): WeightFunction {
  const n = v.components.length;
  const square = v.matrix.length === n && v.matrix.every((row) => row.length === n);
  const fits = !('combination' in v.variance) || v.variance.combination.length === n;
  if (!square || !fits) throw notWeights(from, `${at}: matrix and variance do not fit ${n} components`);
  const restore = (name: string, saved: SavedDensity): Component => {
    try {
      return restoreDensity(name, saved);
    } catch (error) {
      throw notWeights(from, `${at}: ${(error as Error).message}`, error);
    }
  };
  const variance: VarianceFunction =
    'combination' in v.variance
      ? { kind: 'combination', coefficients: v.variance.combination }
      : { kind: 'density', component: restore('I', v.variance.density) };
  return {
    method: v.method,
    range: v.range,
    components: v.components.map((c) => restore(c.name, c.density)),
    matrix: v.matrix.map((row) => Float64Array.from(row)),
    variance,
    signal: v.signal,
    yields: v.yields,
    checks: v.checks,
  };
}

const notWeights = (from: string, message: string, cause?: unknown) =>
  userError(
    {
      code: 'formats.weights',
      message: `this is no file of weights: ${message}`,
      path: from,
      expected: 'weights/<mode>.json of a pid study',
    },
    { cause },
  );
