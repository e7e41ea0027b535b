import { z } from 'zod';
import { leafDensity, type FamilyName, type TemplateData } from '../../../fit/densities/families.js';
import type { ParameterSetting } from '../../../fit/model.js';
import type { FamilySpec, Settings, TemplateSource } from '../../../fit/pdf-spec.js';
import { expression, fitParameter } from '../../values.js';
import { MOST_ORDER } from './pdf-text.js';

export const parameterText = 'start value, or [start, low, high], or { fixed }, or an expression: signal.mean + 0.1';

/** As everywhere in a study, and besides a text: an expression of other parameters of the fit. */
export const pdfParameter = z
  .union([
    fitParameter.transform((setting): ParameterSetting => setting),
    z
      .string()
      .min(1)
      .transform((text): ParameterSetting => ({ expression: text })),
  ])
  .describe(parameterText);

export const common = {
  name: z
    .string()
    .regex(/^[A-Za-z_]\w*$/, 'must be a word')
    .optional()
    .describe('what its parameters are called after'),
  variable: z.string().min(1).optional().describe('of several variables, the one it describes'),
};

const order = z.int().min(0).max(MOST_ORDER).optional().describe('degree of the polynomial, default 2');
const events = {
  select: expression.optional().describe('cut on the events of the sample'),
  weight: expression.optional().describe('weight of the events of the sample'),
};

/** Keys that say how a density is made, beside its parameters. */
const making = {
  order,
  tail: z.enum(['left', 'right']).optional().describe('side of the tail, default left'),
  edges: z.array(z.number()).min(2).optional().describe('bin edges of a histogram; contents go with them'),
  contents: z.array(z.number()).min(1).optional().describe('one number for each bin of a histogram'),
  sample: z.string().min(1).optional().describe('the sample whose events a template is made of'),
  bins: z.int().min(1).max(10_000).optional().describe('bins that events are filled into, default 50'),
  factor: z.number().positive().optional().describe('times the kernels’ width by Silverman’s rule, default 1'),
  ...events,
};

const madeBy: Readonly<Partial<Record<FamilyName, readonly (keyof typeof making)[]>>> = {
  chebyshev: ['order'],
  bernstein: ['order'],
  crystalBall: ['tail'],
  histogram: ['edges', 'contents', 'sample', 'bins', 'select', 'weight'],
  kde: ['sample', 'factor', 'select', 'weight'],
};

/** All keys that any density may have, for editors. */
export const makingKeys = making;

/** The parameters of a density by name; a polynomial's depend on its degree. */
export function parameterNames(name: FamilyName, degree: number): readonly string[] {
  if (name === 'doubleGaussian') return ['mean', 'sigma1', 'sigma2', 'fraction'];
  if (name === 'histogram' || name === 'kde') return ['resolution'];
  return [...leafDensity(name, [1, 2], { order: degree }).parameters.map((p) => p.name), 'resolution'];
}

/** One density by its name: `{ pdf: doubleGaussian, mean: 1.8648 }`. */
export function familySchema(name: FamilyName, degree: number): z.ZodType<FamilySpec> {
  const names = parameterNames(name, degree);
  const keys = madeBy[name] ?? [];
  return z
    .strictObject({
      pdf: z.literal(name),
      ...common,
      ...Object.fromEntries(keys.map((key) => [key, making[key]])),
      ...Object.fromEntries(names.map((own) => [own, pdfParameter.optional()])),
    })
    .transform((given, context): FamilySpec => {
      const read = given as Partial<z.output<z.ZodObject<typeof making>>> & Record<string, unknown>;
      const template = templateOf(name, read);
      if (typeof template === 'string') {
        context.addIssue({ code: 'custom', message: template });
        return z.NEVER;
      }
      const set = names.flatMap((own) => (own !== 'resolution' && read[own] ? [[own, read[own]] as const] : []));
      return {
        pdf: name,
        name: given.name,
        variable: given.variable,
        order: read.order,
        tail: read.tail,
        bins: read.bins,
        factor: read.factor,
        parameters: Object.fromEntries(set) as Settings,
        resolution: read['resolution'] as ParameterSetting | undefined,
        template,
      };
    });
}

/** A template's bins or where its events are, or what is wrong with it. */
function templateOf(
  name: FamilyName,
  { edges, contents, sample, select, weight }: Partial<z.output<z.ZodObject<typeof making>>>,
): TemplateData | TemplateSource | undefined | string {
  if (name !== 'histogram' && name !== 'kde') return undefined;
  if (sample !== undefined && !edges && !contents) return { sample, select, weight };
  if (name === 'kde') return 'a kernel density needs a sample: { pdf: kde, sample: simulation }';
  if (!edges || !contents || sample !== undefined) return 'a histogram needs either edges and contents, or a sample';
  if (edges.length !== contents.length + 1) return 'a histogram has one edge more than contents';
  return { edges, contents };
}
