import { userError } from '../base/error.js';
import type { Estimate } from './estimate.js';

/**
 * The covariance of sums of events that are weighted by one table: the bins of a histogram, or regions. Events of two sums
 * that share a cell of the table share its error.
 *
 * S_g = Σ_c n_gc v_c, so cov(S_g, S_h) = Σ_c n_gc n_hc σ_c² + Σ_source (Σ_c n_gc δ_c)(Σ_c n_hc δ_c): statistics (`stat`) are
 * independent from cell to cell, every other source moves all cells together, by half the distance of its two sides.
 *
 * @param occupancy for each sum, the Σ of its events' other weights in each cell of the table
 * @param cells values and uncertainties of the table's cells; cells that no event uses may be NaN
 * @returns row by row, sums × sums
 * @example sharedBinCovariance([Float64Array.of(10, 5), Float64Array.of(0, 7)], table.cells.map((c) => c.ratio))
 */
export function sharedBinCovariance(occupancy: readonly Float64Array[], cells: readonly Estimate[]): Float64Array {
  const sums = occupancy.length;
  const wrong = occupancy.find((n) => n.length !== cells.length);
  if (wrong)
    throw userError({
      code: 'hist.shared-bins',
      message: 'an occupancy has not one number a cell of the table',
      got: String(wrong.length),
      expected: String(cells.length),
    });
  const out = new Float64Array(sums * sums);
  const half = (cell: Estimate, source: string): number => {
    if (!Object.hasOwn(cell.sources, source)) return 0;
    const { up, down } = cell.sources[source];
    return (up - down) / 2;
  };
  const add = (a: readonly number[]): void => {
    for (let g = 0; g < sums; g++) for (let h = 0; h < sums; h++) out[g * sums + h] += a[g] * a[h];
  };
  cells.forEach((cell, c) => {
    if (occupancy.every((n) => n[c] === 0)) return;
    const sigma = half(cell, 'stat');
    add(occupancy.map((n) => n[c] * sigma));
  });
  const sources = new Set(cells.flatMap((cell) => Object.keys(cell.sources)));
  sources.delete('stat');
  for (const source of sources)
    add(occupancy.map((n) => cells.reduce((sum, cell, c) => sum + (n[c] === 0 ? 0 : n[c] * half(cell, source)), 0)));
  return out;
}
