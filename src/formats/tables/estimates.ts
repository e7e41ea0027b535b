import { band, type Estimate, type Shift } from '../../hist/estimate.js';
import type { RateCell, RateTable, WeightCell, WeightTable } from '../../hist/weight-table.js';

/** What the formats with two columns for all systematics call their source. */
export const SYSTEMATIC = 'syst:all';

const isStat = (source: string): boolean => source === 'stat';
export const statBand = (estimate: Estimate) => band(estimate, isStat);
export const systBand = (estimate: Estimate) => band(estimate, (source) => !isStat(source));

/** A shift from distances of the value to the ends of its band. */
export const shiftOf = (up: number, down: number): Shift => ({ up, down: down === 0 ? 0 : -down });

/** A value whose uncertainties are given as distances: statistical, and all systematics together. */
export const estimateOf = (
  value: number,
  stat: { readonly up: number; readonly down: number },
  syst: { readonly up: number; readonly down: number },
): Estimate => ({
  value,
  sources: { stat: shiftOf(stat.up, stat.down), [SYSTEMATIC]: shiftOf(syst.up, syst.down) },
});

export const NOT_MEASURED: Estimate = { value: NaN, sources: {} };

/** A rate of which the numbers of candidates are not known. */
export const rateCell = (rate: Estimate, flags: readonly string[] = []): RateCell => ({
  rate,
  passed: NaN,
  tried: NaN,
  entries: NaN,
  flags,
  method: 'table',
});

/** A bin that a table leaves out. */
export const hole = (): WeightCell => ({
  ratio: NOT_MEASURED,
  data: rateCell(NOT_MEASURED, ['empty']),
  simulation: rateCell(NOT_MEASURED, ['empty']),
  flags: ['empty'],
});

export const isWeightTable = (table: WeightTable | RateTable): table is WeightTable => !('sample' in table);

/** The number that a table is about in each bin: data over simulation, or the rate. */
export const estimatesOf = (table: WeightTable | RateTable): readonly Estimate[] =>
  isWeightTable(table) ? table.cells.map((c) => c.ratio) : table.cells.map((c) => c.rate);

/** Whether a bin has a number and finite errors: others are left out of files and counted where the table is applied. */
export const isMeasured = (estimate: Estimate): boolean =>
  Number.isFinite(estimate.value) &&
  Object.values(estimate.sources).every(({ up, down }) => Number.isFinite(up) && Number.isFinite(down));

/** Names of the sources of all bins, `stat` first, then in the order in which bins name them. */
export function sourcesOf(estimates: readonly Estimate[]): string[] {
  const names = new Set<string>();
  for (const { sources } of estimates) for (const name of Object.keys(sources)) names.add(name);
  return [...(names.has('stat') ? ['stat'] : []), ...[...names].filter((name) => name !== 'stat')];
}
