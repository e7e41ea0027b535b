import { binOf } from './find-cell.js';
import type { TableAxis } from './weight-table.js';

/** Why a row is in no cell: its value on axis a is not a number, or lies outside the edges. */
export const notANumber = (axis: number): number => -1 - 2 * axis;
export const outside = (axis: number): number => -2 - 2 * axis;

/** What a negative answer of `rowCells` means. */
export const missed = (code: number): { readonly axis: number; readonly why: 'not a number' | 'outside' } => ({
  axis: (-1 - code) >> 1,
  why: (-1 - code) % 2 === 0 ? 'not a number' : 'outside',
});

/**
 * Finds the cell of a table for each row: right-closed bins (low, high], C order, as basf2's sysvar reader has them.
 *
 * @returns a function that fills `cells` with places in the table's cells; negative where there is none, see `missed`
 * @example rowCells(table.axes)([p, cosTheta], cells)
 */
export function rowCells(axes: readonly TableAxis[]): (columns: readonly Float64Array[], cells: Int32Array) => void {
  const edges = axes.map((a) => Float64Array.from(a.edges));
  return (columns, cells) => {
    cells.fill(0);
    edges.forEach((own, a) => {
      const column = columns[a];
      const n = own.length - 1;
      const [nan, out] = [notANumber(a), outside(a)];
      for (let i = 0; i < cells.length; i++) {
        const cell = cells[i];
        if (cell < 0) continue;
        const bin = binOf(own, column[i]);
        if (bin >= 0) cells[i] = cell * n + bin;
        else cells[i] = Number.isNaN(column[i]) ? nan : out;
      }
    });
  };
}
