import type { Closed } from '../../hist/cell-counts.js';

/**
 * A column's values for finding bins: SQL of the column that the bins are found from, and of the bin.
 * DuckDB compares integers twice as fast as doubles, which it has to look at for NaN.
 */
export interface BinSql {
  /**
   * From `x`, a DOUBLE: what `bin` is found from beside it; undefined where x itself will do. `quick` is quicker where
   * values are below `limit` in size, and very slow where they are not: DuckDB words an error for each and drops it.
   */
  readonly prepared: { readonly safe: string; readonly quick: string; readonly limit: number } | undefined;
  /** From `x` and, named `y`, what was prepared: 0 below, 1 … n, n + 1 above, n + 2 for NaN, infinite or missing. */
  readonly bin: string;
}

/** Branches of one step of the search: what took least time, of 2 to all, for doubles and for integers. */
const BRANCHES = { real: 4, whole: 20 };
/** Fewer bins than this are not worth the way to integers. */
const FEW = 4;

/**
 * The bin of a value in SQL. Edges decide exactly, to the last bit of a double.
 *
 * Where all edges are whole multiples of a power of two, 1/S, that leaves room in 63 bits, integers are compared. A cast
 * rounds halves to even: with N = 2S edge, which is even, x ≤ edge if and only if round(2S x + ½) ≤ N, and x < edge if
 * and only if round(2S x − ½) < N. The product is exact, and so is the sum next to N, unless N is 0: that edge is compared
 * with x itself. (Rounding up or down first would take as long as the cast.)
 *
 * @param x SQL of a DOUBLE, a plain name
 * @param y the name of what is prepared from it
 * @param edges strictly increasing, finite
 */
export function binSql(x: string, y: string, edges: readonly number[], closed: Closed): BinSql {
  const n = edges.length - 1;
  const scale = n < FEW ? undefined : wholeScale(edges);
  const [low, high] = [edges[0], edges[n]];
  const op = closed === 'right' ? '<=' : '<';
  // NaN is above all numbers for DuckDB, NULL neither: both come last.
  const finite = (bin: string): string => `CASE WHEN isfinite(${x}) THEN ${bin} ELSE ${n + 2} END`;
  if (scale === undefined) {
    const leaf = (b: number): string => (b === 0 || b === n + 1 ? finite(String(b)) : String(b));
    return {
      prepared: undefined,
      bin: search(n, BRANCHES.real, leaf, (edge) => `${x} ${op} ${literal(edges[edge])}`),
    };
  }
  const limit = 2 ** (61 - Math.log2(scale));
  const outside = finite(`CASE WHEN ${x} ${op} ${literal(low)} THEN 0 ELSE ${n + 1} END`);
  const leaf = (b: number): string => (b === n + 1 ? outside : String(b));
  const below = (edge: number): string =>
    edges[edge] === 0
      ? `(${x} ${op} ${literal(0)} AND ${y} IS NOT NULL)`
      : `${y} ${op} ${BigInt(edges[edge] * scale) * 2n}::BIGINT`;
  const shifted = `${x} * ${literal(2 * scale)} ${closed === 'right' ? '+' : '-'} ${literal(0.5)}`;
  return {
    prepared: {
      safe: `CASE WHEN abs(${x}) < ${literal(limit)} THEN CAST(${shifted} AS BIGINT) END`,
      quick: `TRY_CAST(${shifted} AS BIGINT)`,
      limit,
    },
    bin: high === low ? leaf(n + 1) : search(n, BRANCHES.whole, leaf, below),
  };
}

/** Nested CASE over the bins 0 … n + 1; `below(i)` is true of what lies in bins up to i. */
function search(n: number, branches: number, leaf: (bin: number) => string, below: (edge: number) => string): string {
  const among = (first: number, last: number): string => {
    if (first === last) return leaf(first);
    const size = last - first + 1;
    const parts = Math.min(branches, size);
    let sql = 'CASE';
    let from = first;
    for (let k = 1; k < parts; k++) {
      const next = first + Math.round((k * size) / parts);
      sql += ` WHEN ${below(next - 1)} THEN ${among(from, next - 1)}`;
      from = next;
    }
    return `${sql} ELSE ${among(from, last)} END`;
  };
  return among(0, n + 1);
}

/** The least power of two that makes all edges whole, if 63 bits hold them twice over. */
function wholeScale(edges: readonly number[]): number | undefined {
  const largest = Math.max(...edges.map(Math.abs));
  for (let scale = 1; largest * scale < 2 ** 61; scale *= 2)
    if (edges.every((e) => Number.isInteger(e * scale))) return scale;
  return undefined;
}

const literal = (v: number): string => `${v.toExponential()}::DOUBLE`;
