import { z } from 'zod';
import { studyHead } from '../../head.js';
import { ownVariablesSchema } from '../../own-variables.js';
import { densitySchema } from './densities-schema.js';
import { modeSchema, pidSample } from './mode-schema.js';
import { rocSchema, tableSchema } from './table-schema.js';

/** A `pid` study: how efficient is a particle-identification cut in data and in simulation, and what repairs it? */
export const pidSchema = studyHead.extend({
  study: z.literal('pid'),
  samples: z
    .record(z.string(), pidSample)
    .default({})
    .describe('data and simulation; files may be left to the modes or to the catalogue'),
  catalogue: z.string().min(1).optional().describe('index of tuples, for samples that name a collection and no files'),
  variables: ownVariablesSchema.optional(),
  modes: z
    .record(
      z.string().regex(/^[A-Za-z][\w+-]*$/, 'the name of a mode consists of letters, digits and underscores'),
      z.union([z.string().min(1).describe('a file that holds the mode'), modeSchema]),
    )
    .refine((modes) => Object.keys(modes).length > 0, 'at least one mode is needed')
    .describe('control modes by name, or the file that defines one'),
  tables: z.array(tableSchema).default([]).describe('efficiencies, fake rates, and the weights made of them'),
  roc: z.array(rocSchema).default([]).describe('efficiency against fake rate'),
  densities: z
    .array(densitySchema)
    .default([])
    .describe('densities of identification variables, to resample and transform with'),
});
export type PidStudy = z.output<typeof pidSchema>;
