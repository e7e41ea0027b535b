import { z } from 'zod';
import { sample, sampleObject } from '../../head.js';
import { binning, expression } from '../../values.js';
import { fit, word } from './fit-schema.js';

/** A daughter: what its columns begin with. */
export interface Probe {
  readonly prefix: string;
  readonly pdg?: number | undefined;
  readonly select?: string | undefined;
}

const probeObject = z.strictObject({
  prefix: z.string().describe('column prefix of this daughter: D0_K; "" where columns have none'),
  pdg: z.int().positive().optional().describe('PDG code, for particles other than e, mu, pi, K, p, d'),
  select: expression.optional().describe('cut on this probe alone'),
});

/** A daughter by its column prefix; several daughters of one kind as a list. */
const probes = z
  .union([
    z.string().transform((prefix): Probe[] => [{ prefix }]),
    probeObject.transform((p): Probe[] => [p]),
    z
      .array(z.union([z.string().transform((prefix): Probe => ({ prefix })), probeObject.transform((p): Probe => p)]))
      .min(1),
  ])
  .describe('column prefix of the daughter, such as D0_K: `kaonID` then means D0_K_kaonID');

/** One control mode: where the type of a daughter is known without its identification. */
export const modeSchema = z.strictObject({
  title: z.string().optional().describe('for figures and the report: D^{*+} → [K^{−} π^{+}] π^{+}'),
  samples: z.record(z.string(), sample).default({}).describe('files of this mode, where modes lie in different ones'),
  define: z.record(z.string(), expression).default({}).describe('derived columns of this mode'),
  select: expression.optional().describe('cut of this mode'),
  probes: z
    .record(word('a particle'), probes)
    .refine((probes) => Object.keys(probes).length > 0, 'at least one probe is needed')
    .describe('daughters by particle (K, pi, p, e, mu, d)'),
  truth: z
    .record(z.string(), expression)
    .default({})
    .describe('by particle: the cut that finds true ones in simulation'),
  fit: fit.optional().describe('absent: every candidate counts as signal'),
  simulation: z
    .enum(['truth', 'sweights'])
    .optional()
    .describe('how signal is found in simulation; default: by truth where it is given'),
  closure: z
    .boolean()
    .default(false)
    .describe('add the difference between weighted and true signal in simulation to the uncertainties'),
  validity: z
    .strictObject({
      control: z
        .array(expression)
        .optional()
        .describe(
          'variables that must be independent of the fit variable in the mode as a whole; tables test each of their bins',
        ),
      fallback: z
        .enum(['flag', 'cow', 'fit-and-count', 'sideband'])
        .default('cow')
        .describe('what is done in bins where the weights may not be trusted'),
      falseAlarm: z
        .number()
        .gt(0)
        .lt(1)
        .default(0.01)
        .describe('probability that any bin of a table is called not valid although all are'),
      compareYields: z
        .boolean()
        .default(true)
        .describe('also compare what weights count in each bin with a fit of its candidates alone'),
    })
    .prefault({}),
  control: z
    .array(
      z.strictObject({
        variable: expression,
        probe: z.string().optional(),
        bins: binning.optional(),
        label: z.string().optional(),
      }),
    )
    .optional()
    .describe(
      'distributions drawn of weighted data and simulation; default: identification variables and the axes of tables',
    ),
});
export type Mode = z.output<typeof modeSchema>;

/** A sample of a pid study may leave its files to the catalogue. */
export const pidSample = z.union([
  z
    .string()
    .min(1)
    .transform((file) => sampleObject.parse({ files: [file] })),
  sampleObject.extend({ files: sampleObject.shape.files.default([]) }),
]);
