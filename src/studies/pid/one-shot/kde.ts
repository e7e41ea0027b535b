import path from 'node:path';
import type { DensitySpec } from '../../../density/density-spec.js';
import { loadTemplate } from '../../../density/store.js';
import { withTemporaryStore } from '../../../events/temporary-store.js';
import { makeDensity, type MadeDensity, type MakeDensityOptions } from '../densities/make-density.js';
import { openFiles, type FileOptions } from './open-files.js';

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

/**
 * The density of variables for given kinematics, from files of events: template, bootstrap replicas, systematic
 * variations, checks and figures. What `datamc pid kde` does.
 *
 * @throws userError `density.*`, `events.*`
 * @example
 * const spec = { name: 'K', method: 'kernel', variables: [{ name: 'kaonID' }], given: [{ name: 'p', nodes: 20 }], replicas: 10 } as const;
 * const { template, result } = await kde(spec, { files: ['data.parquet'], weight: 'sWeight_nominal', out: 'densities/K_kaonID' });
 */
export async function kde(spec: DensitySpec, options: KdeOptions): Promise<MadeDensity> {
  const { prefix, axesOf, out, warn = () => {} } = options;
  const axes = axesOf === undefined ? undefined : await loadTemplate(axesOf);
  return withTemporaryStore(options.jobs, async (store) => {
    const table = await openFiles(store, options, options, 'FILE', prefix);
    const named = out === undefined ? spec : { ...spec, name: path.basename(out).replace(/\.json$/, '') };
    return await makeDensity(table, named, {
      ...options,
      warn,
      axes,
      dir: out === undefined ? undefined : path.dirname(path.resolve(out)),
    });
  });
}
