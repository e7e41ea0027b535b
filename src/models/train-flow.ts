import { userError } from '../base/error.js';
import { train, type TrainOptions } from '../graph/train.js';
import type { EpochRecord } from '../graph/train-state.js';
import type { Key } from '../stats/key.js';
import { checkColumns } from './check-columns.js';
import { flowModel, type FlowModel } from './flow.js';
import { flowColumns, flowObjective, unitsOffset } from './flow-objective.js';
import { flowSpec, type FlowSpec } from './flow-spec.js';
import { identityScaling, robustScaling, type Standardisation } from './standardise.js';

export interface FlowData {
  /** One array per column, in the column's own unit (already under its logarithm, if it has one). */
  readonly features: readonly Float64Array[];
  readonly context?: readonly Float64Array[];
  /** One per row, of either sign. */
  readonly weights?: Float64Array;
}

export interface TrainFlowOptions extends Partial<Omit<TrainOptions, 'key'>> {
  readonly key: Key;
  /** Given, or `none` for a flow in the columns' own units; found from the data otherwise. */
  readonly standardisation?: Standardisation | 'none';
}

/** Losses are mean −ln p in the data's own units: a loss of 1 is one nat an event. */
export interface TrainedFlow {
  readonly model: FlowModel;
  readonly history: readonly EpochRecord[];
  readonly bestEpoch: number;
  readonly stopped: 'epochs' | 'patience';
}

/** What suits a density of some 10⁵ events; the learning rate follows a half cosine down to nearly zero. */
const DEFAULTS = {
  epochs: 100,
  batch: 1024,
  learningRate: 2e-3,
  schedule: 'cosine',
  clipNorm: 5,
  patience: 10,
  validation: 0.1,
  threads: 1,
} as const satisfies Omit<TrainOptions, 'key'>;

/**
 * Fits a flow to weighted events by maximum likelihood.
 *
 * @param spec the architecture; what is not said has a default (see {@link flowSpec})
 * @throws userError for columns that do not fit the specification, hold NaN or infinities, or have Σ weights ≤ 0
 * @throws taskError `graph.diverged` if a number stops being finite
 * @example const { model } = await trainFlow({ kind: 'spline', features: 1 }, { features: [ip] }, { key: seedKey(1) });
 */
export async function trainFlow(
  spec: Partial<FlowSpec> & Pick<FlowSpec, 'kind' | 'features'>,
  data: FlowData,
  options: TrainFlowOptions,
): Promise<TrainedFlow> {
  const whole = flowSpec(spec);
  const { features, context = [], weights } = data;
  const rows = checkColumns('features', features, whole.features);
  checkColumns('context', context, whole.context, rows);
  checkWeights(weights, rows);
  const { standardisation: given, ...training } = options;
  const standardisation =
    given === 'none'
      ? { features: identityScaling(whole.features), context: identityScaling(whole.context) }
      : (given ?? { features: robustScaling(features, weights), context: robustScaling(context, weights) });
  const offset = unitsOffset(standardisation);
  const inUnits = <R extends EpochRecord>(record: R): R => ({
    ...record,
    train: record.train + offset,
    ...(record.validation === undefined ? {} : { validation: record.validation + offset }),
  });
  const { onEpoch, ...rest } = training;
  const trained = await train(
    flowObjective(whole),
    { columns: flowColumns(whole, standardisation, features, context), rows, ...(weights ? { weights } : {}) },
    { ...DEFAULTS, ...rest, ...(onEpoch ? { onEpoch: (report) => onEpoch(inUnits(report)) } : {}) },
  );
  return {
    model: flowModel(whole, standardisation, trained.parameters),
    history: trained.history.map(inUnits),
    bestEpoch: trained.bestEpoch,
    stopped: trained.stopped,
  };
}

/** @throws userError `models.weights` unless there is one finite weight a row and their sum is positive */
export function checkWeights(weights: ArrayLike<number> | undefined, rows: number): void {
  if (!weights) return;
  checkColumns('weight', [weights], 1, rows);
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += weights[i];
  if (!(sum > 0)) {
    throw userError({
      code: 'models.weights',
      message: 'the weights do not sum to a positive number',
      got: String(sum),
      expected: 'Σ weights > 0',
    });
  }
}
