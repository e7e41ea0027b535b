import { userError } from '../base/error.js';
import { didYouMean } from '../base/near.js';
import type { CellSums } from './rate.js';
import type { TableAxis } from './weight-table.js';

/** Which edge of a bin belongs to it: `right` is (low, high], as the basf2 reader has it; `left` is [low, high). */
export type Closed = 'right' | 'left';

/** Σw, Σw², rows and rows of negative weight; without weights Σw = Σw² = rows. */
export interface Sums {
  readonly sumw: Float64Array;
  readonly sumw2: Float64Array;
  readonly entries: Float64Array;
  readonly negative: Float64Array;
}

/**
 * Sums over the rows of a sample, told apart by their cell and by which of some conditions hold: one pass over the data
 * is enough for every table that is made of these conditions.
 *
 * A cell's number counts, along each axis, 0 below, 1 … n, n + 1 above, n + 2 for no number at all; the last axis runs
 * fastest.
 */
export interface CellCounts {
  readonly axes: readonly TableAxis[];
  readonly closed: Closed;
  /** Bit k of a group's mask says whether condition k holds. */
  readonly conditions: readonly string[];
  /** Per group, in rising order of cell and mask. */
  readonly cell: Float64Array;
  readonly mask: Int32Array;
  readonly entries: Float64Array;
  readonly weights: Readonly<Record<string, Sums>>;
}

/** Rows that no cell holds, by axis; a row may be counted on several axes. */
export interface OutOfRange {
  readonly column: string;
  readonly below: number;
  readonly above: number;
  /** NaN, infinite or missing. */
  readonly notFinite: number;
}

/** The sums of one cell. */
export const cellSums = (sums: Sums, c: number): CellSums => ({
  sumw: sums.sumw[c],
  sumw2: sums.sumw2[c],
  entries: sums.entries[c],
  negative: sums.negative[c],
});

/** Number of cells in range. */
export const tableSize = (axes: readonly TableAxis[]): number => axes.reduce((n, a) => n * (a.edges.length - 1), 1);

/**
 * Sums of the rows for which all of `required` hold, per cell in range, C order.
 *
 * @param weight name of a weight; none counts rows
 * @example const tried = tally(counts, 'sWeight', ['precut']); const passed = tally(counts, 'sWeight', ['precut', 'cut']);
 */
export function tally(counts: CellCounts, weight: string | undefined, required: readonly string[] = []): Sums {
  const size = tableSize(counts.axes);
  const wanted = bits(counts, required);
  const sums = weight === undefined ? undefined : weightOf(counts, weight);
  const [sumw, sumw2, entries, negative] = [0, 0, 0, 0].map(() => new Float64Array(size));
  const place = placer(counts.axes);
  for (let g = 0; g < counts.cell.length; g++) {
    if ((counts.mask[g] & wanted) !== wanted) continue;
    const at = place(counts.cell[g]);
    if (at < 0) continue;
    entries[at] += counts.entries[g];
    sumw[at] += sums ? sums.sumw[g] : counts.entries[g];
    sumw2[at] += sums ? sums.sumw2[g] : counts.entries[g];
    negative[at] += sums ? sums.negative[g] : 0;
  }
  return { sumw, sumw2, entries, negative };
}

/** Rows outside the table, by axis, among those for which all of `required` hold. */
export function outOfRange(counts: CellCounts, required: readonly string[] = []): OutOfRange[] {
  const wanted = bits(counts, required);
  const found = counts.axes.map(({ column }) => ({ column, below: 0, above: 0, notFinite: 0 }));
  for (let g = 0; g < counts.cell.length; g++) {
    if ((counts.mask[g] & wanted) !== wanted) continue;
    let rest = counts.cell[g];
    for (let a = counts.axes.length - 1; a >= 0; a--) {
      const n = counts.axes[a].edges.length - 1;
      const bin = rest % (n + 3);
      rest = Math.floor(rest / (n + 3));
      if (bin === 0) found[a].below += counts.entries[g];
      else if (bin === n + 1) found[a].above += counts.entries[g];
      else if (bin === n + 2) found[a].notFinite += counts.entries[g];
    }
  }
  return found;
}

