import path from 'node:path';
import { DatamcError } from '../../base/error.js';
import type { JsonObject } from '../../base/json.js';
import type { SessionCache } from '../../graph/session.js';
import { logProb } from '../../models/evaluate-flow.js';
import type { FlowModel } from '../../models/flow.js';
import { trainFlow } from '../../models/train-flow.js';
import type { TaskContext } from '../../runs/task.js';
import { loadFlow, saveFlow } from './flow-file.js';
import { densityCurves } from './density-curves.js';
import { checkpoints, commonStandardisation, specOf, trainingOf, trainingSample, withSessions } from './flows.js';
import type { ReplicaParams, SampleParams } from './params.js';
import { judgingRows, readPrepared, type PreparedSample } from './prepare.js';
import { replicaFile, type ReplicasResult } from './replica-flows.js';
import { keepSnapshot, snapshotsOf } from './snapshots.js';
import { poissonWeights } from '../../stats/key.js';
import type { TrainedResult } from './trained.js';

export const FLOW_FILE = 'flow.json';

async function meanNll(model: FlowModel, events: PreparedSample, sessions: SessionCache): Promise<number> {
  const densities = await logProb(model, events.variables, events.given, { sessions });
  const total = events.weights.reduce((a, w) => a + w, 0);
  return -densities.reduce((sum, d, i) => sum + events.weights[i] * d, 0) / total;
}

/** Task: the flow of one sample. Leaves the model; returns its history, likelihoods and densities. */
export async function trainTask(context: TaskContext): Promise<JsonObject> {
  const params = context.params as unknown as SampleParams;
  const events = await trainingSample(context, params, params.sample);
  const standardisation = await commonStandardisation(context, params);
  const spec = specOf(params);
  const follows = params.sample === 'data' && params.flow.transforms > 1;
  const initial = follows
    ? (await loadFlow(path.join(context.input('train/simulation').dir, FLOW_FILE))).parameters
    : undefined;
  return withSessions(async (sessions) => {
    const { model, history, bestEpoch, stopped } = await trainFlow(
      spec,
      { features: events.variables, context: events.given, weights: events.weights },
      {
        ...trainingOf(params.flow),
        ...(await checkpoints(context, 'flow', Math.max(1, Math.round(params.flow.epochs / 20)))),
        ...(initial ? { initial } : {}),
        standardisation,
        key: context.key,
        threads: context.threads,
        sessions,
        onEpoch: async ({ epoch, epochs, record, parameters }) => {
          await keepSnapshot(context.scratch, epoch, record, parameters);
          context.progress(epoch, epochs, 'epochs');
        },
      },
    );
    await saveFlow(path.join(context.dir, FLOW_FILE), model);
    const judging = judgingRows(await readPrepared(context.input('prepare').dir, params.sample, params.prepare));
    const snapshots: TrainedResult['snapshots'][number][] = [];
    for (const { epoch, loss, parameters } of await snapshotsOf(context.scratch, history, {
      epoch: bestEpoch,
      parameters: model.parameters,
    })) {
      const [density] = await densityCurves({ ...model, parameters }, judging, context.key.split('curve'), sessions);
      snapshots.push({ epoch, loss, density });
    }
    const result: TrainedResult = {
      history,
      bestEpoch,
      stopped,
      nll: { training: await meanNll(model, events, sessions), judging: await meanNll(model, judging, sessions) },
      densities: await densityCurves(model, judging, context.key.split('curve'), sessions),
      snapshots,
    };
    return result as unknown as JsonObject;
  });
}

/**
 * Task: a few bootstrap replicas of one sample's flow. Every event gets a Poisson(1) multiplicity; training starts from the
 * nominal flow, so it takes a few epochs. A replica that diverges is left out and named: whoever uses them says how many may.
 */
export async function replicasTask(context: TaskContext): Promise<JsonObject> {
  const params = context.params as unknown as ReplicaParams;
  const events = await trainingSample(context, params, params.sample);
  const nominal = await loadFlow(path.join(context.input(`train/${params.sample}`).dir, FLOW_FILE));
  const failed: number[] = [];
  await withSessions(async (sessions) => {
    for (let i = 0; i < params.count; i++) {
      const index = params.first + i;
      const key = context.key.split('replica', index);
      const times = poissonWeights(key.split('times'), events.weights.length);
      const weights = events.weights.map((w, row) => w * times[row]);
      try {
        const { model } = await trainFlow(
          nominal.spec,
          { features: events.variables, context: events.given, weights },
          {
            ...replicaTraining(params),
            standardisation: nominal.standardisation,
            initial: nominal.parameters,
            key,
            threads: context.threads,
            sessions,
          },
        );
        await saveFlow(path.join(context.dir, replicaFile(index)), model);
      } catch (error) {
        if (!(error instanceof DatamcError && error.data.code === 'graph.diverged')) throw error;
        failed.push(index);
      }
      context.progress(i + 1, params.count, 'replicas');
    }
  });
  return { failed } satisfies ReplicasResult;
}

/** A short training from a good start: no validation, the last parameters count, the rate falls to zero. */
export const replicaTraining = ({ flow }: SampleParams | ReplicaParams) => ({
  ...trainingOf(flow),
  epochs: flow.batch === 'full' ? flow.epochs : flow.replicaEpochs,
  schedule: 'cosine' as const,
  validation: 0,
  patience: 0,
});
