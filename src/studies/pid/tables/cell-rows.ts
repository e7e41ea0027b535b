import type { EventTable } from '../../../events/store.js';
import { pick } from '../../../fit/component.js';
import { cellFinder } from '../../../hist/find-cell.js';
import type { TableAxis } from '../../../hist/weight-table.js';
import type { CandidateSource } from './candidates.js';
import { both } from '../both.js';

/** Candidates of one source, row by row. */
export interface CellRows {
  /** The cell of every row, −1 outside the bins. */
  readonly cells: Int32Array;
  /** The fit variable. */
  readonly x: Float64Array;
  /** The event's own weight. */
  readonly own: Float64Array;
  /** By cut: 1 where the row passes. */
  readonly passes: readonly Float64Array[];
}

/** Candidates in the place of a probe, and the same rows in nobody's place: what is about the event is read there. */
export interface RowSource extends Pick<CandidateSource, 'table' | 'select'> {
  readonly whole: EventTable;
}

/**
 * Columns of the candidates that a condition keeps: `own` strings in the place of the probe, where `M` may be the mass of a muon, and
 * `common` ones in nobody's, where it is that of the Z.
 */
export async function readBoth(
  { table, whole }: RowSource,
  { own, common, where }: { own: Record<string, string>; common: Record<string, string>; where: string | undefined },
): Promise<Record<string, Float64Array>> {
  const keep = where === undefined ? '1' : `(${where}) ? 1 : 0`;
  const { [KEEP]: kept, ...ours } = await table.read({ ...own, [KEEP]: keep }, { lenient: true });
  const theirs = await whole.read(common, { lenient: true });
  const rows = Uint32Array.from(kept.keys()).filter((row) => kept[row] === 1);
  return Object.fromEntries(Object.entries({ ...ours, ...theirs }).map(([name, values]) => [name, pick(values, rows)]));
}
const KEEP = ' keep';

/** Reads the rows that tests and fallbacks need: their cells and cuts are the probe's, the fit variable and the weight the event's. */
export async function readCellRows(
  source: RowSource,
  axes: readonly TableAxis[],
  options: {
    readonly variable: string;
    readonly own?: string | undefined;
    readonly precut: string;
    readonly cuts?: readonly string[];
  },
): Promise<CellRows> {
  const { variable, own, precut, cuts = [] } = options;
  const expressions: Record<string, string> = {};
  axes.forEach(({ column }, a) => (expressions[`a${a}`] = column));
  cuts.forEach((cut, k) => (expressions[`c${k}`] = `(${cut}) ? 1 : 0`));
  const columns = await readBoth(source, {
    own: expressions,
    common: { x: variable, own: own ?? '1' },
    where: both(source.select, precut),
  });
  const find = cellFinder(
    axes,
    axes.map((_, a) => columns[`a${a}`]),
  );
  return {
    cells: Int32Array.from({ length: columns['x'].length }, (_, row) => find(row)),
    x: columns['x'],
    own: columns['own'],
    passes: cuts.map((_, k) => columns[`c${k}`]),
  };
}
