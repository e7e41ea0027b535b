import type { Closed } from './cell-counts.js';
import type { TableAxis } from './weight-table.js';

/** The bin of a value, from 0; −1 outside and for NaN. */
export function binOf(edges: ArrayLike<number>, value: number, closed: Closed = 'right'): number {
  let [low, high] = [0, edges.length - 1];
  const inside =
    closed === 'right' ? value > edges[low] && value <= edges[high] : value >= edges[low] && value < edges[high];
  if (!inside) return -1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (closed === 'right' ? value > edges[middle] : value >= edges[middle]) low = middle;
    else high = middle;
  }
  return low;
}

/** The cell of row i of some columns, C order; −1 where one axis does not hold it. */
export function cellFinder(
  axes: readonly TableAxis[],
  columns: readonly Float64Array[],
  closed: Closed = 'right',
): (row: number) => number {
  return (row) => {
    let cell = 0;
    for (let a = 0; a < axes.length; a++) {
      const bin = binOf(axes[a].edges, columns[a][row], closed);
      if (bin < 0) return -1;
      cell = cell * (axes[a].edges.length - 1) + bin;
    }
    return cell;
  };
}

/** The ends of a cell on every axis. */
export function cellBounds(axes: readonly TableAxis[], cell: number): [low: number, high: number][] {
  const bounds = new Array<[number, number]>(axes.length);
  for (let a = axes.length - 1, rest = cell; a >= 0; a--) {
    const { edges } = axes[a];
    const bin = rest % (edges.length - 1);
    rest = Math.floor(rest / (edges.length - 1));
    bounds[a] = [edges[bin], edges[bin + 1]];
  }
  return bounds;
}
