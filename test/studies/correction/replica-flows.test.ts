import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { initialise } from '../../../src/graph/parameters.js';
import { flowGraph } from '../../../src/models/flow-graph.js';
import { flowModel } from '../../../src/models/flow.js';
import { flowSpec } from '../../../src/models/flow-spec.js';
import type { TaskContext } from '../../../src/runs/task.js';
import { seedKey } from '../../../src/stats/key.js';
import { saveFlow } from '../../../src/studies/correction/flow-file.js';
import type { CommonParams } from '../../../src/studies/correction/params.js';
import { loadReplicas, replicaFile, replicaPairs } from '../../../src/studies/correction/replica-flows.js';
import { temporaryFolder } from '../../helpers/toy-run.js';

const root = temporaryFolder();
const spec = flowSpec({ kind: 'spline', features: 1, bins: 3 });
const unit = { features: { location: [0], scale: [1] }, context: { location: [], scale: [] } };
/** A flow that can be told from others by its first parameter. */
const flow = (mark: number) =>
  flowModel(spec, unit, initialise(flowGraph(spec).parameters, seedKey(1)).fill(mark, 0, 1));

/** Five replicas of each sample, two a task, of which some have failed. */
async function replicas(name: string, failed: Record<string, readonly number[]>): Promise<TaskContext> {
  for (const sample of ['simulation', 'data'])
    for (let r = 0; r < 5; r++) {
      const dir = path.join(root, name, 'replicas', sample, String(r >> 1));
      await mkdir(dir, { recursive: true });
      if (!failed[sample].includes(r))
        await saveFlow(path.join(dir, replicaFile(r)), flow(r + (sample === 'data' ? 10 : 0)));
    }
  const input = (id: string) => {
    const [, sample, task] = id.split('/');
    return {
      dir: path.join(root, name, id),
      result: { failed: failed[sample].filter((r) => r >> 1 === Number(task)) },
      warnings: [],
    };
  };
  return { input } as unknown as TaskContext;
}
const params = (allowFailed: number) => ({ replicas: 5, replicasATask: 2, allowFailed }) as CommonParams;
const marks = (flows: readonly { readonly parameters: Float32Array }[]): number[] => flows.map((f) => f.parameters[0]);

test('a replica that either sample lacks is left out with its partner', async () => {
  const context = await replicas('some', { simulation: [1], data: [1, 4] });
  const pairs = await replicaPairs(context, params(0.4));
  expect(pairs.map(marks)).toEqual([
    [0, 10],
    [2, 12],
    [3, 13],
  ]);
  const single = await loadReplicas(context, params(0.4), 'simulation');
  expect(single.map((f) => f?.parameters[0])).toEqual([0, undefined, 2, 3, 4]);
});

test('more failures than allowed fail the task, with what to change', async () => {
  const context = await replicas('many', { simulation: [1], data: [4] });
  await expect(replicaPairs(context, params(0.3))).rejects.toMatchObject({
    status: 1,
    data: {
      code: 'correction.replicas-failed',
      message: '2 of 5 bootstrap replicas diverged',
      hint: expect.stringContaining('allowFailed'),
    },
  });
});
