import type { Estimate, ReportTable, SummaryRow } from '../../figures/report/report.js';
import type { CommonParams } from './params.js';
import { sampleNames, type PrepareResult } from './prepare.js';

const measures: readonly (readonly [key: string, words: string, note: string])[] = [
  ['ks', 'Kolmogorov–Smirnov distance', 'largest distance of the distribution functions'],
  ['wasserstein', 'Wasserstein distance', 'on the learning scale'],
  ['chi2ndf', 'χ² per degree of freedom', 'after: with the covariance of the map'],
  ['pValue', 'p-value of χ²', ''],
  ['truth.rms', 'Distance to the true map', 'root mean square over events, on the learning scale'],
];

/** The headline numbers in the reader's words. */
export function summaryRows(params: CommonParams, summary: Readonly<Record<string, Estimate>>): SummaryRow[] {
  const rows: SummaryRow[] = [];
  const put = (name: string, key: string, group: string, note?: string): void => {
    const value = summary[key];
    if (value !== undefined) rows.push({ name, value, group, ...(note ? { note } : {}) });
  };
  put('Simulated events used', 'events.simulation', 'Events');
  put('Recorded events used', 'events.data', 'Events');
  for (const { column, label } of params.variables) {
    const group = label ?? column;
    for (const [key, words, note] of measures) {
      put(`${words}, before`, `${column}.${key}.before`, group);
      put(`${words}, after`, `${column}.${key}.after`, group, note);
    }
    put('Share of events whose true value lies in the band', `${column}.truth.coverage`, group, '0.68 expected');
  }
  put(
    'Classifier between data and simulation, area under its curve, before',
    'joint.auc.before',
    'All variables together',
  );
  put('… after', 'joint.auc.after', 'All variables together', '0.5: cannot be told apart');
  put('Closure: Kolmogorov–Smirnov distance', 'closure.ks', 'Checks');
  put('Closure: largest pull against the identity', 'closure.maxPull', 'Checks');
  put('Flow against the exact map: largest pull', 'quantile.maxPull', 'Checks');
  return rows;
}

/** Rows read, used and left out, by sample and cause. */
export function rowsTable({ samples }: PrepareResult): ReportTable[] {
  const count = (n: number): string => n.toLocaleString('en-US').replaceAll(',', ' ');
  const usage: ReportTable = {
    caption: 'Rows and weights',
    columns: ['', 'rows', 'used', 'held out', 'Σ weights', 'effective events'],
    rows: sampleNames.map((name) => {
      const s = samples[name];
      return [
        name,
        count(s.rows),
        count(s.used),
        count(s.heldOut),
        Number(s.sumOfWeights.toPrecision(7)),
        count(Math.round(s.effective)),
      ];
    }),
  };
  const bad = sampleNames.flatMap((name) =>
    Object.entries(samples[name].bad)
      .filter(([, b]) => b.nan + b.infinite + b.outside > 0)
      .map(([column, b]) => [name, column, count(b.nan), count(b.infinite), count(b.outside)]),
  );
  if (bad.length === 0) return [usage];
  return [
    usage,
    {
      caption: 'Values that cannot be learnt from',
      columns: ['sample', 'column', 'NaN', 'infinite', 'outside the domain'],
      rows: bad,
    },
  ];
}
