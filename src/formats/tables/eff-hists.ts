import { userError } from '../../base/error.js';
import type { TableAxis } from '../../hist/weight-table.js';
import type { Hist } from '../../hist/hist.js';
import type { RateCell } from '../../hist/weight-table.js';
import { rateCell, rateOf } from '../../hist/rate.js';
import { fromUhi } from '../uhi.js';

/**
 * Efficiencies from two weighted histograms, `passing` and `total`, in UHI JSON: PIDCalib2's `effhists-….pkl` in a form that can be
 * read without running what is in it. Errors are its weighted binomial ones; bins beyond the edges are left out.
 *
 * @throws userError `table.eff-hists` where one is absent or their axes differ, `uhi.*`
 * @example fromEffHists({ passing: { uhi_schema: 1, … }, total: { uhi_schema: 1, … } }).cells[0].rate.value
 */
export function fromEffHists(
  value: Readonly<Record<string, unknown>>,
  path?: string,
): { readonly axes: readonly TableAxis[]; readonly cells: readonly RateCell[] } {
  const [passing, total] = ['passing', 'total'].map((name) => {
    if (value[name] === undefined)
      throw userError({
        code: 'table.eff-hists',
        message: `the file has no histogram "${name}"`,
        path,
        got: Object.keys(value).join(', '),
        expected: '{ "passing": { "uhi_schema": 1, … }, "total": { "uhi_schema": 1, … } }',
      });
    return fromUhi(value[name], [path, name].filter(Boolean).join(': '));
  });
  const axes = total.axes.map((a): TableAxis => ({ column: a.name, edges: [...a.edges] }));
  const same = passing.axes.map((a) => a.edges.join()).join(';') === axes.map((a) => a.edges.join()).join(';');
  if (!same) throw userError({ code: 'table.eff-hists', message: '"passing" and "total" have different axes', path });
  const sums = ({ sumw, sumw2 }: Hist, i: number) => ({
    sumw: sumw[i],
    sumw2: sumw2[i],
    entries: sumw2[i] > 0 ? 1 : 0,
    negative: 0,
  });
  return {
    axes,
    cells: insideCells(axes).map((i) => {
      const [p, t] = [sums(passing, i), sums(total, i)];
      // Numbers of rows are not known.
      return { ...rateCell(rateOf(p, t, 'binomial'), p, t, {}, 'table'), entries: NaN };
    }),
  };
}

/** Places of the bins between the first and the last edges in histograms that have bins beyond them. */
function insideCells(axes: readonly TableAxis[]): number[] {
  return axes.reduce<number[]>(
    (places, { edges }) =>
      places.flatMap((place) => Array.from({ length: edges.length - 1 }, (_, i) => place * (edges.length + 1) + i + 1)),
    [0],
  );
}
