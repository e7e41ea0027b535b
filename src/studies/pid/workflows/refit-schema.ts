import { z } from 'zod';
import { ownVariablesSchema } from '../../own-variables.js';
import { modeSchema } from '../schema/mode-schema.js';

const suffix = z.string().regex(/^\w*$/, 'consists of letters, digits and underscores');
const files = z.union([
  z
    .string()
    .min(1)
    .transform((file) => [file]),
  z.array(z.string().min(1)).min(1),
]);

/** What `datamc pid refit` reads: the keys of the Belle II framework's refit, and where tuples and modes are. */
export const refitSchema = z
  .strictObject({
    old_suffix: suffix
      .default('')
      .describe('end of the columns of weights that are there: sWeight_nominal<old_suffix>'),
    new_suffix: suffix.min(1).describe('end of the new columns'),
    models: z.array(z.string().min(1)).min(1).describe('control modes to fit again'),
    out_dir: z.string().min(1).default('refit').describe('folder of the new tuples, weights, figures and report'),
    ntuples: z
      .record(z.string(), z.strictObject({ data: files.optional(), simulation: files.optional() }))
      .optional()
      .describe('weighted tuples by mode'),
    collections: z
      .strictObject({ data: z.string().min(1).optional(), simulation: z.string().min(1).optional() })
      .optional()
      .describe('collections of the catalogue, where "ntuples" names no files'),
    catalogue: z.string().min(1).optional(),
    modes: z
      .record(z.string(), z.union([z.string().min(1), modeSchema]))
      .default({})
      .describe('definitions of modes with the new densities; default: those that come with datamc'),
    variables: ownVariablesSchema.optional(),
    label: z.record(z.string(), z.string()).default({}),
    seed: z.int().min(0).max(0xffffffff).default(1),
  })
  .refine((r) => r.old_suffix !== r.new_suffix, { path: ['new_suffix'], message: 'must differ from old_suffix' })
  .refine((r) => r.ntuples !== undefined || r.collections !== undefined, 'needs "ntuples" or "collections"');
export type Refit = z.output<typeof refitSchema>;
