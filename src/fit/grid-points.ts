import type { Range } from './density.js';

/** Weighted points in several dimensions. */
export interface GridPoints {
  readonly columns: readonly Float64Array[];
  readonly weights: Float64Array;
}

/**
 * Events of several variables as the weighted means of the cells of a grid: a start for the fit of all events. Cells whose
 * weights do not add up to a positive number are left out.
 */
export function gridPoints(
  ranges: readonly Range[],
  columns: readonly Float64Array[],
  weights: Float64Array | undefined,
  bins: number,
): GridPoints {
  const d = ranges.length;
  const cells = new Map<number, Float64Array>();
  for (let i = 0; i < columns[0].length; i++) {
    let cell = 0;
    for (let v = 0; v < d; v++) {
      const t = ((columns[v][i] - ranges[v][0]) / (ranges[v][1] - ranges[v][0])) * bins;
      cell = cell * bins + Math.min(bins - 1, Math.max(0, Math.floor(t)));
    }
    const sum = cells.get(cell) ?? new Float64Array(d + 1);
    cells.set(cell, sum);
    const w = weights ? weights[i] : 1;
    sum[d] += w;
    for (let v = 0; v < d; v++) sum[v] += w * columns[v][i];
  }
  const kept = [...cells.values()].filter((sum) => sum[d] > 0);
  const clamp = (x: number, [low, high]: Range): number => Math.min(high, Math.max(low, x));
  return {
    columns: ranges.map((range, v) => Float64Array.from(kept, (sum) => clamp(sum[v] / sum[d], range))),
    weights: Float64Array.from(kept, (sum) => sum[d]),
  };
}
