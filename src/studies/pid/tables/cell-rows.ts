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

/** Reads the rows that tests and fallbacks need. `variable` may be absent: then `x` is empty. */
export async function readCellRows(
  source: Pick<CandidateSource, 'table' | 'select'>,
  axes: readonly TableAxis[],
  options: {
    readonly variable: string;
    readonly own?: string | undefined;
    readonly precut: string;
    readonly cuts?: readonly string[];
  },
): Promise<CellRows> {
  const { variable, own, precut, cuts = [] } = options;
  const expressions: Record<string, string> = { x: variable, own: own ?? '1' };
  axes.forEach(({ column }, a) => (expressions[`a${a}`] = column));
  cuts.forEach((cut, k) => (expressions[`c${k}`] = `(${cut}) ? 1 : 0`));
  const where = both(source.select, precut);
  const columns = await source.table.read(expressions, { where, lenient: true });
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
