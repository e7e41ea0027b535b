import { z } from 'zod';
import { expression } from '../../values.js';
import { ownVariablesSchema } from '../../own-variables.js';
import { modeSchema } from '../schema/mode-schema.js';

const edges = z
  .array(z.number())
  .min(2)
  .refine((list) => list.every((edge, i) => i === 0 || edge > list[i - 1]), 'bin edges must increase');

const query = z.array(z.string().min(1)).min(1);
const particle = z.string().min(1);

/** One set of tables: the keys of the Belle II framework's `weight_cfg_list`. */
const entry = z
  .strictObject({
    prefix_name: z.string().regex(/^[\w.+-]*$/, 'consists of letters, digits, dots, underscores and dashes'),
    efficiency_particle_type: particle.optional().describe('particle whose efficiency is measured'),
    fakerate_particle_type: particle.optional().describe('particle whose misidentification is measured'),
    binning: z.array(edges).min(1).describe('a list of edges for each of track_variables'),
    track_variables: z.array(z.string().min(1)).min(1),
    cuts: z.array(expression).min(1),
    precuts: z
      .array(z.union([z.literal(''), expression]))
      .min(1)
      .default(['']),
    mc_proc_query: query.describe('collections of simulation, each with the data collection of the same place'),
    data_proc_query: query.describe('collections of data'),
    model_names: z.array(z.string().min(1)).optional().describe('control modes; default: all that have the particle'),
  })
  .superRefine((e, context) => {
    const wrong = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if (e.binning.length !== e.track_variables.length)
      wrong('binning', `has ${e.binning.length} lists of edges for ${e.track_variables.length} track_variables`);
    if (e.efficiency_particle_type === undefined && e.fakerate_particle_type === undefined)
      wrong('efficiency_particle_type', 'needs efficiency_particle_type, fakerate_particle_type, or both');
    const [mc, data] = [e.mc_proc_query.length, e.data_proc_query.length];
    if (mc !== data && mc !== 1 && data !== 1)
      wrong('mc_proc_query', `has ${mc} collections for ${data} of data: as many, or one`);
  });
export type WeightEntry = z.output<typeof entry>;

/** What `datamc pid fixed-weights` reads. */
export const fixedWeightsSchema = z.strictObject({
  weight_dir: z.string().min(1).describe('folder that the tables are written into'),
  remove_tmp_files: z.boolean().default(true).describe('remove the folder `run` in it when all is done'),
  weight_cfg_list: z.array(entry).min(1),
  catalogue: z.string().min(1).optional().describe('index of weighted tuples; default: catalogue.yaml here or above'),
  modes: z
    .record(z.string(), z.union([z.string().min(1), modeSchema]))
    .default({})
    .describe('definitions of modes; default: those that come with datamc'),
  variables: ownVariablesSchema.optional(),
  suffix: z.string().regex(/^\w*$/).default('').describe('columns sWeight_nominal<suffix>, … of a refit'),
  seed: z.int().min(0).max(0xffffffff).default(1),
});
export type FixedWeights = z.output<typeof fixedWeightsSchema>;
