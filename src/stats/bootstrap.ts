import type { Interval } from './intervals.js';
import { ONE_SIGMA } from './intervals.js';
import { poissonWeights, type Key } from './key.js';
import { weightedQuantile } from './quantile.js';

/**
 * The weights of bootstrap replica `index`: each event's own weight times a Poisson(1) number drawn by the key. The same
 * replica has the same multiplicities wherever and in whatever order it is made.
 *
 * @example bootstrapWeights(key.split('simulation'), 7, n)
 */
export function bootstrapWeights(key: Key, index: number, n: number, weights?: Float64Array): Float64Array {
  const counts = poissonWeights(key.split('replica', index), n);
  return Float64Array.from(counts, (k, i) => (weights ? k * weights[i] : k));
}

/** `replicas` values of a statistic, each of resampled weights. */
export function bootstrap(
  key: Key,
  n: number,
  statistic: (weights: Float64Array) => number,
  options: { replicas: number; weights?: Float64Array },
): Float64Array {
  return Float64Array.from({ length: options.replicas }, (_, r) =>
    statistic(bootstrapWeights(key, r, n, options.weights)),
  );
}

/** The central interval of replicas, by their quantiles; ±1σ coverage unless told otherwise. */
export function percentileInterval(replicas: Float64Array, level = ONE_SIGMA): Interval {
  const [low, high] = weightedQuantile({ values: replicas }, [(1 - level) / 2, (1 + level) / 2]);
  return { low, high };
}

/** The band of replicated curves: per point (column), the interval over the replicas (rows). */
export function percentileBand(
  curves: readonly Float64Array[],
  level = ONE_SIGMA,
): { low: Float64Array; high: Float64Array } {
  const points = curves[0]?.length ?? 0;
  const low = new Float64Array(points);
  const high = new Float64Array(points);
  for (let i = 0; i < points; i++) {
    const at = percentileInterval(
      Float64Array.from(curves, (c) => c[i]),
      level,
    );
    low[i] = at.low;
    high[i] = at.high;
  }
  return { low, high };
}
