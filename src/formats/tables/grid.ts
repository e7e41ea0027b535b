import { userError } from '../../base/error.js';
import { cellBounds } from '../../hist/find-cell.js';
import type { TableAxis } from '../../hist/weight-table.js';
import { at } from './csv.js';

/** One bin of a table as a file has it: its ends on every axis. */
export interface BinRow {
  readonly line: number;
  readonly bounds: readonly (readonly [low: number, high: number])[];
}

/** Where the rows of a table stand in its grid. */
export interface Grid {
  readonly axes: readonly TableAxis[];
  /** Cells of the grid in C order: the place of its row in the list of rows, −1 where the table has none. */
  readonly rowOf: Int32Array;
}

/** Bins, C order, the last axis fastest. */
export const cellsOf = (axes: readonly TableAxis[]): number => axes.reduce((n, a) => n * (a.edges.length - 1), 1);

/** The bins of a table, in the order of its cells: ends on each axis. */
export const binsOf = (axes: readonly TableAxis[]): [low: number, high: number][][] =>
  Array.from({ length: cellsOf(axes) }, (_, cell) => cellBounds(axes, cell));

/**
 * The grid that bins form: their distinct ends on every axis. Bins may be missing (holes), in any order; they may not
 * overlap, and none may lie across an edge of another, since the basf2 reader finds bins by the distinct edges alone.
 *
 * @throws userError `table.edges`, `table.overlap`, `table.grid`
 */
export function gridOf(columns: readonly string[], rows: readonly BinRow[], path?: string): Grid {
  for (const { line, bounds } of rows)
    bounds.forEach(([low, high], a) => {
      if (low < high) return;
      throw userError({
        code: 'table.edges',
        message: `a bin of ${columns[a]} does not increase`,
        path: at(path, line),
        got: `${low} to ${high}`,
        expected: `${columns[a]}_min below ${columns[a]}_max`,
      });
    });
  const axes = columns.map((column, a): TableAxis => {
    const edges = [...new Set(rows.flatMap(({ bounds }) => bounds[a]))].sort((x, y) => x - y);
    return { column, edges };
  });
  const places = axes.map(({ edges }) => new Map(edges.map((e, i) => [e, i])));
  const rowOf = new Int32Array(cellsOf(axes)).fill(-1);
  rows.forEach(({ line, bounds }, r) => {
    let cell = 0;
    bounds.forEach(([low, high], a) => {
      const place = places[a].get(low) as number;
      if (axes[a].edges[place + 1] !== high) throw across(columns, rows, r, a, axes[a].edges[place + 1], path);
      cell = cell * (axes[a].edges.length - 1) + place;
    });
    if (rowOf[cell] >= 0)
      throw userError({
        code: 'table.overlap',
        message: `the bins of lines ${rows[rowOf[cell]].line} and ${line} are the same`,
        path: at(path, line),
        got: describe(columns, bounds),
        hint: 'keep one of them, or tell them apart: PDG, mcPDG, variable, threshold',
      });
    rowOf[cell] = r;
  });
  return { axes, rowOf };
}

/** A bin lies across an edge: it overlaps another, or the bins are none of a grid. */
function across(
  columns: readonly string[],
  rows: readonly BinRow[],
  r: number,
  axis: number,
  edge: number,
  path: string | undefined,
) {
  const { line, bounds } = rows[r];
  const other = rows.find(
    (o, i) => i !== r && o.bounds.every(([low, high], a) => low < bounds[a][1] && bounds[a][0] < high),
  );
  if (other)
    return userError({
      code: 'table.overlap',
      message: `the bins of lines ${Math.min(line, other.line)} and ${Math.max(line, other.line)} overlap`,
      path: at(path, line),
      got: `${describe(columns, bounds)} and ${describe(columns, other.bounds)}`,
      expected: 'bins without a common part',
    });
  const [low, high] = bounds[axis];
  return userError({
    code: 'table.grid',
    message: `the bins are no grid: the bin ${low} < ${columns[axis]} ≤ ${high} lies across the edge ${edge} of another`,
    path: at(path, line),
    expected: 'the same edges of a column in all rows of a table',
    hint: 'split the table by its coarser column, or repeat the row for both sides of the edge',
  });
}

const describe = (columns: readonly string[], bounds: BinRow['bounds']): string =>
  bounds.map(([low, high], a) => `${low} < ${columns[a]} ≤ ${high}`).join(', ');
