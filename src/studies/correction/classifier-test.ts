import { classifierScores } from '../../models/classifier.js';
import { auc } from '../../stats/auc.js';
import type { Key } from '../../stats/key.js';

/** Events of one sample on the learning scale. */
export interface ClassifiedSample {
  readonly variables: readonly Float64Array[];
  readonly given: readonly Float64Array[];
  readonly weights: Float64Array;
}

/**
 * Area under the curve of a classifier that tells data from simulation by all variables and given columns together, from
 * scores of events that its fold has not seen. Not folded at ½: below it means chance. Each sample's weights add up to
 * the same.
 */
export async function classifierAuc(
  data: ClassifiedSample,
  simulation: ClassifiedSample,
  options: { readonly key: Key; readonly threads: number; readonly quick: boolean },
): Promise<{ value: number; error: number }> {
  const n = data.weights.length + simulation.weights.length;
  const labels = new Uint8Array(n).fill(1, 0, data.weights.length);
  const join = (a: Float64Array, b: Float64Array): Float64Array => {
    const out = new Float64Array(n);
    out.set(a);
    out.set(b, a.length);
    return out;
  };
  const total = (weights: Float64Array): number => weights.reduce((s, w) => s + w, 0);
  const ratio = total(data.weights) / total(simulation.weights);
  const weights = join(
    data.weights,
    simulation.weights.map((w) => w * ratio),
  );
  const columnsOf = (s: ClassifiedSample): readonly Float64Array[] => [...s.variables, ...s.given];
  const others = columnsOf(simulation);
  const columns = columnsOf(data).map((column, i) => join(column, others[i]));
  const { scores } = await classifierScores(
    { features: columns.length, hidden: [32, 32] },
    { features: columns, labels, weights },
    options.quick ? 2 : 5,
    {
      epochs: options.quick ? 5 : 12,
      batch: 512,
      validation: 0,
      patience: 0,
      key: options.key,
      threads: options.threads,
    },
  );
  const result = auc({ scores, labels, weights });
  return { value: result.auc, error: result.error };
}
