import type { SummaryRow } from '../../../figures/report/report.js';
import type { Found } from './gather.js';
import { SAMPLES } from '../modes.js';
import type { OverallRate, Rounded } from './results.js';
import { digits, percent, tableTitle } from './words.js';

/** JSON has null for what is no number: a rate of bins whose weights add up to nothing. */
const told = (rate: Rounded): SummaryRow['value'] => (Number.isFinite(rate.value) ? rate : '–');

/** `± 0.0036 stat, ± 0.0007 sweights`, where there is more than statistics. */
function sourcesOf({ value, parts }: OverallRate): string {
  const names = Object.keys(parts);
  if (!Number.isFinite(value) || names.length < 2) return 'statistical error; those of each bin are in the table';
  return `${names.map((name) => `± ${digits(parts[name], 2)} ${name}`).join(', ')}; those of each bin are in the table`;
}

const LABELS = { data: 'Data', simulation: 'Simulation' } as const;

/** The headline numbers in the reader's words. */
export function summaryRows(found: Found): SummaryRow[] {
  const rows: SummaryRow[] = [];
  for (const mode of found.modes)
    for (const sample of SAMPLES) {
      const fit = found.fits[mode]?.[sample]?.fits.nominal;
      const group = `${mode}: ${LABELS[sample].toLowerCase()}`;
      if (!fit) continue;
      for (const [name, { value, error }] of Object.entries(fit.yields))
        rows.push({ group, name: `Yield of ${name}`, value: { value, error } });
      if (fit.ndf > 0)
        rows.push({
          group,
          name: 'χ² per degree of freedom',
          value: digits(fit.chi2 / fit.ndf),
          note: `p-value ${digits(fit.pValue, 2)}; 1 expected`,
        });
    }
  for (const table of found.tables) {
    const { rates, coverage, valid, bins, reference } = table;
    const group = tableTitle(table, found.tables);
    rows.push(
      { group, name: 'Rate in data, over all bins', value: told(rates.data) },
      { group, name: 'Rate in simulation, over all bins', value: told(rates.simulation) },
      {
        group,
        name: 'Ratio',
        value: told(rates.ratio),
        note: sourcesOf(rates.ratio),
      },
      { group, name: 'Bins without a grave flag', value: `${valid} of ${bins}` },
      {
        group,
        name: 'Coverage of data',
        value: percent(coverage.data),
        note: 'share of the candidates that lie in a bin',
      },
    );
    if (reference)
      rows.push(
        {
          group,
          name: 'Pulls against the reference: mean',
          value: { value: reference.mean, error: 1 / Math.sqrt(reference.ndf) },
          note: '0 expected',
        },
        {
          group,
          name: 'Pulls against the reference: width',
          value: { value: reference.width, error: 1 / Math.sqrt(2 * reference.ndf) },
          note: '1 expected',
        },
      );
  }
  for (const { name, title, auc } of found.curves)
    for (const [key, value] of Object.entries(auc)) {
      const [sample, bin] = key.split('.');
      rows.push({
        group: title ?? name,
        name: `Area under the curve, ${sample}${bin === undefined ? '' : `, bin ${bin}`}`,
        value,
        note: '1: perfect separation; 0.5: none',
      });
    }
  for (const { name, summary } of found.densityResults) {
    const at = (key: string): string => digits(Number(summary[`${name}.${key}`]));
    const group = `Density ${name}`;
    const note = 'Kolmogorov–Smirnov distance of simulation to the density of data at the same kinematics';
    for (const how of ['resampled', 'transformed'])
      rows.push({ group, name: `Distance, ${how}`, before: at('ks.before'), value: at(`ks.${how}`), note });
    rows.push({
      group,
      name: 'Rank kept by the transform',
      value: at('rank.transformed'),
      note: 'Kendall’s τ of the values before and after; 1: correlations stay',
    });
  }
  return rows;
}
