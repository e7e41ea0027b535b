import type { Estimate, SummaryRow } from '../../figures/report/report.js';
import type { CommonParams } from './params.js';
import { sampleNames } from './prepare.js';
import { nameOf, scaleLabel } from './words.js';

export type Summary = Readonly<Record<string, Estimate>>;

/** An estimate without its error. */
export const plain = (estimate: Estimate | undefined): number | undefined =>
  typeof estimate === 'object' ? estimate.value : estimate;

interface Row {
  readonly key: string;
  readonly name: string;
  /** What a reader is to make of it. */
  readonly note: string;
  /** Digits that are kept where there is no error to round to. */
  readonly digits?: number;
}

/** What is measured before and after, for each variable on its scale; `equal`: the distance of equal samples. */
const measures = (scale: string, equal: string): readonly Row[] => [
  {
    key: 'ks',
    name: 'Kolmogorov–Smirnov distance',
    note: `largest distance between the distribution functions; about ${equal} for equal ones`,
  },
  { key: 'wasserstein', name: 'Wasserstein distance', note: `mean shift that would make the two equal, in ${scale}` },
  {
    key: 'chi2ndf',
    name: 'χ² per degree of freedom',
    note: 'of the normalised shapes, 1 expected; after: with the covariance of the map',
  },
  { key: 'pValue', name: 'p-value of this χ²', note: 'small: the shapes differ by more than chance', digits: 2 },
  { key: 'truth.rms', name: 'Distance to the true map', note: `root mean square over events, in ${scale}` },
];

const checks: readonly Row[] = [
  { key: 'closure.ks', name: 'Closure: Kolmogorov–Smirnov distance', note: 'simulation corrected to simulation' },
  { key: 'closure.rmsPull', name: 'Closure: root mean square pull', note: 'against the identity; about 1 expected' },
  { key: 'closure.maxPull', name: 'Closure: largest pull', note: 'along the curve of the closure figure' },
  {
    key: 'quantile.maxPull',
    name: 'Flow against the exact map: largest pull',
    note: 'in units of the band of the exact map',
  },
  {
    key: 'band.rms',
    name: 'Band as a function, against the replicas',
    note: 'relative root mean square; used where the map is applied',
    digits: 2,
  },
];

const rounded = (estimate: Estimate | undefined, digits = 3): Estimate | undefined =>
  typeof estimate === 'number' ? Number(estimate.toPrecision(digits)) : estimate;

/** Mean Kolmogorov–Smirnov distance of two equal samples of these sizes: √(π/2) ln 2 · √(1/n + 1/m). */
function expectedKs(summary: Summary): string {
  const at = (key: string): number => plain(summary[key]) ?? 0;
  const inverse = sampleNames.reduce((sum, name) => {
    const used = at(`events.${name}`);
    const judging = at(`events.${name}.heldOut`) || used;
    return sum + used / (judging * at(`events.${name}.effective`));
  }, 0);
  return String(Number((Math.sqrt(Math.PI / 2) * Math.LN2 * Math.sqrt(inverse)).toPrecision(1)));
}

/** The headline numbers in the reader's words. */
export function summaryRows(params: CommonParams, summary: Summary): SummaryRow[] {
  const rowOf = (group: string, { key, name, note, digits }: Row, after = key, before?: string): SummaryRow[] => {
    const value = rounded(summary[after], digits);
    const first = before === undefined ? undefined : rounded(summary[before], digits);
    return value === undefined ? [] : [{ name, value, group, note, ...(first === undefined ? {} : { before: first }) }];
  };
  const variables = params.variables.flatMap((variable) => {
    const group = `${nameOf(variable)}: data against simulation`;
    const { column } = variable;
    const covered = { key: `${column}.truth.coverage`, name: 'Events whose true value lies in the band' };
    return [
      ...measures(scaleLabel(variable), expectedKs(summary)).flatMap((row) =>
        rowOf(group, row, `${column}.${row.key}.after`, `${column}.${row.key}.before`),
      ),
      ...rowOf(group, { ...covered, note: 'share; 0.68 expected' }),
    ];
  });
  const classifier = {
    key: 'joint.auc',
    name: 'Classifier between data and simulation',
    note: 'area under its curve; 0.5: it cannot tell them apart',
  };
  return [
    ...variables,
    ...rowOf('All columns together', classifier, 'joint.auc.after', 'joint.auc.before'),
    ...checks.flatMap((row) => rowOf('Checks', row)),
  ];
}
