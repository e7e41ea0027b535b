import type { ReportTable } from '../../figures/report/report.js';
import { sampleNames, type PrepareResult } from './prepare.js';

/** Rows read, used and left out, by sample and cause. */
export function rowsTable({ samples }: PrepareResult): ReportTable[] {
  const usage: ReportTable = {
    caption: 'Rows and weights',
    columns: ['', 'rows', 'used', 'held out', 'Σ weights', 'effective events'],
    rows: sampleNames.map((name) => {
      const s = samples[name];
      return [name, s.rows, s.used, s.heldOut, Number(s.sumOfWeights.toPrecision(7)), Math.round(s.effective)];
    }),
  };
  const bad = sampleNames.flatMap((name) =>
    Object.entries(samples[name].bad)
      .filter(([, b]) => b.nan + b.infinite + b.outside > 0)
      .map(([column, b]) => [name, column, b.nan, b.infinite, b.outside]),
  );
  if (bad.length === 0) return [usage];
  const columns = ['sample', 'column', 'NaN', 'infinite', 'outside the domain'];
  return [usage, { caption: 'Values that cannot be learnt from', columns, rows: bad }];
}
