import { sourceName, SYSTEMATIC, type Estimate, type Shift } from '../../../hist/estimate.js';
import type { RateTable } from '../../../hist/weight-table.js';
import type { OverallRate } from '../report/results.js';

/** Between these the binomial error tells Σw² of what was tried. */
const [LOW, HIGH] = [0.01, 0.99];

/**
 * The rate over all bins, ε = Σ P/Σ T, with its statistical error. A candidate moves it by w (a − ε)/Σ T, a = 1 where it passes, so
 * σ² = Σ_bins [T² σ_bin² + T₂ (ε_bin − ε)²]/(Σ T)²: besides the errors of the bins, how many candidates fall into which. T₂ = Σw² is
 * what σ_bin² = ε_bin (1 − ε_bin) T₂/T² says; of bins where nearly all or none pass, in proportion to the others. A systematic
 * source moves all bins together, each by its own shift with its sign: ε by Σ T δ_bin/Σ T.
 */
export function overallRate({ cells }: Pick<RateTable, 'cells'>): Estimate {
  const known = cells.flatMap(({ rate, passed, tried }) => {
    const stat = rate.sources['stat'] as { up: number; down: number } | undefined;
    if (!Number.isFinite(rate.value) || !stat) return [];
    const variance = (tried * ((stat.up - stat.down) / 2)) ** 2;
    const inside = rate.value > LOW && rate.value < HIGH;
    const squares = inside ? variance / (rate.value * (1 - rate.value)) : undefined;
    return [{ value: rate.value, passed, tried, variance, squares, sources: rate.sources }];
  });
  const sum = (of: (cell: (typeof known)[number]) => number): number => known.reduce((s, cell) => s + of(cell), 0);
  const tried = sum((c) => c.tried);
  const value = sum((c) => c.passed) / tried;
  const told = sum((c) => (c.squares === undefined ? 0 : Math.abs(c.tried)));
  const share = told > 0 ? sum((c) => c.squares ?? 0) / told : 1;
  const variance = sum((c) => c.variance + (c.squares ?? share * Math.abs(c.tried)) * (c.value - value) ** 2);
  const stat = Math.sqrt(variance) / Math.abs(tried);
  const sources: Record<string, Shift> = { stat: { up: stat, down: -stat } };
  for (const name of new Set(known.flatMap((c) => Object.keys(c.sources)))) {
    if (!name.startsWith(SYSTEMATIC)) continue;
    const moved = (side: 'up' | 'down'): number =>
      sum((c) => c.tried * ((c.sources[name] as Shift | undefined)?.[side] ?? 0)) / tried;
    sources[name] = { up: moved('up'), down: moved('down') };
  }
  return { value, sources };
}

/** The estimate as the summary tells it: the error of all sources, and beside it that of each, by name. */
export function overall({ value, sources }: Estimate): OverallRate {
  const size = ({ up, down }: Shift): number => (Math.abs(up) + Math.abs(down)) / 2;
  const parts = Object.entries(sources).map(([name, shift]) => [sourceName(name), size(shift)] as const);
  return { value, error: Math.hypot(...parts.map(([, s]) => s)), parts: Object.fromEntries(parts) };
}
