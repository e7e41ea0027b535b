import { userError } from '../base/error.js';

/** Weighted values of one sample; without weights every value counts once. */
export interface Sample {
  readonly values: Float64Array;
  readonly weights?: Float64Array | undefined;
}

/**
 * Refuses what no estimate can use: an empty sample, NaN, infinite weights, weights of another length or whose sum is
 * not positive. Single weights may be negative (sWeights) unless `signed` is false.
 *
 * @returns Σw
 */
export function checkSample(what: string, { values, weights }: Sample, options: { signed?: boolean } = {}): number {
  if (values.length === 0) throw userError({ code: 'stats.empty', message: `${what}: the sample is empty` });
  if (weights && weights.length !== values.length) {
    throw userError({
      code: 'stats.length',
      message: `${what}: weights and values differ in length`,
      got: `${weights.length} weights`,
      expected: `${values.length}`,
    });
  }
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) throw bad(what, 'a value is NaN', i, values[i], 'drop or count NaN first');
  }
  if (!weights) return values.length;
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i];
    if (!Number.isFinite(w)) throw bad(what, 'a weight is not finite', i, w);
    if (w < 0 && options.signed === false) throw bad(what, 'a weight is negative', i, w);
    sum += w;
  }
  if (!(sum > 0)) {
    throw userError({
      code: 'stats.weights',
      message: `${what}: the sum of weights is not positive`,
      got: String(sum),
      expected: 'Σw > 0',
    });
  }
  return sum;
}

const bad = (what: string, problem: string, at: number, got: number, hint?: string) =>
  userError({ code: 'stats.value', message: `${what}: ${problem}`, path: `entry ${at}`, got: String(got), hint });
