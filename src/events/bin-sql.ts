import type { Closed } from '../hist/cell-counts.js';

/**
 * The number of a value's bin in SQL, an INTEGER: 0 below, 1 … n, n + 1 above, n + 2 for NaN, infinite or missing.
 * Edges decide exactly, to the last bit of a double.
 *
 * @param x SQL of a DOUBLE
 * @param edges strictly increasing, finite
 */
export function binSql(x: string, edges: readonly number[], closed: Closed): string {
  const n = edges.length - 1;
  const [low, high] = [literal(edges[0]), literal(edges[n])];
  // A comparison with NULL is neither; NaN is above all numbers for DuckDB. Both come last.
  const inside = closed === 'right' ? `${x} > ${low} AND ${x} <= ${high}` : `${x} >= ${low} AND ${x} < ${high}`;
  const below = closed === 'right' ? `${x} <= ${low}` : `${x} < ${low}`;
  const outside = `WHEN isfinite(${x}) THEN CASE WHEN ${below} THEN 0 ELSE ${n + 1} END ELSE ${n + 2} END`;
  return `CASE WHEN ${inside} THEN ${search(x, edges, closed, 1, n)} ${outside}`;
}

/** Which of bins first … last holds x: halves until one is left. */
function search(x: string, edges: readonly number[], closed: Closed, first: number, last: number): string {
  if (first === last) return String(first);
  const middle = (first + last) >> 1;
  const edge = literal(edges[middle]);
  const left = closed === 'right' ? `${x} <= ${edge}` : `${x} < ${edge}`;
  const [a, b] = [search(x, edges, closed, first, middle), search(x, edges, closed, middle + 1, last)];
  return `CASE WHEN ${left} THEN ${a} ELSE ${b} END`;
}

const literal = (v: number): string => `${v.toExponential()}::DOUBLE`;
