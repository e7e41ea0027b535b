import type { FitSettings, FitVariation } from '../schema/mode-schema.js';

/** A fit that can be done: variable, range and densities are there. */
export type PeakFit = Omit<FitSettings, 'variable' | 'range'> & {
  readonly variable: string;
  readonly range: readonly [number, number];
};

/** Whether a mode's weights come of a fit variable at all. */
export const hasPeak = (fit: FitSettings | PeakFit | undefined): fit is PeakFit =>
  fit?.variable !== undefined && fit.range !== undefined && fit.weights !== 'templates' && fit.weights !== 'abcd';

/** A polynomial background of one more order; other backgrounds: weights that do not rest on the fitted total density. */
function byDefault(fit: PeakFit): FitVariation {
  const { background } = fit;
  if (fit.weights === 'sideband') return { weights: 'sideband' };
  if (background && 'pdf' in background && (background.pdf === 'chebyshev' || background.pdf === 'bernstein'))
    return { background: { ...background, order: (background.order ?? 2) + 1 } };
  return { weights: 'cow', cow: { variance: 'unity', terms: fit.weights === 'cow' ? fit.cow.terms + 1 : 0 } };
}

/** All fits of a mode by name, the nominal one first; each gives one column of weights. */
export function fitsOf(fit: PeakFit): Readonly<Record<string, PeakFit>> {
  const varied = (change: FitVariation): PeakFit => {
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    return { ...fit, ...given } as PeakFit;
  };
  const others = Object.entries(fit.variants).map(([name, change]) => [name, varied(change)] as const);
  return { nominal: fit, systematic: varied(fit.systematic ?? byDefault(fit)), ...Object.fromEntries(others) };
}
