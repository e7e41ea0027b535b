import type { LoadedTable } from './load-tables.js';

/** Two tables, and the correlation of their statistical errors bin by bin where it is known. */
export interface CorrelatedTables {
  readonly tables: readonly [LoadedTable, LoadedTable];
  readonly correlation?: readonly number[] | undefined;
}

/** Tables that were counted on the same candidates, in the order of the tables in use. */
export interface SharedGroup {
  readonly tables: readonly LoadedTable[];
  /** For each bin a triangle L, row after row, L Lᵀ the correlation of the tables there: it mixes independent numbers. */
  readonly mix: readonly Float64Array[];
}

/** What bins of different tables share. */
export interface SharedCells {
  readonly groups: readonly SharedGroup[];
  /** Correlation of the statistical errors of two cells of different tables. */
  correlation(a: number, b: number): number;
}

/** @param offset first cell of each table */
export function sharedCells(
  tables: readonly LoadedTable[],
  offset: ReadonlyMap<LoadedTable, number>,
  pairs: readonly CorrelatedTables[],
): SharedCells {
  const known = pairs.filter((p) => p.correlation !== undefined);
  const between = new Map<LoadedTable, Map<LoadedTable, readonly number[]>>();
  const put = (a: LoadedTable, b: LoadedTable, correlation: readonly number[]): void => {
    between.set(a, (between.get(a) ?? new Map<LoadedTable, readonly number[]>()).set(b, correlation));
  };
  for (const {
    tables: [a, b],
    correlation = [],
  } of known) {
    put(a, b, correlation);
    put(b, a, correlation);
  }
  const left = new Set(tables.filter((t) => between.has(t)));
  const groups: SharedGroup[] = [];
  for (const first of left) {
    const members = new Set([first]);
    for (const t of members) for (const other of between.get(t)?.keys() ?? []) members.add(other);
    for (const t of members) left.delete(t);
    const own = tables.filter((t) => members.has(t));
    const mix = first.table.cells.map((_, c) =>
      triangle(own.map((a) => own.map((b) => between.get(a)?.get(b)?.[c] ?? 0))),
    );
    groups.push({ tables: own, mix });
  }
  const starts = tables.map((t) => ({ table: t, from: offset.get(t) ?? 0 }));
  const placeOf = (cell: number) =>
    starts.find(({ table, from }) => cell >= from && cell < from + table.table.cells.length);
  return {
    groups,
    correlation(a, b) {
      const [x, y] = [placeOf(a), placeOf(b)];
      if (!x || !y || a - x.from !== b - y.from) return 0;
      return between.get(x.table)?.get(y.table)?.[a - x.from] ?? 0;
    },
  };
}

/** Cholesky's triangle of a correlation matrix. Of one that rounding or bounds made impossible, the rows are shortened to length 1. */
function triangle(matrix: readonly (readonly number[])[]): Float64Array {
  const m = matrix.length;
  const out = new Float64Array(m * m);
  for (let k = 0; k < m; k++) {
    let square = 0;
    for (let j = 0; j < k; j++) {
      let rest = matrix[k][j];
      for (let i = 0; i < j; i++) rest -= out[k * m + i] * out[j * m + i];
      const diagonal = out[j * m + j];
      const v = diagonal > 1e-6 ? rest / diagonal : 0;
      out[k * m + j] = v;
      square += v * v;
    }
    if (square < 1) out[k * m + k] = Math.sqrt(1 - square);
    else for (let j = 0; j < k; j++) out[k * m + j] /= Math.sqrt(square);
  }
  return out;
}
