import type { Key } from '../stats/key.js';
import { diverged, firstNonFinite } from './diverged.js';
import type { EpochShape } from './epoch-graph.js';
import { residentFeeds, type EpochRun, type EpochRunner } from './epoch-run.js';
import { buildEvaluation } from './evaluation-graph.js';
import { locate } from './locate.js';
import { loopRunner } from './loop-runner.js';
import type { Objective } from './objective.js';
import { initialise, layout } from './parameters.js';
import { descentLength, descentStart, plateauDamping, relativeRate, type Schedule } from './schedule.js';
import { sessionCache, type SessionCache } from './session.js';
import { sharesOf, teamRunner } from './team-runner.js';
import { splitRows, type TrainData } from './training-rows.js';
import type { EpochRecord, TrainState } from './train-state.js';
import { meanLoss } from './validate.js';

export interface EpochReport extends EpochRecord {
  readonly epochs: number;
  readonly bestEpoch: number;
  /** Which record of the history this is, from 0: the epoch, or a group of full-batch steps. */
  readonly record: number;
  /** Parameters after the epoch. */
  readonly parameters: Float32Array;
}

export interface TrainOptions {
  readonly epochs: number;
  /** Events a step; a batch as large as the sample, or larger, means full-batch steps. */
  readonly batch: number;
  readonly learningRate: number;
  readonly schedule?: Schedule;
  readonly weightDecay?: number;
  readonly clipNorm?: number;
  /** Epochs without a better validation loss before training stops (or, when annealing, descends); 0 or absent: never. */
  readonly patience?: number;
  /** Share of the events that validates; without any, the last parameters are kept. */
  readonly validation?: number;
  readonly key: Key;
  /** Threads that work for this training. Two or more share every minibatch; results depend on how many. */
  readonly threads: number;
  readonly initial?: Float32Array;
  readonly resume?: TrainState;
  readonly onEpoch?: (report: EpochReport) => void | Promise<void>;
  readonly checkpoint?: { readonly every: number; save(state: TrainState): Promise<void> };
  /** Shared by trainings of the same shape (replicas, folds), so that each graph is compiled once. */
  readonly sessions?: SessionCache;
}

export interface Trained {
  /** The best parameters by validation loss; the last ones without validation, and after a descent. */
  readonly parameters: Float32Array;
  readonly history: readonly EpochRecord[];
  readonly bestEpoch: number;
  readonly stopped: 'epochs' | 'patience';
}

const VALIDATION_BLOCK = 8192;

/** Full-batch steps are cheap: several make one record, so that long trainings stay inside the runtime. */
function stepsOfRecord(epochs: number, full: boolean): number {
  if (!full) return 1;
  const most = Math.max(1, Math.floor(epochs / 100));
  for (let n = most; n > 1; n--) if (epochs % n === 0) return n;
  return 1;
}

/**
 * Minimises an objective by AdamW; every epoch runs inside ONNX Runtime as one loop.
 *
 * Each epoch draws its own order from the key, so training is a function of data, options and key, and resumes from a
 * {@link TrainState} to the same bits. The last partial minibatch of an epoch is left out; which events it holds changes with
 * every order. Weights may be negative; they are divided by their mean over the training events.
 *
 * @throws taskError `graph.diverged` at the first number that is not finite, naming tensor, epoch and step
 */
