import { permutation } from '../stats/key.js';
import { firstNonFinite } from './diverged.js';
import type { EpochRun } from './epoch-run.js';
import { buildEvaluation } from './evaluation-graph.js';
import type { Objective } from './objective.js';
import { layout } from './parameters.js';
import { openSession, type Block } from './session.js';
import type { ResidentRows } from './validate.js';

export interface Offence {
  readonly run: EpochRun;
  /** The epoch's step, from 0, whose loss or gradient is not finite. */
  readonly step: number;
  /** Parameters before the offending step. */
  readonly before: Float32Array;
  readonly training: ResidentRows;
  readonly threads: number;
}

/**
 * Which tensor was the first that is not finite: the offending step's own events, parameters, loss and gradient are looked
 * at in this order.
 *
 * @returns for the message: `input "x" of event 37`, `parameter layer 1[3, 5]`, `the loss`, `the gradient of layer 1[3, 5]`
 */
export async function locate(objective: Objective, offence: Offence): Promise<string> {
  const { run, step, before, training, threads } = offence;
  const rows = run.full
    ? Int32Array.from({ length: run.rows }, (_, i) => i)
    : permutation(run.key, run.rows).subarray(step * run.batch, (step + 1) * run.batch);
  for (const [name, width] of Object.entries(objective.inputs)) {
    const values = training.columns[name];
    const row = rows.find((r) => !values.subarray(r * width, (r + 1) * width).every(Number.isFinite));
    if (row !== undefined) return `input "${name}" of event ${training.events[row]}`;
  }
  const heavy = rows.find((r) => !Number.isFinite(training.weights[r]));
  if (heavy !== undefined) return `the weight of event ${training.events[heavy]}`;

  const parameters = layout(objective.parameters);
  const broken = firstNonFinite(before, parameters);
  if (broken) return `parameter ${broken}`;

  const evaluation = await openSession(buildEvaluation(objective, run.batch, { gradient: true }), { threads });
  const feeds: Record<string, Block> = {
    parameters: { data: before, dims: [before.length] },
    weight: { data: Float32Array.from(rows, (r) => training.weights[r]), dims: [1, run.batch] },
  };
  for (const [name, width] of Object.entries(objective.inputs)) {
    const picked = new Float32Array(run.batch * width);
    rows.forEach((r, i) => picked.set(training.columns[name].subarray(r * width, (r + 1) * width), i * width));
    feeds[`data:${name}`] = { data: picked, dims: [run.batch, width] };
  }
  const out = await evaluation.run(feeds);
  await evaluation.close();
  if (!Number.isFinite(Number(out['loss'].data[0]))) return 'the loss';
  const entry = firstNonFinite(out['gradient'].data as Float32Array, parameters);
  // A gradient whose entries are finite can have a norm that is not.
  return entry ? `the gradient of ${entry}` : 'the norm of the gradient';
}
