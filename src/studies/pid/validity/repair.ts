import type { Key } from '../../../stats/key.js';
import { cellSums, type Sums as CountedCells } from '../../../hist/cell-counts.js';
import { bootstrapRateOfSums } from '../../../hist/bootstrap-rate.js';
import { rateCell, rateOf, type CellSums, type RateMethod } from '../../../hist/rate.js';
import type { RateCell } from '../../../hist/weight-table.js';
import { weightsAt, type WeightFunction } from '../../../fit/weight-function.js';
import type { CellRows } from '../tables/cell-rows.js';
import { countByFit, passedOf, type CellFit } from './count-by-fit.js';

/** Weights of the rows of one source in the cells that need them: the fit's own, or others where these may not be trusted. */
export interface CellWeights {
  readonly rows: CellRows;
  /** By column of weights: the fit's. */
  readonly fitted: Readonly<Record<string, WeightFunction>>;
  /** By column of weights: the fallback's, for cells that are not valid; of no use, and empty, where all are. */
  readonly instead: Readonly<Record<string, WeightFunction>>;
  /** By column of weights: fits of a cell's own events, in place of other weights where they succeed. */
  readonly fits?: Readonly<Record<string, CellFit | ((cell: number) => CellFit | undefined)>> | undefined;
  readonly invalid: ReadonlySet<number>;
}

/** What sources count whose weights cannot be tested, cell by cell: with the nominal weights, or those of a source of uncertainty. */
export interface OtherCounts {
  readonly systematics: readonly string[];
  counts(systematic: string | undefined): { readonly passed: CountedCells; readonly tried: CountedCells };
}

/** Σw, Σw² of the rows of a cell that pass and of all. */
interface Pair {
  passed: Sums;
  tried: Sums;
}
type Sums = { -readonly [K in keyof CellSums]: CellSums[K] };

const REPLICAS = 500;
const none = (): Sums => ({ sumw: 0, sumw2: 0, entries: 0, negative: 0 });

function add(sums: Sums, w: number): void {
  sums.sumw += w;
  sums.sumw2 += w * w;
  sums.entries++;
  if (w < 0) sums.negative++;
}

function merge(sums: Sums, more: CellSums): void {
  sums.sumw += more.sumw;
  sums.sumw2 += more.sumw2;
  sums.entries += more.entries;
  sums.negative += more.negative;
}

/** What fits of single cells count, by cell; cells whose fits do not succeed are missing. */
function fittedCells(
  fit: CellFit | ((cell: number) => CellFit | undefined) | undefined,
  rows: CellRows,
  cells: ReadonlySet<number>,
  cut: number,
): ReadonlyMap<number, { readonly passed: CellSums; readonly tried: CellSums }> {
  const found = new Map<number, { passed: CellSums; tried: CellSums }>();
  if (!fit) return found;
  const byCell = new Map([...cells].map((cell): [number, [number[], number[]]] => [cell, [[], []]]));
  rows.cells.forEach((cell, row) => byCell.get(cell)?.[rows.passes[cut][row] === 1 ? 0 : 1].push(row));
  for (const [cell, lists] of byCell) {
    const own = typeof fit === 'function' ? fit(cell) : fit;
    if (!own) continue;
    const [passed, failed] = lists.map((list) => {
      const take = (values: Float64Array): Float64Array => Float64Array.from(list, (row) => values[row]);
      return countByFit(own, take(rows.x), take(rows.own));
    });
    if (passed && failed) found.set(cell, passedOf(passed, failed));
  }
  return found;
}

/** What every column of weights makes of some cells, all sources together; and the cells whose own fits did not succeed. */
function sumCells(
  sources: readonly CellWeights[],
  cells: ReadonlySet<number>,
  cut: number,
): { readonly sums: Map<number, Record<string, Pair>>; readonly unfitted: ReadonlySet<number> } {
  const unfitted = new Set<number>();
  const variants = [...new Set(sources.flatMap((s) => Object.keys(s.fitted)))];
  const found = new Map<number, Record<string, Pair>>();
  for (const cell of cells)
    found.set(cell, Object.fromEntries(variants.map((v) => [v, { passed: none(), tried: none() }])));
  for (const { rows, fitted, instead, fits, invalid } of sources) {
    const chosen = Uint32Array.from(rows.cells.keys()).filter((row) => cells.has(rows.cells[row]));
    const x = Float64Array.from(chosen, (row) => rows.x[row]);
    for (const variant of variants) {
      // A source that does not know a variant counts with its nominal weights.
      const kept = weightsAt(fitted[variant] ?? fitted['nominal'], x);
      const other = invalid.size > 0 ? weightsAt(instead[variant] ?? instead['nominal'], x) : kept;
      const counted = fittedCells(fits?.[variant] ?? fits?.['nominal'], rows, invalid, cut);
      if (fits && variant === 'nominal') for (const cell of invalid) if (!counted.has(cell)) unfitted.add(cell);
      for (const [cell, pair] of counted) {
        const own = (found.get(cell) as Record<string, Pair>)[variant];
        merge(own.tried, pair.tried);
        merge(own.passed, pair.passed);
      }
      chosen.forEach((row, i) => {
        const cell = rows.cells[row];
        if (counted.has(cell)) return;
        const w = (invalid.has(cell) ? other[i] : kept[i]) * rows.own[row];
        const pair = (found.get(cell) as Record<string, Pair>)[variant];
        add(pair.tried, w);
        if (rows.passes[cut][row]) add(pair.passed, w);
      });
    }
  }
  return { sums: found, unfitted };
}

