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

/** The sample's mean efficiency with its errors by source. */
export interface MeanEfficiency {
  readonly mean: Estimate;
  /** √(Σw²(ε − ε̄)²)/Σw: how far the mean of another sample of this size may lie. */
  readonly sampleError: number;
  /** Mean of the events' own errors: what a sum without covariance is compared with. */
  readonly meanError: number;
  /** Σw of the events with an efficiency, and how many there are and are not. */
  readonly sumw: number;
  readonly used: number;
  readonly unused: number;
}

/**
 * The mean of events' efficiencies, summed block after block. Events that use one cell share its error: the statistical
 * error of the mean is √Σ_cells (∂ε̄/∂ε_cell)² σ_cell², with the derivative summed over all events and tracks; every
 * other source moves all cells of all tables at once. Tables whose errors go together add 2 ρ times the product of the two
 * derivatives and errors, cell by cell; where ρ holds between any two cells, 2 ρ σ₁ σ₂ of the tables as wholes: its bound, as the
 * square of a sum of errors is.
 */
export class MeanOfEvents {
  private readonly slopes = new Map<CalibrationTable, Float64Array>();
  private readonly shifted: Map<string, { up: number; down: number }>;
  private sumw = 0;
  private sumw2 = 0;
  private sum = 0;
  private squares = 0;
  private sum2 = 0;
  private errors = 0;
  private used = 0;
  private unused = 0;

  constructor(
    tables: readonly CalibrationTable[],
    private readonly correlations?: Correlations,
  ) {
    for (const table of tables) this.slopes.set(table, new Float64Array(table.rates.length));
    this.shifted = new Map(sharedSources(tables).map((name) => [name, { up: 0, down: 0 }]));
  }

  /** @param options.keep whether an event is a part of the mean */
  add(
    tracks: readonly TrackColumn[],
    events: EventEfficiencies,
    options: { readonly weights?: Float64Array | undefined; keep?(event: number): boolean } = {},
  ): void {
    const { weights } = options;
    const n = events.efficiency.length;
    for (let e = 0; e < n; e++) {
      if (options.keep && !options.keep(e)) continue;
      const value = events.efficiency[e];
      if (Number.isNaN(value)) {
        this.unused++;
        continue;
      }
      const w = weights ? weights[e] : 1;
      this.used++;
      this.sumw += w;
      this.sumw2 += w * w;
      this.sum += w * value;
      this.sum2 += w * w * value;
      this.squares += w * w * value * value;
      this.errors += (w * (events.up[e] + events.down[e])) / 2;
      tracks.forEach(({ table, cells }, t) => {
        let others = w;
        for (let k = 0; k < tracks.length; k++) if (k !== t) others *= events.tracks[k].efficiency[e];
        (this.slopes.get(table) as Float64Array)[cells[e]] += others;
      });
      for (const [name, sums] of this.shifted) {
        let [up, down] = [w, w];
        for (const { table, cells } of tracks) {
          const { value: v, sources } = table.rates[cells[e]];
          const shift = sources[name] as { up: number; down: number } | undefined;
          up *= v + (shift?.up ?? 0);
          down *= v + (shift?.down ?? 0);
        }
        sums.up += up;
        sums.down += down;
      }
    }
  }

  result(): MeanEfficiency {
    const { sumw, sum, used, unused } = this;
    const mean = sum / sumw;
    const tables = [...this.slopes].map(([table, slopes]) => {
      const moves = slopes.map((s, c) => (s === 0 ? 0 : (s / sumw) * statError(table.rates[c])));
      return { table, moves, variance: moves.reduce((s, m) => s + m * m, 0) };
    });
    let variance = tables.reduce((s, t) => s + t.variance, 0);
    tables.forEach((one, i) => {
      for (const other of tables.slice(0, i)) {
        const by = this.correlations?.(other.table, one.table);
        if (!by) continue;
        if ('all' in by) variance += 2 * by.all * Math.sqrt(one.variance * other.variance);
        else one.moves.forEach((m, c) => (variance += m === 0 ? 0 : 2 * by.cells[c] * m * (other.moves[c] ?? 0)));
      }
    });
    const stat = Math.sqrt(Math.max(0, variance));
    const sources = Object.fromEntries(
      [...this.shifted].map(([name, { up, down }]) => [name, { up: up / sumw - mean, down: down / sumw - mean }]),
    );
    const spread = Math.max(0, this.squares - 2 * mean * this.sum2 + mean * mean * this.sumw2);
    return {
      mean: { value: mean, sources: { stat: { up: stat, down: -stat }, ...sources } },
      sampleError: Math.sqrt(spread) / Math.abs(sumw),
      meanError: this.errors / sumw,
      sumw,
      used,
      unused,
    };
  }
}
