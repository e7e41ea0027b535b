import { userError } from '../base/error.js';
import { argsort } from './argsort.js';
import { checkSample, type Sample } from './check.js';
import { effectiveSampleSize } from './ecdf.js';

export interface MeanResult {
  readonly mean: number;
  /** Σw (x − mean)² / Σw: of the population, not of the mean. */
  readonly variance: number;
  /** √(Σw² (x − mean)²) / Σw: the standard error of the mean, right for weights of any size and sign. */
  readonly error: number;
  readonly effectiveSize: number;
}

/** Weighted mean, variance and the error of the mean; weights of either sign with Σw > 0. */
export function weightedMean(sample: Sample): MeanResult {
  const sum = checkSample('mean', sample);
  const { values, weights } = sample;
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += ((weights ? weights[i] : 1) / sum) * values[i];
  let variance = 0;
  let error = 0;
  for (let i = 0; i < values.length; i++) {
    const w = (weights ? weights[i] : 1) / sum;
    const d = (values[i] - mean) ** 2;
    variance += w * d;
    error += w * w * d;
  }
  return { mean, variance, error: Math.sqrt(error), effectiveSize: effectiveSampleSize(weights ?? values.length) };
}

/** A symmetric matrix, row by row. */
export type Matrix = readonly Float64Array[];

/** Weighted covariance of columns, Σw (x − x̄)(y − ȳ) / Σw. Columns of equal length, NaN refused, Σw > 0. */
export function covariance(columns: readonly Float64Array[], weights?: Float64Array): Matrix {
  const centred = columns.map((values, c) => {
    if (values.length !== columns[0].length) throw unequal(c, values.length, columns[0].length);
    const { mean } = weightedMean({ values, weights });
    return values.map((v) => v - mean);
  });
  const n = columns[0]?.length ?? 0;
  const sum = weights ? weights.reduce((s, w) => s + w, 0) : n;
  const out = columns.map(() => new Float64Array(columns.length));
  for (let a = 0; a < columns.length; a++) {
    for (let b = a; b < columns.length; b++) {
      let total = 0;
      for (let i = 0; i < n; i++) total += (weights ? weights[i] : 1) * centred[a][i] * centred[b][i];
      out[a][b] = out[b][a] = total / sum;
    }
  }
  return out;
}

/** Pearson's correlation of weighted columns. A constant column correlates with nothing: NaN. */
export function correlation(columns: readonly Float64Array[], weights?: Float64Array): Matrix {
  const c = covariance(columns, weights);
  // Rounding gives a constant column a tiny variance: it is recognised by its values.
  const constant = columns.map((column) => column.every((v) => v === column[0]));
  return c.map((row, a) =>
    row.map((v, b) => {
      const scale = c[a][a] * c[b][b];
      if (constant[a] || constant[b] || !(scale > 0)) return NaN;
      return a === b ? 1 : v / Math.sqrt(scale);
    }),
  );
}

/** Spearman's correlation: Pearson's, of weighted midranks (Σ of the weights below, plus half of those tied). */
export const rankCorrelation = (columns: readonly Float64Array[], weights?: Float64Array): Matrix =>
  correlation(
    columns.map((values) => midranks(values, weights)),
    weights,
  );

function midranks(values: Float64Array, weights?: Float64Array): Float64Array {
  checkSample('rank', { values, weights });
  const order = argsort(values);
  const ranks = new Float64Array(values.length);
  let below = 0;
  for (let from = 0; from < order.length;) {
    let to = from;
    let tied = 0;
    while (to < order.length && values[order[to]] === values[order[from]]) {
      tied += weights ? weights[order[to]] : 1;
      to++;
    }
    for (let k = from; k < to; k++) ranks[order[k]] = below + tied / 2;
    below += tied;
    from = to;
  }
  return ranks;
}

const unequal = (column: number, got: number, expected: number) =>
  userError({
    code: 'stats.length',
    message: 'columns differ in length',
    path: `column ${column}`,
    got: String(got),
    expected: String(expected),
  });
