import type { Estimate, Shift } from '../../../hist/estimate.js';
import { isMeasured } from '../../../formats/tables/estimates.js';
import type { LoadedTable } from './load-tables.js';
import type { ParsedWeightOptions } from './options.js';
import { sharedCells, type CorrelatedTables, type SharedCells } from './shared-cells.js';

/**
 * Every bin of every table in use under one number, so that a bin that two particles share moves for both; then, for each table
 * with a weight outside its bins, one cell for that; last the cell of unmatched candidates.
 */
export interface WeightCells {
  readonly count: number;
  readonly value: Float64Array;
  /** Shifts of each source; 0 where a cell does not have it. */
  readonly sources: readonly { readonly name: string; readonly up: Float64Array; readonly down: Float64Array }[];
  /** First cell of each table. */
  readonly offset: ReadonlyMap<LoadedTable, number>;
  /** The cell of each table for what lies outside its bins, where there is one. */
  readonly beyond: ReadonlyMap<LoadedTable, number>;
  readonly unmatched: number;
  /** Bins with a weight. */
  readonly measured: Uint8Array;
  /** Measured cells in the order of the tables and of their files' rows: rows of a covariance matrix. */
  readonly order: readonly number[];
  readonly tables: readonly LoadedTable[];
  /**
   * For bins of a table of failing candidates, the bin of the table of passing ones that was counted on the same candidates: what
   * moves ε up moves one weight up and the other down. Itself for all others.
   */
  readonly counterpart: Int32Array;
  /** What bins of tables share that were counted on the same candidates. */
  readonly shared: SharedCells;
}

/** Whether a table holds the weights of candidates that pass the cut which those of the other fail. */
export function isOtherSide({ table: pass }: LoadedTable, { table: fail }: LoadedTable): boolean {
  const of = ({ reco, truth, variable, threshold, workingPoint, precut, axes }: LoadedTable['table']): string =>
    JSON.stringify([reco.pdg, truth.pdg, variable, threshold, workingPoint ?? '', precut, axes]);
  return pass.side === 'identified' && fail.side === 'notIdentified' && of(pass) === of(fail);
}

function counterparts(
  tables: readonly LoadedTable[],
  offset: ReadonlyMap<LoadedTable, number>,
  count: number,
): Int32Array {
  const found = Int32Array.from({ length: count }, (_, c) => c);
  for (const t of tables) {
    const other = tables.find((o) => isOtherSide(o, t));
    if (!other) continue;
    const [own, its] = [offset.get(t) ?? 0, offset.get(other) ?? 0];
    for (let c = 0; c < t.table.cells.length; c++) found[own + c] = its + c;
  }
  return found;
}

/** @param pairs tables whose statistical errors are known to go together; all others are independent */
export function weightCells(
  tables: readonly LoadedTable[],
  options: ParsedWeightOptions,
  pairs: readonly CorrelatedTables[] = [],
): WeightCells {
  const { fill = NaN, errors } = options;
  const estimates: Estimate[] = [];
  const offset = new Map<LoadedTable, number>();
  const order: number[] = [];
  const beyond = new Map<LoadedTable, number>();
  for (const t of tables) {
    const first = estimates.length;
    offset.set(t, first);
    estimates.push(...t.table.cells.map((c) => c.ratio));
    // What has no bin of its own, but a weight with errors, stands behind the bins.
    if (t.rest) {
      beyond.set(t, estimates.length);
      estimates.push(t.rest);
    }
    order.push(...t.order.map((cell) => first + cell));
  }
  const bins = estimates.length;
  for (const t of tables) {
    if (t.rest) continue;
    const weight = options.outOfRange ?? t.outOfRange;
    if (weight === undefined) continue;
    beyond.set(t, estimates.length);
    estimates.push({ value: weight, sources: {} });
  }
  const unmatched = estimates.length;
  estimates.push({ value: fill, sources: {} });
  const measured = Uint8Array.from(estimates, (e, i) => (i < bins && isMeasured(e) ? 1 : 0));
  const names = [...new Set(estimates.flatMap((e, i) => (measured[i] ? Object.keys(e.sources) : [])))];
  const shift = (e: Estimate, i: number, name: string): Shift => {
    const s = measured[i] ? (e.sources[name] as Shift | undefined) : undefined;
    if (!s) return { up: 0, down: 0 };
    if (errors === 'signed') return s;
    const largest = Math.max(Math.abs(s.up), Math.abs(s.down));
    return { up: largest, down: -largest };
  };
  return {
    count: estimates.length,
    value: Float64Array.from(estimates, (e) => e.value),
    sources: names.map((name) => ({
      name,
      up: Float64Array.from(estimates, (e, i) => shift(e, i, name).up),
      down: Float64Array.from(estimates, (e, i) => shift(e, i, name).down),
    })),
    offset,
    beyond,
    unmatched,
    measured,
    order,
    tables,
    counterpart: counterparts(tables, offset, estimates.length),
    shared: sharedCells(tables, offset, pairs),
  };
}
