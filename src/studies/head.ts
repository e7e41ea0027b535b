import { z } from 'zod';
import { expression } from './values.js';

const text = z.union([z.string(), z.number().transform(String)]);

const fileList = z
  .union([
    z
      .string()
      .min(1)
      .transform((file) => [file]),
    z.array(z.string().min(1)).min(1),
  ])
  .describe('files of one sample; globs are allowed');

/** The keys of one sample. */
export const sampleObject = z.strictObject({
  files: fileList,
  tree: z.string().min(1).optional().describe('tree of a ROOT file, dataset group of an HDF5 file'),
  select: expression.optional().describe('cut on this sample'),
  weight: expression.optional().describe('event weight, of either sign'),
  entries: z.int().min(1).optional().describe('read only so many entries'),
  explode: z.string().min(1).optional().describe('one row per object of this jagged collection'),
  collection: z.string().min(1).optional().describe('name of the collection in the catalogue of weight tables'),
});

/** A sample of events; a string is `{ files: [it] }`. */
export const sample = z.union([
  z
    .string()
    .min(1)
    .transform((file) => sampleObject.parse({ files: [file] })),
  sampleObject,
]);

/** One sample of a study. After `readStudy`, `files` are absolute, globs expanded and sorted. */
export type Sample = z.output<typeof sampleObject>;

const label = z
  .strictObject({
    experiment: text.optional(),
    status: text.optional().describe('such as Preliminary, Internal, Simulation'),
    collisions: text.optional().describe('such as pp'),
    energy: text.optional().describe('such as 13 TeV'),
    luminosity: text.optional().describe('such as 20 nb⁻¹'),
  })
  .describe('what figures are labelled with');

/** The keys that every study file has; a study's schema extends it. */
export const studyHead = z.strictObject({
  study: z.string().describe('the kind of study'),
  name: z
    .string()
    .regex(/^[\w][\w.+-]*$/, 'must consist of letters, digits, dots, underscores and dashes')
    .default('study')
    .describe("name of the run; the file's name unless told"),
  seed: z.int().min(0).max(0xffffffff).default(1).describe('fixes every random number'),
  label: label.default({}),
  samples: z
    .record(z.string(), sample)
    .refine((samples) => Object.keys(samples).length > 0, 'at least one sample is needed')
    .describe('samples by name'),
  define: z.record(z.string(), expression).default({}).describe('derived columns, for every sample'),
  select: expression.optional().describe('cut, for every sample'),
});

/** The head of a parsed study. */
export type StudyHead = z.output<typeof studyHead>;
