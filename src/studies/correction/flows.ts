import path from 'node:path';
import { readFile, writeFile } from 'node:fs/promises';
import { concatenate } from '../../base/concatenate.js';
import { sessionCache, type SessionCache } from '../../graph/session.js';
import { decodeState, encodeState, type TrainState } from '../../graph/train-state.js';
import type { TrainOptions } from '../../graph/train.js';
import type { FlowModel } from '../../models/flow.js';
import { flowSpec, type FlowSpec } from '../../models/flow-spec.js';
import { forward, inverse } from '../../models/evaluate-flow.js';
import { identityScaling, robustScaling, type Standardisation } from '../../models/standardise.js';
import type { TaskContext } from '../../runs/task.js';
import type { LearntMap } from './learnt-map.js';
import type { CommonParams } from './params.js';
import type { ResolvedFlow } from './resolve-flow.js';
import { readPrepared, trainingRows, type PreparedSample, type SampleName } from './prepare.js';

/** The architecture that both flows of a study share. */
export const specOf = ({ flow, variables, given }: CommonParams): FlowSpec =>
  flowSpec({
    kind: flow.kind,
    features: variables.length,
    context: given.length,
    transforms: flow.transforms,
    bins: flow.bins,
    bound: flow.bound,
    tails: flow.tails,
    hidden: flow.hidden,
    activation: flow.activation,
  });

/** Training options of a study's settings, but for what belongs to the task. */
export const trainingOf = (flow: ResolvedFlow): Omit<TrainOptions, 'key' | 'threads'> => ({
  epochs: flow.epochs,
  batch: flow.batch === 'full' ? Infinity : flow.batch,
  learningRate: flow.learningRate,
  schedule: flow.schedule,
  weightDecay: flow.weightDecay,
  clipNorm: flow.clipNorm,
  patience: flow.patience,
  validation: flow.validation,
});

/** The training events of one sample. */
export async function trainingSample(
  context: TaskContext,
  params: CommonParams,
  name: SampleName,
): Promise<PreparedSample> {
  return trainingRows(await readPrepared(context.input('prepare').dir, name, params.prepare));
}

/**
 * Location and scale that both flows share: those of the two samples together, so that two flows of one distribution are
 * the same flow.
 */
export async function commonStandardisation(context: TaskContext, params: CommonParams): Promise<Standardisation> {
  if (!params.flow.standardise)
    return { features: identityScaling(params.variables.length), context: identityScaling(params.given.length) };
  const samples = [await trainingSample(context, params, 'simulation'), await trainingSample(context, params, 'data')];
  const totals = samples.map((s) => s.weights.reduce((a, w) => a + w, 0));
  const weights = concatenate(samples.map((s, i) => s.weights.map((w) => w / totals[i])));
  const scaling = (columns: (s: PreparedSample) => readonly Float64Array[], count: number) =>
    robustScaling(
      Array.from({ length: count }, (_, k) => concatenate(samples.map((s) => columns(s)[k]))),
      weights,
    );
  return {
    features: scaling((s) => s.variables, params.variables.length),
    context: scaling((s) => s.given, params.given.length),
  };
}

/** Checkpoints of a training in the task's scratch folder, so that a killed task goes on where it was. */
export async function checkpoints(context: TaskContext, name: string, every: number) {
  const file = path.join(context.scratch, `${name}.checkpoint`);
  let resume: TrainState | undefined;
  try {
    resume = decodeState(await readFile(file));
  } catch {
    // None yet, or one that was being written when the task was killed: the training starts anew, with the same outcome.
  }
  const save = async (state: TrainState): Promise<void> => {
    const { rename } = await import('node:fs/promises');
    await writeFile(`${file}.new`, encodeState(state));
    await rename(`${file}.new`, file);
  };
  return { ...(resume ? { resume } : {}), checkpoint: { every, save } };
}

/** The composite map of two flows: simulation to the base distribution, and from there to data. */
export function flowMap(
  from: FlowModel,
  to: FlowModel,
  options: { threads: number; sessions: SessionCache },
): LearntMap {
  return {
    async apply(variables, given) {
      const { z } = await forward(from, variables, given, options);
      return (await inverse(to, z, given, options)).features;
    },
  };
}

/** Runs work with sessions that are closed afterwards. */
export async function withSessions<T>(work: (sessions: SessionCache) => Promise<T>): Promise<T> {
  const sessions = sessionCache();
  try {
    return await work(sessions);
  } finally {
    await sessions.close();
  }
}
