import { sourceName } from '../../../hist/estimate.js';
import type { SummaryValue } from '../../../runs/summary.js';
import type { NtupleResult, FitTaskResult, RocTaskResult, TableSummary } from './results.js';
import type { PrepareResult } from '../params.js';
import type { RetupleResult } from '../workflows/retuple-task.js';
import { SAMPLES, type SampleName } from '../modes.js';

/** Everything that the summary is made of. */
export interface Gathered {
  readonly modes: readonly string[];
  readonly prepared: Readonly<Record<string, Readonly<Partial<Record<SampleName, PrepareResult>>>>>;
  readonly fits: Readonly<Record<string, Readonly<Partial<Record<SampleName, FitTaskResult>>>>>;
  readonly weighted: Readonly<Record<string, Readonly<Partial<Record<SampleName, NtupleResult>>>>>;
  readonly refitted: readonly RetupleResult[];
  readonly tables: readonly TableSummary[];
  readonly curves: readonly RocTaskResult[];
  readonly densities: Readonly<Record<string, SummaryValue>>;
}

const both = (value: number, error: number): SummaryValue => ({ value, error });

/** `summary.json` of a pid study. */
export function summarise(of: Gathered): Record<string, SummaryValue> {
  const summary: Record<string, SummaryValue> = {};
  const put = (name: string, value: SummaryValue | undefined): void => {
    // JSON has null for what is no number: an empty table's coverage.
    const known = (value as SummaryValue | null | undefined) ?? undefined;
    const numbers = typeof known === 'object' ? Object.values(known) : [known];
    if (value !== undefined && numbers.every(Number.isFinite)) summary[name] = value;
  };
  for (const mode of of.modes) {
    for (const sample of SAMPLES) {
      put(`${mode}.${sample}.events`, of.prepared[mode]?.[sample]?.used);
      const sums = of.weighted[mode]?.[sample]?.sums['nominal'];
      const fits = of.fits[mode]?.[sample]?.fits;
      if (fits) {
        const { nominal } = fits;
        for (const [name, { value, error }] of Object.entries(nominal.yields))
          put(`${mode}.${sample}.yield.${name}`, both(value, error));
        put(`${mode}.${sample}.chi2ndf`, nominal.chi2 / nominal.ndf);
        put(`${mode}.${sample}.pValue`, nominal.pValue);
        for (const [variant, fit] of Object.entries(fits))
          if (variant !== 'nominal') put(`${mode}.${sample}.chi2ndf.${variant}`, fit.chi2 / fit.ndf);
      } else if (sums) {
        // Without a fit the weights tell: their sum, and √Σw² of it.
        put(`${mode}.${sample}.yield.signal`, both(sums.sum, Math.abs(sums.sum) / Math.sqrt(sums.effective)));
      }
      put(`${mode}.${sample}.effective`, sums?.effective);
    }
    const own = of.tables.filter((table) => table.modes.includes(mode));
    const bins = own.reduce((n, table) => n + table.bins, 0);
    if (bins) put(`${mode}.valid`, own.reduce((n, table) => n + table.valid, 0) / bins);
  }
  for (const table of of.tables) {
    const { name, coverage, rates, reference } = table;
    put(`${name}.coverage`, coverage.data);
    put(`${name}.coverage.simulation`, coverage.simulation);
    for (const of of ['data', 'simulation', 'ratio'] as const) {
      const { value, error, parts } = rates[of];
      put(`${name}.${of}`, both(value, error));
      for (const [source, size] of Object.entries(parts)) put(`${name}.${of}.${source}`, size);
    }
    put(`${name}.valid`, table.valid / table.bins);
    if (!reference) continue;
    put(`${name}.reference.chi2ndf`, reference.chi2 / reference.ndf);
    put(`${name}.reference.pValue`, reference.pValue);
    put(`${name}.reference.pull.mean`, both(reference.mean, 1 / Math.sqrt(reference.ndf)));
    put(`${name}.reference.pull.width`, both(reference.width, 1 / Math.sqrt(2 * reference.ndf)));
  }
  for (const { name, auc } of of.curves)
    for (const [sample, { value, error, sources }] of Object.entries(auc)) {
      put(`${name}.auc.${sample}`, both(value, error));
      for (const [source, { up, down }] of Object.entries(sources))
        put(`${name}.auc.${sample}.${sourceName(source)}`, Math.max(Math.abs(up), Math.abs(down)));
    }
  for (const [name, value] of Object.entries(of.densities)) put(name, value);
  for (const { file, sums } of of.refitted) {
    put(`${file}.signal.before`, sums.before);
    put(`${file}.signal.after`, sums.after);
  }
  return summary;
}
