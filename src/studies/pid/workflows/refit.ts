import path from 'node:path';
import type { Json } from '../../../base/json.js';
import type { RunOutcome } from '../../../runs/run.js';
import { withPlaces } from '../../read.js';
import { readConfig } from './read-config.js';
import { planRefit } from './refit-plan.js';
import { refitSchema } from './refit-schema.js';
import { runWorkflow, withHeaders, type WorkflowOptions } from './run-workflow.js';

/**
 * New columns of weights for weighted tuples, after a change of the densities: every mode is fitted again, every tuple is
 * written anew with `sWeight_nominal<new_suffix>`, … beside its old columns, and the report shows fits and what changed.
 * Tuples that are there are not touched. Interrupted, it resumes.
 *
 * @param file keys `old_suffix`, `new_suffix`, `models`; further ones in docs/pid.md
 * @throws userError for what is wrong in the file, a suffix that is taken, tuples without weights
 * @example await refit('refit.yaml', { jobs: 2 })
 */
export async function refit(file: string, options: WorkflowOptions = {}): Promise<RunOutcome> {
  const read = await readConfig(file, refitSchema);
  const { config, directory } = read;
  const name = path
    .basename(file)
    .replace(/\.ya?ml$/, '')
    .replace(/[^\w.+-]/g, '-');
  const plan = await withPlaces(read, () => withHeaders((cache) => planRefit(config, name, { directory, cache })));
  const dir = path.resolve(options.out ?? path.resolve(directory, config.out_dir));
  const command = `datamc pid refit ${path.basename(file)}${options.quick ? ' --quick' : ''}`;
  return runWorkflow(plan, { dir, name, command, resolved: config as unknown as Json, seed: config.seed }, options);
}
