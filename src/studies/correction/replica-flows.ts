import path from 'node:path';
import { taskError } from '../../base/error.js';
import type { FlowModel } from '../../models/flow.js';
import type { TaskContext } from '../../runs/task.js';
import { loadFlow } from './flow-file.js';
import type { CommonParams } from './params.js';
import type { SampleName } from './prepare.js';

/** File of one replica inside a replica task's folder. */
export const replicaFile = (index: number): string => `replica-${index}.json`;

/** What a task of replicas returns. */
export type ReplicasResult = {
  /** Indices of the replicas whose training met numbers that are not finite. */
  readonly failed: readonly number[];
};

/** The replicas of one sample's flow, by index, from the tasks that trained them; undefined where training failed. */
export function loadReplicas(
  context: TaskContext,
  params: CommonParams,
  sample: SampleName,
): Promise<(FlowModel | undefined)[]> {
  return Promise.all(
    Array.from({ length: params.replicas }, async (_, r) => {
      const { dir, result } = context.input(`replicas/${sample}/${Math.floor(r / params.replicasATask)}`);
      const { failed } = result as unknown as ReplicasResult;
      return failed.includes(r) ? undefined : loadFlow(path.join(dir, replicaFile(r)));
    }),
  );
}

/**
 * The replicas that both samples have, as pairs of flows.
 *
 * @throws taskError `correction.replicas-failed` where more than the allowed share is missing
 */
export async function replicaPairs(
  context: TaskContext,
  params: CommonParams,
): Promise<(readonly [simulation: FlowModel, data: FlowModel])[]> {
  const from = await loadReplicas(context, params, 'simulation');
  const to = await loadReplicas(context, params, 'data');
  const pairs = from.flatMap((flow, r) => {
    const other = to[r];
    return flow && other ? [[flow, other] as const] : [];
  });
  const lost = from.length - pairs.length;
  if (lost > Math.floor(params.allowFailed * from.length))
    throw taskError({
      code: 'correction.replicas-failed',
      message: `${lost} of ${from.length} bootstrap replicas diverged`,
      path: 'replicas',
      expected: `at most ${Math.floor(params.allowFailed * from.length)} (allowFailed: ${params.allowFailed})`,
      hint: 'lower flow.learningRate or flow.clipNorm, or allow more with replicas: { count, allowFailed }',
    });
  return pairs;
}