/** Rows for which all of `required` hold, in range or not. */
export function rowsOf(counts: CellCounts, required: readonly string[] = []): number {
  const wanted = bits(counts, required);
  return counts.entries.reduce((n, e, g) => n + ((counts.mask[g] & wanted) === wanted ? e : 0), 0);
}

/**
 * The counts of two samples together: associative and commutative, so that parts may be counted anywhere and merged.
 *
 * @throws userError where axes, conditions or weights differ
 */
export function addCellCounts(a: CellCounts, b: CellCounts): CellCounts {
  const names = Object.keys(a.weights);
  const shape = (c: CellCounts): string => JSON.stringify([c.axes, c.closed, c.conditions, Object.keys(c.weights)]);
  if (shape(a) !== shape(b)) {
    throw userError({
      code: 'hist.cells',
      message: 'counts of different cells, conditions or weights cannot be added',
      got: shape(b),
      expected: shape(a),
    });
  }
  const keyOf = (c: CellCounts, g: number): number => c.cell[g] * 2 ** c.conditions.length + c.mask[g];
  const all = [a, b].flatMap((c) => Array.from(c.cell, (_, g) => ({ c, g, key: keyOf(c, g) })));
  all.sort((x, y) => x.key - y.key);
  const starts = all.flatMap(({ key }, i) => (i === 0 || key !== all[i - 1].key ? [i] : []));
  const merged = (pick: (c: CellCounts) => ArrayLike<number>): Float64Array =>
    Float64Array.from(starts, (from, k) => {
      let sum = 0;
      for (let i = from; i < (starts[k + 1] ?? all.length); i++) sum += pick(all[i].c)[all[i].g];
      return sum;
    });
  const sums = (name: string): Sums => ({
    sumw: merged((c) => c.weights[name].sumw),
    sumw2: merged((c) => c.weights[name].sumw2),
    entries: merged((c) => c.weights[name].entries),
    negative: merged((c) => c.weights[name].negative),
  });
  return {
    axes: a.axes,
    closed: a.closed,
    conditions: a.conditions,
    cell: Float64Array.from(starts, (i) => all[i].c.cell[all[i].g]),
    mask: Int32Array.from(starts, (i) => all[i].c.mask[all[i].g]),
    entries: merged((c) => c.entries),
    weights: Object.fromEntries(names.map((name) => [name, sums(name)])),
  };
}

/** From the number of a cell with flow to that of a cell in range; −1 outside. */
function placer(axes: readonly TableAxis[]): (cell: number) => number {
  const sizes = axes.map((a) => a.edges.length - 1);
  return (cell) => {
    let [rest, at, stride] = [cell, 0, 1];
    for (let a = sizes.length - 1; a >= 0; a--) {
      const bin = rest % (sizes[a] + 3);
      rest = Math.floor(rest / (sizes[a] + 3));
      if (bin < 1 || bin > sizes[a]) return -1;
      at += (bin - 1) * stride;
      stride *= sizes[a];
    }
    return at;
  };
}

function bits(counts: CellCounts, required: readonly string[]): number {
  return required.reduce((mask, name) => {
    const k = counts.conditions.indexOf(name);
    if (k < 0) throw unknown('condition', name, counts.conditions);
    return mask | (1 << k);
  }, 0);
}

function weightOf(counts: CellCounts, name: string): Sums {
  if (!Object.hasOwn(counts.weights, name)) throw unknown('weight', name, Object.keys(counts.weights));
  return counts.weights[name];
}

const unknown = (what: string, name: string, known: readonly string[]): Error =>
  userError({
    code: `hist.unknown-${what}`,
    message: `no ${what} "${name}" was counted`,
    expected: known.join(', ') || 'none',
    hint: didYouMean(name, known),
  });
