import { userError } from '../base/error.js';
import { binFinder, type Axis } from './axis.js';
import { emptyHist, strides, type Hist } from './hist.js';

/**
 * The histogram of columns, one column for each axis, all of one length; every entry lands in exactly one cell, NaN in
 * the overflow.
 *
 * @param weights of either sign; NaN weights are refused
 * @example fill([regularAxis('x', 10, 0, 1)], [x], weights)
 */
export function fill(axes: readonly Axis[], columns: readonly Float64Array[], weights?: Float64Array): Hist {
  const hist = emptyHist(axes);
  fillInto(hist, columns, weights);
  return hist;
}

/** Adds entries to a histogram in place: for filling block after block. */
export function fillInto(hist: Hist, columns: readonly Float64Array[], weights?: Float64Array): void {
  const { axes, sumw, sumw2 } = hist;
  const n = columns[0]?.length ?? 0;
  const lengths = [...columns, ...(weights ? [weights] : [])].map((c) => c.length);
  if (columns.length !== axes.length || lengths.some((l) => l !== n)) {
    throw userError({
      code: 'hist.columns',
      message: 'columns do not fit the axes of the histogram',
      got: `lengths ${lengths.join(', ')}`,
      expected: `${axes.length} column(s) of one length`,
    });
  }
  const cells = new Uint32Array(n);
  const step = strides(axes);
  axes.forEach((axis, a) => {
    const find = binFinder(axis);
    const column = columns[a];
    for (let i = 0; i < n; i++) cells[i] += find(column[i]) * step[a];
  });
  for (let i = 0; i < n; i++) {
    const w = weights ? weights[i] : 1;
    if (w !== w) throw userError({ code: 'hist.weight', message: 'a weight is NaN', path: `entry ${i}` });
    sumw[cells[i]] += w;
    sumw2[cells[i]] += w * w;
  }
}
