import type { Closed } from '../../hist/cell-counts.js';

/** Most buckets then hold no edge, and nothing is left to search. */
const BUCKETS_PER_EDGE = 64;
const [FEWEST_BUCKETS, MOST_BUCKETS] = [1024, 4096];

/** Adds the bins of `values` as the last digit of cells: cell ← (n + 3) cell + bin. */
export type FindBins = (values: Float64Array, cells: Int32Array, rows: number) => void;

/**
 * Finds bins as `binSql` does: 0 below, 1 … n, n + 1 above, n + 2 for NaN and infinite values. Edges decide exactly.
 *
 * The range is cut into equal buckets, with one more on either side. Rounding may move a value's bucket, but never past that
 * of a larger value: an edge in an earlier bucket lies below the value, one in a later bucket above it, and only edges in its
 * own are compared.
 *
 * @param edges strictly increasing, finite
 */
export function binFinder(edges: readonly number[], closed: Closed): FindBins {
  const n = edges.length - 1;
  const sorted = Float64Array.from(edges);
  const [low, high] = [edges[0], edges[n]];
  const buckets = Math.min(MOST_BUCKETS, Math.max(FEWEST_BUCKETS, BUCKETS_PER_EDGE * n));
  // Halves, since the whole range may be beyond the largest double.
  const scale = Math.min(buckets / 2 / (high / 2 - low / 2), Number.MAX_VALUE);
  const bucketOf = (x: number): number => Math.max(0, Math.min((x - low) * scale + 1, buckets + 1)) | 0;
  // Edges in buckets before each.
  const before = new Int32Array(buckets + 3);
  for (const edge of edges) before[bucketOf(edge) + 1]++;
  for (let b = 1; b < before.length; b++) before[b] += before[b - 1];
  const table: Buckets = { edges: sorted, before, low, scale };
  const left = closed === 'left';
  return (values, cells, rows) => addBins(values, cells, rows, table, left);
}

interface Buckets {
  readonly edges: Float64Array;
  readonly before: Int32Array;
  readonly low: number;
  readonly scale: number;
}

// Apart from the closure: what is a local variable here would be looked up there in every row, which takes twice as long.
function addBins(
  values: Float64Array,
  cells: Int32Array,
  rows: number,
  { edges, before, low, scale }: Buckets,
  left: boolean,
): void {
  const above = before.length - 2;
  const none = edges.length + 1;
  for (let i = 0; i < rows; i++) {
    const x = values[i];
    const place = (x - low) * scale + 1;
    const bucket = place > 0 ? (place < above ? place : above) | 0 : 0;
    let bin = before[bucket];
    for (let last = before[bucket + 1]; bin < last;) {
      const middle = (bin + last) >> 1;
      const edge = edges[middle];
      if (x > edge || (left && x === edge)) bin = middle + 1;
      else last = middle;
    }
    if (x - x !== 0) bin = none;
    cells[i] = cells[i] * (none + 1) + bin;
  }
}
