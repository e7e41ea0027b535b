import { z } from 'zod';
import { APPROXIMATIONS } from '../../../density/approximation.js';
import type { AxisSpec, DensitySpec } from '../../../density/density-spec.js';
import { NORMALISATIONS } from '../../../density/normaliser.js';
import { PRE_TRANSFORMS } from '../../../density/pre-transform.js';
import { expression } from '../../values.js';

const axis = z.strictObject({
  expression: expression.optional().describe('what it is, where its name is no column'),
  nodes: z.int().min(2).max(100_000).optional().describe('nodes (or bins) of the axis'),
  transform: z
    .enum(PRE_TRANSFORMS as [(typeof PRE_TRANSFORMS)[number], ...(typeof PRE_TRANSFORMS)[number][]])
    .optional()
    .describe('bends the values first; probnn opens both ends of a probability'),
  normaliser: z
    .enum(NORMALISATIONS as unknown as [(typeof NORMALISATIONS)[number], ...(typeof NORMALISATIONS)[number][]])
    .optional()
    .describe('how nodes are placed: flatten (as many events each), gauss, scale (evenly)'),
  range: z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low < high, 'must be [low, high] with low < high')
    .optional()
    .describe('events outside are left out and counted'),
  dither: z.boolean().optional().describe('spread whole numbers by ±½'),
  flatten: z.number().min(1).optional().describe('histogram: raise sparse bins by at most this factor'),
});

const variable = z.union([
  z
    .string()
    .min(1)
    .transform((name): AxisSpec => ({ name })),
  axis.extend({ name: z.string().min(1) }).transform((spec): AxisSpec => spec),
]);

const given = z
  .record(
    z.string().min(1),
    z.union([
      z
        .int()
        .min(2)
        .max(100_000)
        .transform((nodes) => ({ nodes })),
      axis,
    ]),
  )
  .describe('kinematics that the density depends on: column → nodes, or { nodes, range, … }');

const flow = z.strictObject({
  epochs: z.int().min(1).optional(),
  batch: z.int().min(1).optional(),
  learningRate: z.number().positive().optional(),
  hidden: z.array(z.int().min(1)).optional(),
  bins: z.int().min(2).max(128).optional(),
  transforms: z.int().min(1).max(32).optional(),
  variationEpochs: z.int().min(1).optional(),
  threads: z.int().min(1).max(64).optional(),
});

/** What a density may be told besides its variables: shared by the study and `datamc pid kde`. */
export const densityOptions = z.strictObject({
  method: z.enum(['kernel', 'histogram', 'flow']).default('kernel').describe('how the density is estimated'),
  widths: z
    .array(z.number().positive())
    .optional()
    .describe(
      'half widths in normalised units (kernel) or σ in bins (histogram), given axes first; chosen by cross-validation where absent',
    ),
  kernel: z.enum(['product', 'radial']).optional(),
  approximation: z.enum(APPROXIMATIONS).optional().describe('rough density that the kernels refine'),
  adaptive: z.boolean().optional().describe('wider kernels where events are few'),
  refinements: z.int().min(0).max(20).optional().describe('how often the estimate becomes the next approximation'),
  folds: z
    .int()
    .min(0)
    .max(50)
    .optional()
    .describe('parts of the cross-validation; 0: widths of a normal distribution'),
  replicas: z.int().min(0).max(1000).default(10).describe('bootstrap replicas'),
  widthsFactor: z.number().positive().optional().describe('factor on the widths of the variation syst_widths; 1: none'),
  atoms: z.number().min(0).max(1).optional().describe('least share of a value that is kept as a point mass'),
  flow: flow.optional(),
});
export type DensityOptions = z.output<typeof densityOptions>;

/** One entry of the key `densities` of a `pid` study. */
export const densitySchema = densityOptions.extend({
  probe: z.string().min(1).describe('the particle, as the modes name it'),
  name: z.string().min(1).optional().describe('name of the product; default PROBE_VARIABLES'),
  mode: z.string().min(1).optional().describe('the mode that the probe is taken from; default: the first that has it'),
  variables: z.array(variable).min(1).max(4).describe('variables in the order of their chain of conditionals'),
  given: given.prefault({}),
});
export type DensityEntry = z.output<typeof densitySchema>;

/** The name of an entry's product. */
export const densityName = (entry: Pick<DensityEntry, 'name' | 'probe' | 'variables'>): string =>
  entry.name ?? [entry.probe, ...entry.variables.map((v) => v.name)].join('_').replace(/[^\w.+-]+/g, '-');

/**
 * What the density room needs to know of an entry.
 *
 * @param resolve the expression of a name: `kaonID` of probe K may be the column `D0_K_kaonID`
 */
export function densitySpec(
  entry: DensityOptions & { readonly variables: readonly AxisSpec[]; readonly given: DensityEntry['given'] },
  options: {
    readonly name: string;
    readonly seed: number;
    readonly quick?: boolean;
    readonly resolve?: (name: string) => string;
  },
): DensitySpec {
  const resolve = options.resolve ?? ((name: string) => name);
  const named = (name: string, axisSpec: Omit<AxisSpec, 'name'>): AxisSpec => ({
    ...axisSpec,
    name,
    expression: resolve(axisSpec.expression ?? name),
  });
  const { method, widths, kernel, approximation, adaptive, refinements, folds, widthsFactor, atoms } = entry;
  return {
    name: options.name,
    variables: entry.variables.map((v) => named(v.name, v)),
    given: Object.entries(entry.given).map(([name, axisSpec]) => named(name, axisSpec)),
    method,
    widths,
    kernel,
    approximation,
    adaptive,
    refinements,
    folds: options.quick ? Math.min(folds ?? 2, 2) : folds,
    replicas: options.quick ? Math.min(entry.replicas, 2) : entry.replicas,
    widthsFactor,
    atoms,
    seed: options.seed,
    quick: options.quick,
  };
}
