import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { userError } from '../../base/error.js';
import { didYouMean } from '../../base/near.js';
import type { Sample } from '../head.js';
import { explainIssue, worst } from '../issues.js';
import { jsonSchema } from '../json-schema.js';
import { parseYaml } from '../parse-yaml.js';
import { resolveSamples } from '../samples.js';
import type { PlanContext } from '../study.js';
import { expression } from '../values.js';
import { SHIPPED_MODES, shippedModes } from './schema/mode-file.js';
import { modeSchema, type Mode } from './schema/mode-schema.js';
import type { PidStudy } from './schema/schema.js';

export const SAMPLES = ['simulation', 'data'] as const;
export type SampleName = (typeof SAMPLES)[number];

/** A mode with its files found. */
export interface ResolvedMode extends Omit<Mode, 'samples' | 'simulation'> {
  readonly name: string;
  /** Where its keys stand: `modes.Dst`, or the file that holds it. */
  readonly at: string;
  readonly samples: Readonly<Record<SampleName, Sample>>;
  readonly simulation: 'truth' | 'sweights';
}

/** Files of a mode by collection: those that the catalogue knows. */
export type FindFiles = (
  collection: string,
  mode: string,
  at: string,
) => Promise<{ readonly files: readonly string[]; readonly tree?: string | undefined }>;

/**
 * The modes of a study: files that hold one are read, every mode is given the files of its two samples.
 *
 * @throws userError where a mode's file is not a mode, or a sample has no files
 */
export async function resolveModes(study: PidStudy, context: PlanContext, find: FindFiles): Promise<ResolvedMode[]> {
  for (const name of Object.keys(study.samples)) checkSample(name, `samples.${name}`);
  const modes: ResolvedMode[] = [];
  for (const [name, given] of Object.entries(study.modes)) {
    const read = typeof given === 'string' ? await readMode(given, name, context.directory) : undefined;
    const mode = read?.mode ?? (given as Mode);
    const at = read ? path.basename(read.file) : `modes.${name}`;
    const folder = read ? path.dirname(read.file) : context.directory;
    for (const sample of Object.keys(mode.samples)) checkSample(sample, `${at}.samples.${sample}`);
    const own = await resolveSamples(mode.samples, folder);
    const samples: Partial<Record<SampleName, Sample>> = {};
    for (const sample of SAMPLES)
      samples[sample] = await filesOf(name, at, sample, own[sample] ?? study.samples[sample], find);
    checkParticles(mode, at);
    const truth = Object.keys(mode.truth).length > 0;
    modes.push({
      ...mode,
      name,
      at,
      samples: samples as Record<SampleName, Sample>,
      simulation: mode.simulation ?? (truth ? 'truth' : 'sweights'),
    });
  }
  return modes;
}

async function filesOf(
  mode: string,
  at: string,
  sample: SampleName,
  given: Sample | undefined,
  find: FindFiles,
): Promise<Sample> {
  if (!given)
    throw userError({
      code: 'pid.sample',
      message: `no sample "${sample}" for the mode "${mode}"`,
      path: at === `modes.${mode}` ? `samples` : at,
      expected: `samples: { data: …, simulation: … }, of the study or of the mode`,
    });
  if (given.files.length) return given;
  if (given.collection === undefined)
    throw userError({
      code: 'pid.no-files',
      message: `the sample "${sample}" names neither files nor a collection of the catalogue`,
      path: `samples.${sample}`,
      expected: 'files, or the name of a collection that the catalogue knows',
    });
  const found = await find(given.collection, mode, `samples.${sample}.collection`);
  return { ...given, tree: given.tree ?? found.tree, files: [...found.files] };
}

function checkSample(name: string, at: string): void {
  if ((SAMPLES as readonly string[]).includes(name)) return;
  throw userError({
    code: 'pid.sample',
    message: `unknown sample "${name}"`,
    path: at,
    expected: 'simulation and data',
    hint: didYouMean(name, SAMPLES),
  });
}

function checkParticles({ truth, probes, simulation }: Mode, at: string): void {
  const known = Object.keys(probes);
  for (const name of Object.keys(truth))
    if (!Object.hasOwn(probes, name))
      throw userError({
        code: 'pid.truth',
        message: `"${name}" is not a probe of this mode`,
        path: `${at}.truth.${name}`,
        expected: known.join(', '),
        hint: didYouMean(name, known),
      });
  const without = simulation === 'truth' ? known.find((name) => !Object.hasOwn(truth, name)) : undefined;
  if (without !== undefined)
    throw userError({
      code: 'pid.truth',
      message: `simulation is to be matched to truth, but "${without}" has no cut that does so`,
      path: `${at}.truth`,
      expected: `truth: { ${without}: "abs(mcPDG) == …" }`,
      hint: 'simulation: sweights finds signal by the fit',
    });
}

/** What a file of modes may say besides; tables and samples of its own are not of interest here. */
const modeFile = z.looseObject({
  modes: z.record(z.string(), modeSchema),
  define: z.record(z.string(), expression).default({}),
});

/**
 * A mode from a file: one that holds the mode itself, or a study file (as those that come with datamc) that holds it among
 * others, by the name that this study gives it, or alone. Its derived columns come with it.
 *
 * @param given a path, or the name of a file that comes with datamc: `Dst`
 */
async function readMode(given: string, name: string, directory: string): Promise<{ file: string; mode: Mode }> {
  const at = `modes.${name}`;
  const file = await findModeFile(given, directory, at);
  const { raw, where } = parseYaml(await readFile(file, 'utf8'), path.basename(file), {
    what: 'a file of modes',
    example: 'probes: …, truth: …, fit: …',
  });
  const several = raw !== null && typeof raw === 'object' && 'modes' in raw;
  const schema = several ? modeFile : modeSchema;
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    const { keys, ...data } = explainIssue(worst(parsed.error.issues), raw, jsonSchema(schema));
    throw userError({ ...data, path: where(keys) });
  }
  if (!several) return { file, mode: parsed.data as Mode };
  const { modes, define } = parsed.data as z.output<typeof modeFile>;
  const names = Object.keys(modes);
  const wanted = names.length === 1 ? names[0] : name;
  if (!Object.hasOwn(modes, wanted))
    throw userError({
      code: 'pid.mode-file',
      message: `"${path.basename(file)}" has no mode "${name}"`,
      path: at,
      expected: names.join(', '),
      hint: didYouMean(name, names),
    });
  return { file, mode: { ...modes[wanted], define: { ...define, ...modes[wanted].define } } };
}

/** A mode that is given whole, or by a file. */
export const readNamedMode = async (given: string | Mode, name: string, directory: string): Promise<Mode> =>
  typeof given === 'string' ? (await readMode(given, name, directory)).mode : given;

async function findModeFile(given: string, directory: string, at: string): Promise<string> {
  const own = path.resolve(directory, given);
  const shipped = path.join(SHIPPED_MODES, `${given}.yaml`);
  for (const file of [own, ...(/^[\w-]+$/.test(given) ? [shipped] : [])])
    if ((await stat(file).catch(() => undefined))?.isFile()) return file;
  const known = await shippedModes();
  throw userError({
    code: 'pid.mode-file',
    message: `there is no file "${given}" that defines a mode`,
    path: at,
    expected: 'a path relative to the study file, or the name of a mode that comes with datamc',
    hint: didYouMean(given, known) ?? (known.length ? `modes that come with datamc: ${known.join(', ')}` : undefined),
  });
}
