import { userError } from '../base/error.js';
import { Graph } from '../graph/graph.js';
import { weightedMean, type Objective } from '../graph/objective.js';
import { mul, sub } from '../graph/ops/arithmetic.js';
import { softplus } from '../graph/ops/functions.js';
import { layout, unpack } from '../graph/parameters.js';
import { openSession } from '../graph/session.js';
import { dim } from '../graph/shape.js';
import { train, type TrainOptions } from '../graph/train.js';
import type { EpochRecord } from '../graph/train-state.js';
import { permutation, type Key } from '../stats/key.js';
import { checkColumns } from './check-columns.js';
import type { EvaluateOptions } from './evaluate-flow.js';
import { mlp, type Activation, type Mlp } from './mlp.js';
import { runBlocks, type Columns } from './run-blocks.js';
import { robustScaling, standardise, type Scaling } from './standardise.js';
import { checkWeights } from './train-flow.js';

export interface ClassifierSpec {
  readonly features: number;
  readonly hidden: readonly number[];
  readonly activation: Activation;
  readonly residual: boolean;
  /** Share of hidden units silent in a training step. */
  readonly dropout: number;
}

/** A network that tells two samples apart. Plain data. */
export interface ClassifierModel {
  readonly spec: ClassifierSpec;
  readonly scaling: Scaling;
  readonly parameters: Float32Array;
}

export interface ClassifierData {
  readonly features: readonly Float64Array[];
  /** 1 for the sample that is to be found, 0 for the other. */
  readonly labels: ArrayLike<number>;
  /** One per row, of either sign. */
  readonly weights?: Float64Array;
}

export interface TrainClassifierOptions extends Partial<Omit<TrainOptions, 'key'>> {
  readonly key: Key;
  /** Scale each class to half of the total weight, so that ½ means "as likely the one as the other"; default true. */
  readonly balance?: boolean;
}

export interface TrainedClassifier {
  readonly model: ClassifierModel;
  readonly history: readonly EpochRecord[];
  readonly bestEpoch: number;
}

const SPEC = { hidden: [64, 64], activation: 'silu', residual: false, dropout: 0 } as const;
const TRAINING = {
  epochs: 50,
  batch: 1024,
  learningRate: 2e-3,
  schedule: 'cosine',
  clipNorm: 5,
  weightDecay: 1e-4,
  patience: 8,
  validation: 0.1,
  threads: 1,
} as const satisfies Omit<TrainOptions, 'key'>;

export const classifierSpec = (said: Partial<ClassifierSpec> & Pick<ClassifierSpec, 'features'>): ClassifierSpec => ({
  ...SPEC,
  ...said,
});

export const classifierNetwork = (spec: ClassifierSpec): Mlp =>
  mlp({ ...spec, name: 'score', inputs: [spec.features], outputs: 1 });

/** Weighted cross-entropy of the logit: ln(1 + eᶻ) − label·z. */
export function classifierObjective(spec: ClassifierSpec): Objective {
  const network = classifierNetwork(spec);
  return {
    parameters: network.parameters,
    inputs: { features: spec.features, label: 1 },
    loss(_, parameters, batch) {
      const random = batch.training && spec.dropout > 0 ? batch.random : undefined;
      const raw = network.apply([batch.inputs['features']], parameters, { random });
      const one = (t: typeof raw): typeof raw => ({ ...t, shape: [dim('one', 1), dim('batch', batch.size)] });
      const z = one(raw);
      return weightedMean(sub(softplus(z), mul(one(batch.inputs['label']), z)), batch);
    },
  };
}

/**
 * Trains a binary classifier on weighted events. With weights of either sign the loss is that of the subtracted samples;
 * it is bounded only while the local weight sums are positive, so training stops early on the validation events.
 *
 * @throws userError for labels other than 0 and 1, a class without positive total weight, NaN, columns of unequal length
 */
export async function trainClassifier(
  spec: Partial<ClassifierSpec> & Pick<ClassifierSpec, 'features'>,
  data: ClassifierData,
  options: TrainClassifierOptions,
): Promise<TrainedClassifier> {
  const whole = classifierSpec(spec);
  const rows = checkColumns('features', data.features, whole.features);
  const weights = balanced(data, rows, options.balance ?? true);
  const scaling = robustScaling(data.features, data.weights);
  const columns = {
    features: standardise(data.features, scaling),
    label: Float32Array.from({ length: rows }, (_, i) => data.labels[i]),
  };
  const rest: Partial<TrainClassifierOptions> = { ...options };
  delete (rest as { balance?: boolean }).balance;
  const trained = await train(
    classifierObjective(whole),
    { columns, rows, ...(weights ? { weights } : {}) },
    { ...TRAINING, ...rest, key: options.key },
  );
  const model = { spec: whole, scaling, parameters: trained.parameters };
  return { model, history: trained.history, bestEpoch: trained.bestEpoch };
}

