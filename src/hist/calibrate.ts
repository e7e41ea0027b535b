import type { Estimate } from './estimate.js';

/** The rates of one table as tracks look them up. */
export interface CalibrationTable {
  /** Per cell. */
  readonly rates: readonly Estimate[];
}

/**
 * How the statistical errors of two different tables go together: ρ cell by cell, where both have the same cells and a cell shares
 * candidates with its like alone; or one ρ between any cell of the one and any of the other.
 */
export type TableCorrelation = { readonly cells: ArrayLike<number> } | { readonly all: number };

/** What is known of two tables; undefined: independent. */
export type Correlations = (a: CalibrationTable, b: CalibrationTable) => TableCorrelation | undefined;

/** One track of every event: which table it is looked up in, and its cell in every event (−1: none). */
export interface TrackColumn {
  readonly table: CalibrationTable;
  readonly cells: Int32Array;
}

/** Per event: the product of its tracks' efficiencies, and its error. NaN where a track has none. */
export interface EventEfficiencies {
  readonly efficiency: Float64Array;
  readonly up: Float64Array;
  readonly down: Float64Array;
  /** Per track, as given. */
  readonly tracks: readonly { readonly efficiency: Float64Array; readonly error: Float64Array }[];
}

/** Statistical error of a cell: the mean of both sides. */
export const statError = ({ sources }: Estimate): number => {
  const stat = sources['stat'] as { up: number; down: number } | undefined;
  return stat ? (stat.up - stat.down) / 2 : 0;
};

/** Names of the sources of a table that move all its bins together. */
export function sharedSources(tables: readonly CalibrationTable[]): string[] {
  const names = new Set<string>();
  for (const { rates } of tables)
    for (const { sources } of rates) for (const name of Object.keys(sources)) if (name !== 'stat') names.add(name);
  return [...names];
}

/**
 * The efficiency of events, ε = Π ε_t over their tracks, and its statistical error. Two tracks in one cell of one table
 * share its error: σ² = Σ_cells (Σ_{t in cell} ε/ε_t)² σ_cell². With `independent` every track counts for itself, as
 * PIDCalib2 has it, σ² = ε² Σ (σ_t/ε_t)². Cells of two tables whose errors go together add 2 ρ ∂ε/∂ε₁ ∂ε/∂ε₂ σ₁ σ₂.
 *
 * A cell whose rate is NaN, negative or not finite has no efficiency: the event is NaN.
 */
export function eventEfficiencies(
  tracks: readonly TrackColumn[],
  errors: 'shared' | 'independent',
  correlations?: Correlations,
): EventEfficiencies {
  const pairs = errors === 'shared' && correlations ? correlatedTracks(tracks, correlations) : [];
  const slopes = new Float64Array(tracks.length);
  const n = tracks[0]?.cells.length ?? 0;
  const columns = tracks.map(() => ({ efficiency: new Float64Array(n), error: new Float64Array(n) }));
  const [efficiency, up, down] = [0, 0, 0].map(() => new Float64Array(n));
  const others = new Float64Array(tracks.length);
  for (let e = 0; e < n; e++) {
    let product = 1;
    for (let t = 0; t < tracks.length; t++) {
      const { table, cells } = tracks[t];
      const rate = cells[e] < 0 ? undefined : table.rates[cells[e]];
      const usable = rate !== undefined && rate.value >= 0 && Number.isFinite(rate.value);
      columns[t].efficiency[e] = usable ? rate.value : NaN;
      columns[t].error[e] = usable ? statError(rate) : NaN;
      product *= columns[t].efficiency[e];
    }
    efficiency[e] = product;
    if (Number.isNaN(product)) {
      up[e] = down[e] = NaN;
      continue;
    }
    // ∂ε/∂ε_t as a product of the others: a track of efficiency 0 has one too.
    for (let t = 0; t < tracks.length; t++) {
      others[t] = 1;
      for (let k = 0; k < tracks.length; k++) if (k !== t) others[t] *= columns[k].efficiency[e];
    }
    let variance = 0;
    for (let t = 0; t < tracks.length; t++) {
      const same = (k: number): boolean =>
        k === t ||
        (errors === 'shared' && tracks[k].table === tracks[t].table && tracks[k].cells[e] === tracks[t].cells[e]);
      let derivative = 0;
      let first = true;
      for (let k = 0; k < tracks.length; k++) {
        if (!same(k)) continue;
        if (k < t) first = false;
        derivative += others[k];
      }
      slopes[t] = first ? derivative * columns[t].error[e] : 0;
      variance += slopes[t] ** 2;
    }
    for (const { t, k, by } of pairs) {
      const [c, d] = [tracks[t].cells[e], tracks[k].cells[e]];
      const rho = 'all' in by ? by.all : c === d ? by.cells[c] : 0;
      variance += 2 * rho * slopes[t] * slopes[k];
    }
    up[e] = down[e] = Math.sqrt(Math.max(0, variance));
  }
  return { efficiency, up, down, tracks: columns };
}

/** Pairs of tracks of different tables whose errors go together. */
function correlatedTracks(tracks: readonly TrackColumn[], correlations: Correlations) {
  return tracks.flatMap(({ table }, t) =>
    tracks.slice(0, t).flatMap((other, k) => {
      const by = other.table === table ? undefined : correlations(other.table, table);
      return by === undefined ? [] : [{ t, k, by }];
    }),
  );
}
