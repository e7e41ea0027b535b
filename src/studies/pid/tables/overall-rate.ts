import type { RateTable } from '../../../hist/weight-table.js';
import type { Rounded } from '../report/results.js';

/** Between these the binomial error tells Σw² of what was tried. */
const [LOW, HIGH] = [0.01, 0.99];

/**
 * The rate over all bins, ε = Σ P/Σ T, with its statistical error. A candidate moves it by w (a − ε)/Σ T, a = 1 where it passes, so
 * σ² = Σ_bins [T² σ_bin² + T₂ (ε_bin − ε)²]/(Σ T)²: besides the errors of the bins, how many candidates fall into which. T₂ = Σw² is
 * what σ_bin² = ε_bin (1 − ε_bin) T₂/T² says; of bins where nearly all or none pass, in proportion to the others.
 */
export function overallRate({ cells }: Pick<RateTable, 'cells'>): Rounded {
  const known = cells.flatMap(({ rate, passed, tried }) => {
    const stat = rate.sources['stat'] as { up: number; down: number } | undefined;
    if (!Number.isFinite(rate.value) || !stat) return [];
    const variance = (tried * ((stat.up - stat.down) / 2)) ** 2;
    const inside = rate.value > LOW && rate.value < HIGH;
    const squares = inside ? variance / (rate.value * (1 - rate.value)) : undefined;
    return [{ value: rate.value, passed, tried, variance, squares }];
  });
  const sum = (of: (cell: (typeof known)[number]) => number): number => known.reduce((s, cell) => s + of(cell), 0);
  const tried = sum((c) => c.tried);
  const value = sum((c) => c.passed) / tried;
  const told = sum((c) => (c.squares === undefined ? 0 : Math.abs(c.tried)));
  const share = told > 0 ? sum((c) => c.squares ?? 0) / told : 1;
  const variance = sum((c) => c.variance + (c.squares ?? share * Math.abs(c.tried)) * (c.value - value) ** 2);
  return { value, error: Math.sqrt(variance) / Math.abs(tried) };
}
