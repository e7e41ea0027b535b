import { userError } from '../../../base/error.js';
import type { CountedTable } from './rate-tables.js';

/** Where the user wrote what left nothing. */
export interface LeftPlaces {
  readonly cut: string;
  readonly precut: string;
  readonly binning: string;
  /** What finds true ones in this sample: a truth cut, the files. */
  readonly candidates?: string | undefined;
}

/**
 * A preselection, a match to truth or bins that leave a sample without candidates end the work: a table of empty bins tells
 * nothing of why it is empty.
 *
 * @param tables of one true particle in one sample
 * @param select what finds true ones
 * @throws userError `pid.nothing-left`, also where Σw ≤ 0 over all bins
 */
export function requireCandidates(tables: readonly CountedTable[], places: LeftPlaces, select?: string): void {
  for (const { table, candidates, coverage, outside } of tables) {
    const whose = `${table.truth.name} in ${table.sample}`;
    if (candidates === 0) {
      const byPrecut = table.precut.trim() !== '' && (!select?.trim() || tables.some((t) => t.candidates > 0));
      const got = byPrecut ? table.precut : [select, table.precut].filter((t) => t?.trim()).join(', then ');
      throw userError({
        code: 'pid.nothing-left',
        message: `no candidate of ${whose} is left`,
        path: byPrecut ? places.precut : (places.candidates ?? places.precut),
        ...(got === '' ? {} : { got }),
        hint: 'loosen the cut, or look at the values: datamc inspect',
      });
    }
    if (coverage > 0) {
      const sum = table.cells.reduce((total, { tried }) => total + (Number.isFinite(tried) ? tried : 0), 0);
      if (sum > 0) continue;
      throw userError({
        code: 'pid.nothing-left',
        message: `the weights of ${whose} in the bins do not add up to a positive number`,
        path: table.precut.trim() === '' ? (places.candidates ?? places.binning) : places.precut,
        got: `Σw = ${Number(sum.toPrecision(4))}${table.precut.trim() === '' ? '' : ` of ${table.precut}`}`,
        hint: 'look at the weights: datamc inspect',
      });
    }
    const far = outside.map(({ column, below, above, notFinite }) => {
      const parts = [
        [below, 'below'],
        [above, 'above'],
        [notFinite, 'no number'],
      ] as const;
      return `${column}: ${parts.flatMap(([n, word]) => (n > 0 ? [`${n} ${word}`] : [])).join(', ') || 'all inside'}`;
    });
    throw userError({
      code: 'pid.nothing-left',
      message: `none of the ${candidates} candidates of ${whose} lies in a bin`,
      path: places.binning,
      got: far.join('; '),
      expected: 'bins that hold values of every variable',
    });
  }
}

/** @throws userError `pid.nothing-left` where no candidate of what a cut looks for passes it, in no sample */
export function requirePassing(samples: readonly CountedTable[], at: string): void {
  const [{ table }] = samples;
  if (table.reco.pdg !== table.truth.pdg || samples.some((s) => s.table.cells.some((c) => c.passed !== 0))) return;
  throw userError({
    code: 'pid.nothing-left',
    message: `no candidate of ${table.truth.name} passes "${table.cut}"`,
    path: at,
    got: table.cut,
    hint: 'look at the values: datamc inspect',
  });
}
