import { z } from 'zod';
import { studyHead } from '../head.js';
import { COLUMN_TRANSFORMS, type ColumnTransform } from '../../models/column-transform.js';
import { binning, expression } from '../values.js';

const column = z.string().min(1);

const variable = z.union([
  column.transform((name) => ({ column: name, transform: 'none' as ColumnTransform })),
  z.strictObject({
    column,
    transform: z.enum(COLUMN_TRANSFORMS).default('none').describe('scale on which the variable is learnt and drawn'),
    label: z.string().optional().describe('axis label, such as "IP"'),
    unit: z.string().optional().describe('unit of the column, such as "mm"'),
    bins: binning.optional().describe('bins of the before/after figure and of chi2, on the transformed scale'),
  }),
]);

const given = z.union([
  column.transform((name) => ({ column: name, transform: 'none' as ColumnTransform })),
  z.strictObject({
    column,
    transform: z.enum(COLUMN_TRANSFORMS).default('none'),
    label: z.string().optional(),
    unit: z.string().optional(),
    bins: binning.optional().describe('bins in which the correction is shown'),
  }),
]);

const flow = z.strictObject({
  kind: z
    .enum(['spline', 'autoregressive', 'coupling', 'affine'])
    .optional()
    .describe('default: spline for one variable, autoregressive (unique map) for several'),
  transforms: z.int().min(1).max(32).default(1).describe('how many transforms are composed'),
  bins: z.int().min(2).max(128).default(16).describe('bins of each rational-quadratic spline'),
  bound: z.number().positive().optional().describe('half width of the spline box, in standard deviations (default 5)'),
  hidden: z.array(z.int().min(1)).default([64, 64]).describe('widths of the hidden layers'),
  activation: z.enum(['relu', 'silu', 'gelu']).default('silu'),
  tails: z
    .enum(['linear', 'identity'])
    .default('linear')
    .describe('beyond the box: a straight line that follows the data, or the identity'),
  standardise: z
    .boolean()
    .default(true)
    .describe('robust location and scale inside the model; false learns on the bare scale'),
  epochs: z.int().min(1).default(60),
  batch: z.union([z.int().min(1), z.literal('full')]).default(1024),
  learningRate: z.number().positive().default(3e-3),
  schedule: z
    .enum(['anneal', 'cosine', 'plateau', 'constant'])
    .default('anneal')
    .describe(
      'anneal: a constant learning rate until the validation loss stalls for `patience` epochs, then down to zero',
    ),
  patience: z
    .int()
    .min(0)
    .default(6)
    .describe('epochs without a better validation loss before training descends (anneal) or stops; 0: never'),
  validation: z
    .number()
    .min(0)
    .max(0.5)
    .default(0.15)
    .describe('share of the training events that decides when to stop'),
  clipNorm: z.number().positive().default(10),
  weightDecay: z.number().min(0).default(0),
  threads: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe(
      'threads of each of the two trainings, which run side by side; more of them share every minibatch, and the last digits depend on how many',
    ),
  replicaEpochs: z
    .int()
    .min(1)
    .optional()
    .describe('epochs of a bootstrap replica, which starts from the trained flow (default: 16 %, at least 6)'),
});

const count = z.int().min(0).max(1000);
const ALLOW_FAILED = 0.1;

const replicas = z
  .union([
    count.transform((n) => ({ count: n, allowFailed: ALLOW_FAILED })),
    z.strictObject({
      count,
      allowFailed: z
        .number()
        .min(0)
        .max(0.5)
        .default(ALLOW_FAILED)
        .describe('share of the replicas whose training may diverge; the band is then made of the others'),
    }),
  ])
  .prefault(20)
  .describe('bootstrap replicas of both samples');

/** A `correction` study: which map turns the simulated distribution into the recorded one? */
export const correctionSchema = studyHead.extend({
  study: z.literal('correction'),
  variables: z.array(variable).min(1).describe('columns to correct, jointly, correlations included'),
  given: z.array(given).default([]).describe('columns that the map may depend on and leaves unchanged'),
  method: z
    .enum(['flow', 'quantile'])
    .default('flow')
    .describe('quantile: the exact monotone map, one variable, nothing given'),
  flow: flow.prefault({}),
  replicas,
  holdOut: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.3)
    .describe('share of events that no flow sees and that judge the result'),
  closure: z.boolean().default(true).describe('correct simulation to simulation and compare with the identity'),
  compare: z
    .array(column)
    .optional()
    .describe('columns whose correlations with the variables are shown before and after'),
  truth: z
    .record(z.string(), expression)
    .default({})
    .describe('where the true map is known: variable → expression of its true corrected value in simulation'),
});

export type CorrectionStudy = z.infer<typeof correctionSchema>;
export type VariableSpec = CorrectionStudy['variables'][number] & { readonly label?: string; readonly unit?: string };
export type FlowSettings = CorrectionStudy['flow'];
