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
  const cell = cellsOf(ranges, columns, bins);
  // Σ of each variable, then of the weights.
  const sums = new Float64Array((d + 1) * bins ** d);
  for (let i = 0; i < cell.length; i++) {
    const at = (d + 1) * cell[i];
    const w = weights ? weights[i] : 1;
    for (let v = 0; v < d; v++) sums[at + v] += w * columns[v][i];
    sums[at + d] += w;
  }
  const kept: Float64Array[] = [];
  for (let at = 0; at < sums.length; at += d + 1) if (sums[at + d] > 0) kept.push(sums.subarray(at, at + d + 1));
  const clamp = (x: number, [low, high]: Range): number => Math.min(high, Math.max(low, x));
  return {
    columns: ranges.map((range, v) => Float64Array.from(kept, (sum) => clamp(sum[v] / sum[d], range))),
    weights: Float64Array.from(kept, (sum) => sum[d]),
  };
}

/** The cell of each event in a grid of equal bins; the last variable runs fastest. */
export function cellsOf(ranges: readonly Range[], columns: readonly Float64Array[], bins: number): Uint32Array {
  const cell = new Uint32Array(columns[0].length);
  ranges.forEach(([low, high], v) => {
    const column = columns[v];
    const scale = bins / (high - low);
    for (let i = 0; i < cell.length; i++)
      cell[i] = cell[i] * bins + Math.min(bins - 1, Math.max(0, Math.floor((column[i] - low) * scale)));
  });
  return cell;
}