function balanced({ labels, weights }: ClassifierData, rows: number, balance: boolean): Float64Array | undefined {
  checkColumns('label', [labels], 1, rows);
  checkWeights(weights, rows);
  const sums = [0, 0];
  for (let i = 0; i < rows; i++) {
    const label = labels[i];
    if (label !== 0 && label !== 1) {
      throw userError({ code: 'models.labels', message: `label of row ${i} is ${label}`, expected: '0 or 1' });
    }
    sums[label] += weights ? weights[i] : 1;
  }
  if (!(sums[0] > 0 && sums[1] > 0)) {
    throw userError({
      code: 'models.labels',
      message: 'each class needs events of positive total weight',
      got: `Σ weights ${sums[0]} for label 0 and ${sums[1]} for label 1`,
      hint: 'loosen the cut, or look at the weights',
    });
  }
  if (!balance) return weights;
  return Float64Array.from({ length: rows }, (_, i) => (weights ? weights[i] : 1) / sums[labels[i]]);
}

/** The probability of label 1 for every row, between 0 and 1. */
export async function classify(
  model: ClassifierModel,
  features: Columns,
  options: EvaluateOptions = {},
): Promise<Float64Array> {
  const z = await logits(model, features, options);
  return z.map((v) => 1 / (1 + Math.exp(-v)));
}

/** ln p/(1 − p) of every row: with balanced classes, the logarithm of the ratio of the two densities. */
export async function logits(
  model: ClassifierModel,
  features: Columns,
  options: EvaluateOptions = {},
): Promise<Float64Array> {
  const { threads = 1, precision = 'float32', sessions } = options;
  const { spec, scaling, parameters } = model;
  const rows = checkColumns('features', features, spec.features);
  const graph = new Graph({ dtype: precision });
  const network = classifierNetwork(spec);
  const x = graph.input('features', [dim('feature', spec.features), dim('batch', 'N')]);
  const flat = layout(network.parameters);
  const p = graph.input('parameters', [dim('parameter', flat.size)]);
  graph.output('logit', network.apply([x], unpack(p, flat)));
  const bytes = graph.compile();
  const session = sessions ? await sessions.open(bytes, { threads }) : await openSession(bytes, { threads });
  try {
    const feed = {
      name: 'features',
      columns: features,
      location: scaling.location,
      factor: scaling.scale.map((s) => 1 / s),
      dims: (n: number) => [spec.features, n],
    };
    const block = { data: precision === 'float32' ? parameters : Float64Array.from(parameters), dims: [flat.size] };
    const take = { name: 'logit', location: [0], factor: [1] };
    return (await runBlocks(session, rows, [feed], [take], { parameters: block }, precision))[0][0];
  } finally {
    if (!sessions) await session.close();
  }
}

export interface FoldScores {
  /** Probability of label 1, each row scored by the network that has not seen it. */
  readonly scores: Float64Array;
  readonly fold: Int32Array;
  readonly models: readonly ClassifierModel[];
}

/**
 * Out-of-fold scores: events are dealt into k folds at random, and each fold is scored by a classifier trained on the
 * others. For two-sample tests, and for weights that must not remember their own events.
 *
 * @param folds at least 2
 * @example const { scores } = await classifierScores({ features: 3 }, data, 5, { key: seedKey(1) });
 */
export async function classifierScores(
  spec: Partial<ClassifierSpec> & Pick<ClassifierSpec, 'features'>,
  data: ClassifierData,
  folds: number,
  options: TrainClassifierOptions,
): Promise<FoldScores> {
  const rows = checkColumns('features', data.features, spec.features);
  if (!Number.isInteger(folds) || folds < 2 || folds > rows) {
    throw userError({
      code: 'models.folds',
      message: 'wrong number of folds',
      got: String(folds),
      expected: `2 … ${rows}`,
    });
  }
  const order = permutation(options.key.split('folds'), rows);
  const fold = new Int32Array(rows);
  order.forEach((row, i) => (fold[row] = i % folds));
  const scores = new Float64Array(rows);
  const models: ClassifierModel[] = [];
  const { weights } = data;
  for (let k = 0; k < folds; k++) {
    const inside = order.filter((row) => fold[row] === k);
    const outside = order.filter((row) => fold[row] !== k);
    const pick = (column: ArrayLike<number>, at: Int32Array) => Float64Array.from(at, (row) => column[row]);
    const { model } = await trainClassifier(
      spec,
      {
        features: data.features.map((c) => pick(c, outside)),
        labels: pick(data.labels, outside),
        ...(weights ? { weights: pick(weights, outside) } : {}),
      },
      { ...options, key: options.key.split('fold', k) },
    );
    models.push(model);
    const evaluation = { threads: options.threads ?? 1, ...(options.sessions ? { sessions: options.sessions } : {}) };
    const found = await classify(
      model,
      data.features.map((c) => pick(c, inside)),
      evaluation,
    );
    inside.forEach((row, i) => (scores[row] = found[i]));
  }
  return { scores, fold, models };
}
