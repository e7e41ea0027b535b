import { z } from 'zod';
import { expression } from '../../values.js';
import { pdf as pdfSpec } from './pdf-schema.js';

/** A name that may be a part of a column's. */
export const word = (what: string) =>
  z.string().regex(/^[A-Za-z][\w+-]*$/, `${what} consists of letters, digits and underscores`);

/** How candidates are weighted so that a sum over them is a sum over signal. */
export const WEIGHT_METHODS = ['sPlot', 'cow', 'sideband', 'templates', 'abcd', 'classifier'] as const;
export type WeightMethod = (typeof WEIGHT_METHODS)[number];

const interval = z
  .tuple([z.number(), z.number()])
  .refine(([low, high]) => low < high, 'must be [low, high] with low < high');

const cow = z.strictObject({
  variance: z
    .enum(['density', 'unity', 'data'])
    .default('density')
    .describe(
      'the function I of custom orthogonal weights: the fitted density (then they are sWeights), 1, or a histogram of the data',
    ),
  terms: z
    .int()
    .min(0)
    .max(6)
    .default(0)
    .describe('polynomial terms added to the background, for what does not factorise'),
});

const sideband = z.strictObject({
  signal: interval.describe('where the signal lies'),
  bands: z.array(interval).min(1).max(4).describe('where there is none'),
});

const templates = z
  .record(
    word('a name'),
    z.strictObject({
      select: expression.describe('cut on simulation: candidates of this background'),
      scale: z.number().positive().default(1).describe('events in data for one (weighted) event in simulation'),
      error: z.number().min(0).max(1).default(0.1).describe('relative error of the scale'),
    }),
  )
  .refine((backgrounds) => Object.keys(backgrounds).length > 0, 'at least one background is needed')
  .describe(
    'backgrounds subtracted bin by bin, each from simulation: { qq: { select: "process == 2", scale: 1, error: 0.1 } }; beside a fit (variable, range, signal, background) it may be absent',
  );

const leak = z.number().min(0).max(1).default(0);
const abcd = z.strictObject({
  first: expression.describe('a selection'),
  second: expression.describe('another; independent of the first in background'),
  leakage: z
    .strictObject({ B: leak, C: leak, D: leak })
    .optional()
    .describe('signal that fails the first (B), the second (C), both (D), as shares of that which passes both'),
  error: z.number().min(0).default(0).describe('relative error of the transfer factor'),
});

const classifier = z.strictObject({
  features: z
    .array(expression)
    .min(1)
    .describe('kinematic variables that tell signal from background; none of identification'),
  signal: expression.optional().describe('cut on simulation: signal; default: what no background takes'),
  backgrounds: z
    .record(
      word('a name'),
      z.strictObject({ select: expression.describe('cut on simulation: candidates of this background') }),
    )
    .refine((backgrounds) => Object.keys(backgrounds).length > 0, 'at least one background is needed')
    .describe('simulated backgrounds; each has a yield of its own in the fit of the output'),
  controls: z
    .array(expression)
    .optional()
    .describe('variables of the probes that the output must not depend on; default: those of cuts and curves'),
  bins: z.int().min(4).max(200).default(20).describe('bins of the templates'),
  folds: z.int().min(2).max(20).default(5).describe('networks, each blind to its share of simulation'),
  replicas: z.int().min(0).max(200).default(20).describe('bootstrap replicas of the templates: the source "templates"'),
  hidden: z
    .array(z.int().min(1).max(1024))
    .min(1)
    .max(6)
    .default([64, 64])
    .describe('units of the network, layer by layer'),
  epochs: z.int().min(1).max(10_000).default(50).describe('passes over simulation in training, at most'),
});

const how = {
  range: interval.optional().describe('range of the fit'),
  signal: pdfSpec.optional(),
  background: pdfSpec.optional(),
  weights: z.enum(['sPlot', 'cow', 'sideband']).optional(),
  cow: cow.optional(),
  sideband: sideband
    .optional()
    .describe('{ signal: [low, high], bands: [[low, high], …] }; default: where the fit finds hardly any signal'),
};