export async function train(objective: Objective, data: TrainData, options: TrainOptions): Promise<Trained> {
  const { key, threads, schedule = 'cosine', patience = 0 } = options;
  const { training, validation } = splitRows(objective, data, options.validation ?? 0, key.split('validation'));
  const full = options.batch >= training.rows;
  const batch = Math.min(options.batch, training.rows);
  const group = stepsOfRecord(options.epochs, full);
  const steps = full ? group : Math.floor(training.rows / batch);
  const records = options.epochs / group;
  const parameters = layout(objective.parameters);
  const own = options.sessions ? undefined : sessionCache();
  const sessions = options.sessions ?? own!;
  let runner: EpochRunner | undefined;
  try {
    const shape: EpochShape = {
      batch,
      steps,
      full,
      weighted: data.weights !== undefined,
      decaying: Boolean(options.weightDecay),
      ...(options.clipNorm === undefined ? {} : { clipNorm: options.clipNorm }),
    };
    const resident = residentFeeds(objective, training, full, data.weights !== undefined);
    const shares = full ? [batch] : sharesOf(batch, threads);
    // One operation on a small batch is too short to be worth two threads; on the whole sample it is not.
    runner =
      shares.length > 1
        ? teamRunner(objective, shape, resident, shares)
        : loopRunner(objective, shape, resident, { threads: full ? threads : 1, sessions });
    const block = Math.min(VALIDATION_BLOCK, Math.max(1, validation.rows));
    const evaluation = validation.rows
      ? // A session's own threads look for work long after it has run, in the way of a team.
        await sessions.open(buildEvaluation(objective, block, { gradient: false }), {
          threads: shares.length > 1 ? 1 : threads,
        })
      : undefined;

    const start = options.initial ?? initialise(objective.parameters, key.split('initial'));
    let state: TrainState = options.resume ?? {
      epoch: 0,
      parameters: start,
      first: new Float32Array(parameters.size),
      second: new Float32Array(parameters.size),
      best: { epoch: 0, loss: Infinity, parameters: start },
      damping: 1,
      history: [],
    };
    const bad = firstNonFinite(state.parameters, parameters);
    if (bad) throw diverged({ epoch: 0, step: 0, tensor: `the starting value of ${bad}`, value: NaN });
    let stopped: Trained['stopped'] = 'epochs';
    for (let record = state.epoch / group; record < records; record++) {
      const descent = schedule === 'anneal' ? descentStart(state.history, records, patience) : undefined;
      const ended =
        descent === undefined
          ? patience > 0 && evaluation && schedule !== 'anneal' && state.epoch - state.best.epoch >= patience * group
          : record >= descent + descentLength(records);
      if (ended) {
        stopped = 'patience';
        break;
      }
      // The descent starts from the best weights and ends with the last ones: by then the noise of minibatches is out of them,
      // while the best of noisy epochs is the luckiest.
      if (record === descent && state.best.epoch > 0) state = { ...state, parameters: state.best.parameters };
      const relative = (i: number): number => {
        if (schedule !== 'anneal') return relativeRate(schedule, record * steps + i, records * steps);
        if (descent === undefined) return 1;
        return relativeRate('cosine', (record - descent) * steps + i, descentLength(records) * steps);
      };
      const run: EpochRun = {
        batch,
        steps,
        full,
        first: record * steps,
        relative,
        rows: training.rows,
        key: key.split('epoch', record),
        learningRate: options.learningRate,
        weightDecay: options.weightDecay ?? 0,
      };
      const { losses, norms, parameters: next, first, second } = await runner.run(state, run);
      const step = losses.findIndex((loss, i) => !Number.isFinite(loss) || !Number.isFinite(norms[i]));
      if (step >= 0) {
        const value = Number.isFinite(losses[step]) ? norms[step] : losses[step];
        const before = step === 0 ? state : await runner.run(state, { ...run, steps: step });
        const tensor = await locate(objective, { run, step, before: before.parameters, training, threads });
        throw diverged({ epoch: full ? record * group + step + 1 : record + 1, step: step + 1, tensor, value });
      }
      const epoch = (record + 1) * group;
      const value = evaluation ? await meanLoss(evaluation, validation, objective.inputs, next, block) : undefined;
      if (value !== undefined && !Number.isFinite(value))
        throw diverged({
          epoch,
          step: steps,
          tensor: firstNonFinite(next, parameters) ?? 'the validation loss',
          value,
        });
      const better = value === undefined || descent !== undefined || value < state.best.loss;
      const best = better ? { epoch, loss: value ?? Infinity, parameters: next } : state.best;
      const recordOf: EpochRecord = {
        epoch,
        train: losses.reduce((a, b) => a + b, 0) / steps,
        ...(value === undefined ? {} : { validation: value }),
        learningRate: options.learningRate * state.damping * relative(0),
        gradientNorm: norms.reduce((a, b) => Math.max(a, b), 0),
      };
      state = {
        epoch,
        parameters: next,
        first,
        second,
        best,
        damping:
          schedule === 'plateau' ? plateauDamping(state.damping, (epoch - best.epoch) / group, patience || 10) : 1,
        history: [...state.history, recordOf],
      };
      await options.onEpoch?.({ ...recordOf, epochs: options.epochs, bestEpoch: best.epoch, record, parameters: next });
      if (options.checkpoint && (record + 1) % options.checkpoint.every === 0) await options.checkpoint.save(state);
    }
    return { parameters: state.best.parameters, history: state.history, bestEpoch: state.best.epoch, stopped };
  } finally {
    await runner?.close();
    await own?.close();
  }
}
