import path from 'node:path';
import type { z } from 'zod';
import { userError } from '../../../base/error.js';
import type { DensitySpec } from '../../../density/density-spec.js';
import { loadTemplate } from '../../../density/store.js';
import { withTemporaryStore } from '../../../events/temporary-store.js';
import { makeDensity, type MadeDensity, type MakeDensityOptions } from '../densities/make-density.js';
import { densityName, densitySchema, densitySpec } from '../schema/densities-schema.js';
import { openProbe } from './file-sample.js';
import type { FileOptions } from './open-files.js';

export interface KdeOptions extends Omit<MakeDensityOptions, 'axes' | 'dir'>, FileOptions {
  /** Files of one sample. */
  readonly files: readonly string[];
  readonly tree?: string | undefined;
  /** Prefix of the probe's columns: with `D0_K`, `kaonID` is `D0_K_kaonID`. */
  readonly prefix?: string | undefined;
  readonly select?: string | undefined;
  readonly entries?: number | undefined;
  /** JSON of a template whose axes are used: the data's, for simulation. */
  readonly axesOf?: string | undefined;
  /** NAME of the product: NAME.json and NAME.npy; its folder is made. Nothing is written where absent. */
  readonly out?: string | undefined;
}

/** A density as `densities` of a study writes it: `{ variables: ['kaonID'], given: { p: 20 }, method: 'kernel' }`. */
const shortSpec = densitySchema.omit({ probe: true, mode: true });
export type ShortDensitySpec = z.input<typeof shortSpec> & { readonly seed?: number; readonly quick?: boolean };

const isShort = (spec: DensitySpec | ShortDensitySpec): spec is ShortDensitySpec =>
  !Array.isArray(spec.given) || spec.variables.some((v) => typeof v === 'string');

/** The short form with its defaults. @throws userError `density.spec` */
function wholeSpec({ seed = 1, quick, ...short }: ShortDensitySpec): DensitySpec {
  const read = shortSpec.safeParse(short);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw userError({ code: 'density.spec', message: issue.message, path: issue.path.join('.') });
  }
  const name = densityName({ ...read.data, probe: '' }).replace(/^_/, '');
  return densitySpec(read.data, { name, seed, ...(quick === undefined ? {} : { quick }) });
}

/**
 * The density of variables for given kinematics, from files of events: template, bootstrap replicas, systematic
 * variations, checks and figures. What `datamc pid kde` does.
 *
 * @throws userError `density.*`, `events.*`
 * @example
 * const spec = { variables: ['kaonID'], given: { p: 20, cosTheta: 10 }, method: 'kernel' } as const;
 * const { template, result } = await kde(spec, { files: ['data.parquet'], weight: 'sWeight_nominal', out: 'densities/K_kaonID' });
 */
export async function kde(given: DensitySpec | ShortDensitySpec, options: KdeOptions): Promise<MadeDensity> {
  const spec = isShort(given) ? wholeSpec(given) : given;
  const { prefix, axesOf, out, warn = () => {} } = options;
  const axes = axesOf === undefined ? undefined : await loadTemplate(axesOf);
  return withTemporaryStore(options.jobs, async (store) => {
    const table = await openProbe(store, options, prefix ?? '', 'FILE');
    const named = out === undefined ? spec : { ...spec, name: path.basename(out).replace(/\.json$/, '') };
    return await makeDensity(table, named, {
      ...options,
      warn,
      axes,
      dir: out === undefined ? undefined : path.dirname(path.resolve(out)),
    });
  });
}