/** What a variant of the fit does differently. */
const variation = z
  .strictObject(how)
  .refine(
    (v) => Object.values(v).some((x) => x !== undefined),
    'must change something: signal, background, range, weights',
  );
export type FitVariation = z.output<typeof variation>;

const needs: Readonly<Record<WeightMethod, readonly string[]>> = {
  sPlot: ['variable', 'range', 'signal', 'background'],
  cow: ['variable', 'range', 'signal', 'background'],
  sideband: ['variable', 'range'],
  templates: ['variable', 'range', 'signal', 'background'],
  abcd: ['abcd'],
  classifier: ['classifier'],
};

/** How signal is told from background in a mode, and what weights are made of it. */
export const fit = z
  .strictObject({
    variable: expression.optional().describe('column whose distribution tells signal from background'),
    label: z.string().optional().describe('axis label, such as M(K π)'),
    unit: z.string().optional().describe('unit, such as GeV'),
    range: interval.optional().describe('range of the fit; candidates outside are left out'),
    signal: pdfSpec.optional(),
    background: pdfSpec.optional(),
    backgrounds: z.record(word('a name'), pdfSpec).default({}).describe('further backgrounds by name'),
    systematic: variation
      .optional()
      .describe('another fit, for the column sWeight_systematic; default: a background of one more order'),
    variants: z
      .record(word('a name'), variation)
      .refine((v) => !('nominal' in v || 'systematic' in v), 'nominal and systematic are names of their own')
      .default({})
      .describe('further fits by name, each a column sWeight_<name>'),
    weights: z.enum(WEIGHT_METHODS).default('sPlot').describe('how candidates are weighted to make signal of them'),
    cow: cow.prefault({}),
    sideband: sideband
      .optional()
      .describe('{ signal: [low, high], bands: [[low, high], …] }; default: where the fit finds hardly any signal'),
    templates: templates.optional(),
    abcd: abcd.optional().describe('{ first, second }: two cuts that are independent in background'),
    classifier: classifier.optional(),
    binned: z.int().min(10).max(100_000).optional().describe('fit a histogram of so many bins'),
    bins: z.int().min(10).max(1000).optional().describe('bins of figures and of the goodness of fit'),
    fixFromSimulation: z
      .array(z.string().min(1))
      .default([])
      .describe('parameters that the fit of data takes from the fit of simulation, such as signal.fraction'),
  })
  .superRefine((f, context) => {
    const fitted = needs[f.weights].every((key) => f[key as keyof typeof f] !== undefined);
    if (f.weights === 'templates') {
      if (!f.templates && !fitted)
        context.addIssue({ code: 'custom', path: ['templates'], message: 'weights: templates needs "templates"' });
    } else
      for (const key of needs[f.weights])
        if (f[key as keyof typeof f] === undefined)
          context.addIssue({ code: 'custom', path: [key], message: `weights: ${f.weights} needs "${key}"` });
    const { range, sideband: told } = f;
    const parts = told && f.weights === 'sideband' ? [told.signal, ...told.bands] : [];
    for (const [i, [low, high]] of parts.entries()) {
      const path = i === 0 ? ['sideband', 'signal'] : ['sideband', 'bands', i - 1];
      if (range && (low < range[0] || high > range[1]))
        context.addIssue({
          code: 'custom',
          path,
          message: `reaches beyond the range of the fit, ${range.join(' to ')}`,
        });
      const other = parts.slice(0, i).find(([from, to]) => low < to && from < high);
      if (other)
        context.addIssue({
          code: 'custom',
          path,
          message: `overlaps with ${other.join(' to ')}: window and bands stand apart`,
        });
    }
    // Side bands are told, or found by a fit.
    if (f.weights === 'sideband' && !f.sideband && !(f.signal && f.background))
      context.addIssue({ code: 'custom', path: ['sideband'], message: 'needs sideband, or signal and background' });
  });
export type FitSettings = z.output<typeof fit>;
