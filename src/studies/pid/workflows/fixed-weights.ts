import { copyFile, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Json } from '../../../base/json.js';
import { makeFolder } from '../../../base/make-folder.js';
import { exists, remove } from '../../../runs/files.js';
import { alive } from '../../../runs/process.js';
import type { RunOutcome } from '../../../runs/run.js';
import { withPlaces } from '../../read.js';
import { planFixedWeights } from './fixed-weights-plan.js';
import { fixedWeightsSchema } from './fixed-weights-schema.js';
import { readConfig } from './read-config.js';
import { runWorkflow, withHeaders, type WorkflowOptions } from './run-workflow.js';

export interface FixedWeightsOutcome {
  readonly outcome: RunOutcome;
  /** Folder of the tables, and their files. */
  readonly dir: string;
  readonly files: readonly string[];
}

/**
 * Tables of weights for fixed cuts from weighted tuples of the catalogue, as a YAML file of the Belle II framework asks for them:
 * for every cut, preselection and particle one table, in every format, into `weight_dir`. Interrupted, it resumes.
 *
 * @param file keys `weight_dir`, `remove_tmp_files`, `weight_cfg_list`; further ones in docs/pid.md
 * @throws userError for what is wrong in the file, unknown collections, columns, particles
 * @example await fixedWeights('weights.yaml', { jobs: 4 })
 */
export async function fixedWeights(file: string, options: WorkflowOptions = {}): Promise<FixedWeightsOutcome> {
  const read = await readConfig(file, fixedWeightsSchema);
  const { config, directory } = read;
  const name = path
    .basename(file)
    .replace(/\.ya?ml$/, '')
    .replace(/[^\w.+-]/g, '-');
  const plan = await withPlaces(read, () =>
    withHeaders((cache) => planFixedWeights(config, name, { directory, cache })),
  );
  const dir = path.resolve(options.out ?? path.resolve(directory, config.weight_dir));
  const run = path.join(dir, 'run');
  const command = `datamc pid fixed-weights ${path.basename(file)}${options.quick ? ' --quick' : ''}`;
  const about = { dir: run, name, command, resolved: config as unknown as Json, seed: config.seed };
  const outcome = await runWorkflow(plan, about, options);
  if (outcome.status !== 'done') return { outcome, dir, files: [] };
  const files = await deliver(run, dir);
  if (config.remove_tmp_files) await remove(run);
  return { outcome, dir, files };
}

/** Puts the tables, the report and its figures where they are expected. */
async function deliver(run: string, dir: string): Promise<string[]> {
  await makeFolder(dir);
  await sweep(dir);
  const files: string[] = [];
  const tables = path.join(run, 'products', 'tables');
  for (const name of (await readdir(tables)).sort())
    files.push(await put(path.join(tables, name), path.join(dir, name)));
  for (const name of ['report.html', 'summary.json'])
    if (await exists(path.join(run, name))) await put(path.join(run, name), path.join(dir, name));
  return files;
}

/** Leftovers of processes that were killed while they put files in place. */
async function sweep(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    const pid = /\.(\d+)\.partial$/.exec(name)?.[1];
    if (pid !== undefined && !alive(Number(pid), '?')) await remove(path.join(dir, name));
  }
}

async function put(from: string, to: string): Promise<string> {
  const partial = `${to}.${process.pid}.partial`;
  await copyFile(from, partial);
  await rename(partial, to);
  return to;
}
