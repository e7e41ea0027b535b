import { z } from 'zod';
import { binning, expression } from '../../values.js';

/** A list, or one of it. */
const oneOrMore = <T extends z.ZodType>(one: T) =>
  z.union([one.transform((value) => [value] as z.output<T>[]), z.array(one).min(1)]);

const twice = (list: readonly string[]): string | undefined =>
  list.find((text, i) => list.findIndex((other) => other.trim() === text.trim()) !== i);

const particle = z.string().min(1);
const modes = z
  .array(z.string().min(1))
  .min(1)
  .optional()
  .describe('modes that supply the candidates; default: all that have the particle');

const axes = z
  .record(z.string(), binning)
  .refine((record) => Object.keys(record).length > 0, 'at least one variable is needed')
  .describe('variable of the probe → bins; bins are right-closed, (low, high]');

/** Efficiency and fake rate of cuts, in bins. */
export const tableSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[\w.+-]+$/, 'consists of letters, digits, dots, underscores and dashes')
      .optional()
      .describe('begins the names of the files; default: made of particle and cut'),
    cut: oneOrMore(expression).describe('the identification cut, or several; `kaonID` means that of the probe'),
    efficiency: particle.optional().describe('particle that the cut looks for: its share that passes'),
    fake: oneOrMore(particle).optional().describe('particles that pass by mistake'),
    reco: particle
      .optional()
      .describe(
        'what passing candidates are taken for; default: the particle of `efficiency`, or that of the cut’s variable',
      ),
    binning: axes,
    precuts: z
      .array(z.union([z.literal(''), expression]))
      .min(1)
      .default([''])
      .describe('preselections; a table for each'),
    modes,
    simulation: z.enum(['truth', 'sweights']).optional().describe('overrides the modes’ own'),
    notIdentified: z
      .boolean()
      .default(false)
      .describe('also weights of candidates that fail the cut: (1 − ε_data)/(1 − ε_simulation)'),
    reference: z
      .record(z.string(), z.string().min(1))
      .optional()
      .describe(
        'by true particle: an earlier or known table to compare the ratios with (CSV: <column>_min, <column>_max, value)',
      ),
    interval: z
      .enum(['auto', 'binomial', 'wilson', 'bootstrap'])
      .default('auto')
      .describe('statistical errors; auto: binomial, Wilson where that fails'),
  })
  .refine((t) => t.efficiency !== undefined || t.fake !== undefined, 'needs "efficiency", "fake", or both')
  .refine((t) => t.efficiency === undefined || !t.fake?.includes(t.efficiency), {
    message: 'is the particle that the cut looks for: no fake',
    path: ['fake'],
  })
  .superRefine((t, context) => {
    for (const key of ['cut', 'precuts', 'fake'] as const) {
      const same = twice(t[key] ?? []);
      if (same !== undefined)
        context.addIssue({
          code: 'custom',
          path: [key],
          message: `"${same}" stands twice: a table each would be the same`,
        });
    }
    const particles = [...(t.efficiency === undefined ? [] : [t.efficiency]), ...(t.fake ?? [])];
    for (const name of Object.keys(t.reference ?? {}))
      if (!particles.includes(name))
        context.addIssue({
          code: 'custom',
          path: ['reference', name],
          message: `"${name}" is no particle of this table, which has ${particles.join(', ')}`,
        });
  });
export type TableSettings = z.output<typeof tableSchema>;

/** Efficiency against fake rate, as the threshold moves. */
export const rocSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[\w.+-]+$/)
    .optional(),
  variable: expression.describe('what the threshold is put on'),
  signal: particle,
  background: particle,
  binning: z.record(z.string(), binning).default({}).describe('a curve in each bin of these variables'),
  precut: z.union([z.literal(''), expression]).default(''),
  modes,
  points: z.array(z.number()).default([]).describe('thresholds that are marked on the curve'),
});
export type RocSettings = z.output<typeof rocSchema>;
