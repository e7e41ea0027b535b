import { sourceName } from '../../../hist/estimate.js';
import type { ReportTable } from '../../../figures/report/report.js';
import type { Found } from './gather.js';
import { SAMPLES, type SampleName } from '../modes.js';
import type { FitSummary, FittedNumber } from './results.js';
import { count, digits, percent, withError } from './words.js';

const parameter = ({ fixed, atLimit, ...number }: FittedNumber): string => {
  if (fixed) return `${digits(number.value, 6)} (fixed)`;
  const text = withError(number);
  return atLimit ? `${text} (at its ${atLimit === 'low' ? 'lower' : 'upper'} limit)` : text;
};

/** Rows that were read, selected, and used. */
export function candidatesTable(found: Found): ReportTable {
  const rows = found.modes.flatMap((mode) =>
    SAMPLES.flatMap((sample) => {
      const prepared = found.prepared[mode]?.[sample];
      const sums = found.weighted[mode]?.[sample]?.sums['nominal'];
      if (!prepared) return [];
      const { rows: all, selected, outside, missing, used } = prepared;
      const weights = sums ? [count(sums.sum), count(sums.effective)] : ['', ''];
      return [[mode, sample, ...[all, selected, outside, missing, used].map(count), ...weights]];
    }),
  );
  return {
    caption:
      'Candidates: read, selected, outside the range of the fit, without a value there, used; the sum of their weights, and as how many unweighted ones they count.',
    columns: ['mode', 'sample', 'read', 'selected', 'outside', 'missing', 'used', 'Σw', '(Σw)²/Σw²'],
    rows,
  };
}

/** Parameters and yields of all fits of a mode to one sample, side by side. */
export function parametersTable(
  fits: Readonly<Record<string, FitSummary>>,
  mode: string,
  sample: SampleName,
): ReportTable {
  const names = Object.keys(fits);
  const of = (pick: (fit: FitSummary) => Readonly<Record<string, FittedNumber>>): string[][] => {
    const parameters = [...new Set(names.flatMap((name) => Object.keys(pick(fits[name]))))];
    return parameters.map((p) => [
      p,
      ...names.map((name) => {
        const value = pick(fits[name])[p] as FittedNumber | undefined;
        return value ? parameter(value) : '';
      }),
    ]);
  };
  const row = (label: string, tell: (fit: FitSummary) => string): string[] => [
    label,
    ...names.map((name) => tell(fits[name])),
  ];
  return {
    caption: `${mode} in ${sample}: yields, parameters and quality of each fit.`,
    columns: ['', ...names],
    rows: [
      ...of((fit) => Object.fromEntries(Object.entries(fit.yields).map(([name, value]) => [`N(${name})`, value]))),
      ...of((fit) => fit.parameters),
      row('χ²/ndf', (fit) => (fit.ndf > 0 ? `${digits(fit.chi2, 4)}/${fit.ndf}` : '–')),
      row('p-value', (fit) => (fit.ndf > 0 ? digits(fit.pValue, 2) : '–')),
      row('status', (fit) => fit.status),
      row('weights', (fit) => fit.method),
    ],
  };
}

/** All tables of the study, a line each. */
export function tablesTable(found: Found): ReportTable {
  const flags = (of: Readonly<Record<string, number>>): string =>
    Object.entries(of)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ') || '–';
  const systematics = (of: Readonly<Record<string, number>>): string =>
    Object.entries(of)
      .map(([name, size]) => `${sourceName(name)} ${percent(size)}`)
      .join(', ');
  return {
    caption:
      'Tables: the ratio over all bins, how many bins may be trusted and why others may not, how rates in data were found, the median of each uncertainty relative to the ratio, and the share of candidates inside the bins.',
    columns: ['table', 'ratio', 'valid', 'flags', 'methods', 'uncertainties', 'coverage'],
    rows: found.tables.map((t) => [
      t.name,
      withError(t.rates.ratio),
      `${t.valid}/${t.bins}`,
      flags(t.flags),
      flags(t.methods),
      systematics(t.systematics),
      percent(t.coverage.data),
    ]),
  };
}

