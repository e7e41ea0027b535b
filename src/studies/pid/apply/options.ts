import { z } from 'zod';
import { userError } from '../../../base/error.js';

const threshold = z.strictObject({ variable: z.string(), threshold: z.number() });

/** One particle of the events to be weighted: `prefix=K_`. */
export const particleSchema = z.strictObject({
  /** Of its columns, `K_p`, …, and of its weights; an underscore is added where there is none. Empty: none. */
  prefix: z.string().default(''),
  /** What it was reconstructed as, where the events have no column PDG. */
  reco: z.string().optional(),
  /** What it truly is, where the events have no column mcPDG. */
  truth: z.string().optional(),
  /** Files of its tables; all tables by default. */
  tables: z.array(z.string()).optional(),
  /** The cut that it was selected with, where its tables have several. */
  threshold: threshold.optional(),
  /** Columns of the tables → columns or expressions of the events, before the prefix. */
  alias: z.record(z.string(), z.string()).default({}),
});

/** Options of `datamc apply` with weight tables. */
export const weightOptionsSchema = z.strictObject({
  /** Further files of tables. */
  tables: z.array(z.string()).default([]),
  /** Files of the weights of candidates that fail the cut. */
  notIdentified: z.array(z.string()).default([]),
  /** Weights of candidates that fail, (1 − ε_data)/(1 − ε_simulation), from tables that hold both rates. */
  failing: z.boolean().default(false),
  /** `[reco, truth]` of tables that do not say what they are about. */
  pdg: z.tuple([z.string(), z.string()]).optional(),
  /** For each reconstructed particle (name or PDG code), the cut to take weights of. */
  thresholds: z.record(z.string(), threshold).default({}),
  particles: z.array(particleSchema).default([]),
  alias: z.record(z.string(), z.string()).default({}),
  define: z.record(z.string(), z.string()).default({}),
  /** Number of variations, written as `<prefix>Weight_0`, …. */
  variations: z.int().min(0).max(100_000).default(0),
  /** Systematic sources move all bins together (`full`) or each on its own (`none`). */
  correlation: z.enum(['full', 'none']).default('full'),
  /** A covariance matrix (.npy or .csv) in place of the tables' errors; rows in the order of the tables' rows. */
  covariance: z.string().optional(),
  /** Up and down as they are (`signed`), or the larger for both, as basf2's sysvar does (`largest`). */
  errors: z.enum(['signed', 'largest']).default('signed'),
  seed: z.int().default(1),
  /** Weight of unmatched candidates; NaN by default. */
  fill: z.number().optional(),
  /** Weight of matched particles outside the bins; the one of the table's file by default, else as `fill`. */
  outOfRange: z.number().optional(),
  weightName: z.string().min(1).default('Weight'),
  /** Columns for every source as well: `<prefix>Weight_stat_up`, …. */
  sources: z.boolean().default(false),
});

export type WeightOptions = z.input<typeof weightOptionsSchema>;
export type ParsedWeightOptions = z.output<typeof weightOptionsSchema>;
export type ParticleOptions = ParsedWeightOptions['particles'][number];

/** Fills in defaults. @throws userError `apply.option` naming the option */
export function readWeightOptions(options: WeightOptions): ParsedWeightOptions {
  const parsed = weightOptionsSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  const [{ message, path }] = parsed.error.issues;
  const at = path.join('.');
  throw userError({ code: 'apply.option', message: `option ${at}: ${message}`, path: at });
}

/** `K` and `K_` are the same prefix. */
export const normalPrefix = (prefix: string): string => (prefix === '' || prefix.endsWith('_') ? prefix : `${prefix}_`);
