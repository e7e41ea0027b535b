import {
  sharedSources,
  statError,
  type CalibrationTable,
  type Correlations,
  type EventEfficiencies,
  type TrackColumn,
} from './calibrate.js';
import type { Estimate } from './estimate.js';

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