/** Yields by weights against fits of each bin alone, a line for each table that compares them. */
export function yieldsTable(found: Found): ReportTable[] {
  const rows = found.tables.flatMap(({ name, yields }) =>
    yields
      ? [[name, String(yields.compared), ...[yields.mean, yields.rms, yields.largest].map((v) => digits(v, 3))]]
      : [],
  );
  if (rows.length === 0) return [];
  return [
    {
      caption:
        'What weights count in bins, of all candidates, of those that pass and of those that fail, against fits of these candidates alone: number of comparisons, mean and root mean square of z (0 and 1 expected where weights are right), and the largest.',
      columns: ['table', 'comparisons', '⟨z⟩', '√⟨z²⟩', 'largest |z|'],
      rows,
    },
  ];
}

/** Tests of the fit variable against the control variables that modes name. */
export function modeTestsTable(found: Found): ReportTable[] {
  const rows = Object.entries(found.modeTests).flatMap(([mode, tests]) =>
    tests.map((t) => [mode, t.sample, t.control, t.kind, digits(t.tau), digits(t.z), t.significant ? 'yes' : 'no']),
  );
  if (rows.length === 0) return [];
  return [
    {
      caption:
        'Kendall’s test of the fit variable (`location`), and of its distance from the median (`spread`), against the control variables of the mode, in samples of one component.',
      columns: ['mode', 'sample', 'control', 'of', 'τ', 'z', 'significant'],
      rows,
    },
  ];
}

/** Bins whose weights may not be trusted, and why. */
export function untrustedTable(found: Found): ReportTable[] {
  const rows = found.tables.flatMap(({ name, reasons }) =>
    reasons.map((reason) => [name, reason.replace(/ -(?=\d)/g, ' −')]),
  );
  if (rows.length === 0) return [];
  return [{ caption: 'Bins whose weights may not be trusted, and why.', columns: ['table', 'bin'], rows }];
}

/** Areas of all curves, and rates at the marked thresholds, with each source of uncertainty. */
export function rocTables(found: Found): ReportTable[] {
  const areas = found.curves.flatMap(({ name, title, auc }) =>
    Object.entries(auc).map(([where, area]) => ({ curve: title ?? name, where, area })),
  );
  if (areas.length === 0) return [];
  const sources = [...new Set(areas.flatMap(({ area }) => Object.keys(area.sources)))];
  const moves = (of: { readonly up: number; readonly down: number } | undefined): string => {
    if (!of) return '';
    const [up, down] = [of.up, of.down].map((v) => `${v < 0 ? '' : '+'}${digits(v, 2)}`);
    return of.up === -of.down ? `± ${digits(Math.abs(of.up), 2)}` : `${up} / ${down}`;
  };
  const columns = sources.map((source) => sourceName(source));
  const points = found.curves.flatMap(({ name, title, points: list }) =>
    list.flatMap(({ where, threshold, efficiency, fakeRate }) =>
      (
        [
          ['efficiency', efficiency],
          ['fake rate', fakeRate],
        ] as const
      ).map(([rate, of]) => [
        title ?? name,
        where,
        String(threshold),
        rate,
        withError({ value: of.value, error: Math.max(of.up, of.down) }),
        ...sources.map((source) => moves(of.sources[source])),
      ]),
    ),
  );
  return [
    {
      caption: 'Areas under the curves with their whole error, and what each source adds at +1σ and at −1σ.',
      columns: ['curve', 'sample', 'area', ...columns],
      rows: areas.map(({ curve, where, area }) => [
        curve,
        where,
        withError(area),
        ...sources.map((source) => moves(area.sources[source])),
      ]),
    },
    ...(points.length === 0
      ? []
      : [
          {
            caption: 'The same of both rates at the marked thresholds.',
            columns: ['curve', 'sample', 'threshold', 'of', 'rate', ...columns],
            rows: points,
          },
        ]),
  ];
}