/** The sums of one cell by source of uncertainty, with what other sources count: a source that does not know one counts as it is. */
function joined(
  own: Readonly<Record<string, Pair>>,
  others: OtherCounts | undefined,
  cell: number,
): Record<string, Pair> {
  if (!others) return { ...own };
  const names = new Set([...Object.keys(own), ...others.systematics]);
  return Object.fromEntries(
    [...names].map((name) => {
      const pair: Pair = { passed: none(), tried: none() };
      const counted = others.counts(others.systematics.includes(name) ? name : undefined);
      for (const side of ['passed', 'tried'] as const) {
        merge(pair[side], (own[name] ?? own['nominal'])[side]);
        merge(pair[side], cellSums(counted[side], cell));
      }
      return [name, pair];
    }),
  );
}

const valueOf = ({ passed, tried }: { passed: CellSums; tried: CellSums }): number =>
  tried.entries === 0 || tried.sumw === 0 ? NaN : passed.sumw / tried.sumw;

/**
 * Cells whose weights may not be trusted, counted again with others. The cell says which were used, and keeps its flags.
 *
 * @param sources whose weights were tested
 * @param others what all further sources of the cells count
 * @param flags by cell, `not-factorising` and what else is told
 * @param sourceOf names of the sources of uncertainty by column of weights
 */
export function repairCells(
  cells: readonly RateCell[],
  sources: readonly CellWeights[],
  options: {
    readonly cut: number;
    readonly method: string;
    /** What counts where a fit does not succeed: `cow` unless told. */
    readonly otherwise?: string | undefined;
    readonly interval: RateMethod;
    readonly key: Key;
    readonly flags: ReadonlyMap<number, readonly string[]>;
    readonly sourceOf: (variant: string) => string;
    readonly others?: OtherCounts | undefined;
  },
): RateCell[] {
  const invalid = new Set(sources.flatMap((s) => [...s.invalid]));
  const { sums, unfitted } = sumCells(sources, invalid, options.cut);
  return cells.map((cell, i) => {
    const own = sums.get(i);
    if (!own) return cell;
    const bySource = Object.entries(own).map(([v, pair]) => [v === 'nominal' ? v : options.sourceOf(v), pair] as const);
    const { nominal, ...variants } = joined(Object.fromEntries(bySource), options.others, i);
    const formula = rateOf(nominal.passed, nominal.tried, options.interval === 'bootstrap' ? 'auto' : options.interval);
    // Where the formula fails, sums alone are drawn: fits leave no rows that could be.
    const rate =
      formula.interval === 'bootstrap'
        ? { ...formula, ...bootstrapRateOfSums(options.key.split('cell', i), nominal.passed, nominal.tried, REPLICAS) }
        : formula;
    const shifted = Object.entries(variants).map(([source, pair]) => [source, { up: valueOf(pair) }] as const);
    // A handful of events may not determine a fit: they are weighted.
    const method = unfitted.has(i)
      ? options.method.replace('fit-and-count', options.otherwise ?? 'cow')
      : options.method;
    const repaired = rateCell(rate, nominal.passed, nominal.tried, Object.fromEntries(shifted), method);
    return { ...repaired, flags: [...repaired.flags, ...(options.flags.get(i) ?? [])] };
  });
}

export const NOT_FACTORISING = 'not-factorising';
/** A fit of the cell alone counts another yield than the weights do. */
export const YIELDS_DIFFER = 'yields-differ';

/** The same cells, only told that they may not be trusted. */
export const flagCells = (cells: readonly RateCell[], flags: ReadonlyMap<number, readonly string[]>): RateCell[] =>
  cells.map((cell, i) => ({ ...cell, flags: [...cell.flags, ...(flags.get(i) ?? [])] }));
