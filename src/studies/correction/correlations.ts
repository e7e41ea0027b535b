import { rankCorrelation } from '../../stats/moments.js';

/**
 * Weighted rank correlations of columns, row-major, over the rows on which all of them are finite. Ranks because the columns
 * of a tuple have tails and sentinels that would rule a linear coefficient; a constant column, or one without a finite value,
 * correlates 0.
 */
export function correlations(columns: readonly Float64Array[], weights: Float64Array): Float64Array {
  const filled = columns.filter((column) => column.some(Number.isFinite));
  const rows = Uint32Array.from(weights.keys()).filter((row) => filled.every((column) => Number.isFinite(column[row])));
  const pick = (values: Float64Array): Float64Array => Float64Array.from(rows, (row) => values[row]);
  const constant = new Float64Array(rows.length);
  if (rows.length < 2) return new Float64Array(columns.length ** 2);
  const matrix = rankCorrelation(
    columns.map((column) => (filled.includes(column) ? pick(column) : constant)),
    pick(weights),
  );
  return Float64Array.from(
    matrix.flatMap((line) => [...line]),
    (r) => (Number.isFinite(r) ? r : 0),
  );
}
