import type { EstimateTable } from '../../../formats/tables/table-csv.js';
import { cellBounds } from '../../../hist/find-cell.js';
import { ratioOfEstimates } from '../../../hist/make-weight-table.js';
import type { WeightTable } from '../../../hist/weight-table.js';
import { overall, overallRate } from './overall-rate.js';
import { compareWith } from './reference.js';
import { NOT_FACTORISING } from '../validity/repair.js';
import type { TableSummary } from '../report/results.js';
import type { FinishedTable } from './table-task.js';
import { digits } from '../report/words.js';

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length ? (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2 : 0;
};

/** Flags after which a weight is not to be trusted, whatever its error. */
const GRAVE = new Set([NOT_FACTORISING, 'empty', 'negative-total', 'undefined']);
const isGrave = (flag: string): boolean => GRAVE.has(flag.replace(/^(?:data|simulation):/, ''));

function counted(words: Iterable<string>): Record<string, number> {
  const found: Record<string, number> = {};
  for (const word of words) found[word] = (found[word] ?? 0) + 1;
  return found;
}

/** What tests say against the weights, bin by bin. */
function reasonsOf({ axes }: WeightTable, judged: FinishedTable['judged']): string[] {
  return judged.flatMap(({ source, sample, validity }) =>
    validity
      .filter((bin) => bin.status === 'invalid')
      .map(({ bin, reasons }) => {
        const where = cellBounds(axes, bin).map(
          ([low, high], a) => `${axes[a].column} ${digits(low)} to ${digits(high)}`,
        );
        return `${source.mode.name}${sample === 'data' ? '' : ' in simulation'}, ${where.join(', ')}: ${reasons.join('; ')}`;
      }),
  );
}

/** How yields by weights compare with fits of each bin alone. */
function yieldsOf(judged: FinishedTable['judged']): TableSummary['yields'] {
  const z = judged.flatMap(({ validity }) => validity.flatMap(({ yields = [] }) => yields.map((y) => y.z)));
  if (z.length === 0) return undefined;
  const mean = z.reduce((s, v) => s + v, 0) / z.length;
  const rms = Math.sqrt(z.reduce((s, v) => s + v * v, 0) / z.length);
  return { compared: z.length, mean, rms, largest: Math.max(...z.map(Math.abs)) };
}

/** One table in the words of the summary and the report. */
export function summariseTable(
  { name, data, simulation, weights, made, judged }: FinishedTable,
  modes: readonly string[],
  reference: EstimateTable | undefined,
): TableSummary {
  const { cells } = weights;
  const rates = { data: overallRate(data), simulation: overallRate(simulation) };
  const ratio = ratioOfEstimates(rates.data, rates.simulation);
  const sources = new Set(cells.flatMap((c) => Object.keys(c.ratio.sources)));
  const sizes = [...sources].map((source) => {
    const known = cells.filter((c) => Number.isFinite(c.ratio.value) && c.ratio.sources[source] !== undefined);
    const size = (c: (typeof cells)[number]): number => {
      const { up, down } = c.ratio.sources[source];
      return Math.max(Math.abs(up), Math.abs(down)) / Math.abs(c.ratio.value);
    };
    return [source, median(known.map(size))] as const;
  });
  const yields = yieldsOf(judged);
  const compared = reference && compareWith(weights, reference);
  return {
    name,
    reco: weights.reco.name,
    truth: weights.truth.name,
    cut: weights.cut,
    precut: weights.precut,
    modes,
    bins: cells.length,
    valid: cells.filter((c) => !c.flags.some(isGrave)).length,
    flags: counted(cells.flatMap((c) => c.flags)),
    methods: counted(data.cells.map((c) => c.method)),
    reasons: reasonsOf(weights, judged),
    ...(yields ? { yields } : {}),
    coverage: { data: made.data.coverage, simulation: made.simulation.coverage },
    rates: { data: overall(rates.data), simulation: overall(rates.simulation), ratio: overall(ratio) },
    systematics: Object.fromEntries(sizes),
    ...(compared
      ? {
          reference: {
            chi2: compared.chi2,
            ndf: compared.ndf,
            mean: compared.mean,
            width: compared.width,
            pValue: compared.pValue,
          },
        }
      : {}),
  };
}
