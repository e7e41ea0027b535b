import type { FitSettings, FitVariation, WeightMethod } from '../schema/fit-schema.js';

/** A fit that can be done: variable, range and densities are there. */
export type PeakFit = Omit<FitSettings, 'variable' | 'range'> & {
  readonly variable: string;
  readonly range: readonly [number, number];
};

const PEAK: readonly WeightMethod[] = ['sPlot', 'cow', 'sideband'];

/** Whether a mode's weights come of a fit variable at all. */
export const hasPeak = (fit: FitSettings | PeakFit | undefined): fit is PeakFit =>
  fit?.variable !== undefined && fit.range !== undefined && PEAK.includes(fit.weights);

/** What the background is called whose scale is fitted. */
export const BACKGROUND = 'background';

/**
 * Backgrounds from simulation that no cut tells: a fit does, with its weights of background, and says in data how much there is.
 */
export const hasFittedTemplates = (fit: FitSettings | PeakFit | undefined): fit is PeakFit =>
  fit?.weights === 'templates' && fit.templates === undefined && fit.variable !== undefined && fit.range !== undefined;

/** Whether a mode has a fit, whatever its weights are. */
export const hasFit = (fit: FitSettings | PeakFit | undefined): fit is PeakFit =>
  hasPeak(fit) || hasFittedTemplates(fit);

/** A mode whose weights come of a classifier's output. */
export type ClassifierFit = FitSettings & { readonly classifier: NonNullable<FitSettings['classifier']> };
export const hasClassifier = (fit: FitSettings | undefined): fit is ClassifierFit => fit?.weights === 'classifier';

/** The task that makes the weights of a mode in a sample: one for both samples where a classifier does. */
export const weighingTask = (
  mode: { readonly name: string; readonly fit?: FitSettings | undefined },
  sample: string,
) => (hasFit(mode.fit) ? `fit/${mode.name}/${sample}` : hasClassifier(mode.fit) ? `fit/${mode.name}/data` : undefined);

/**
 * A polynomial background of one more order; other backgrounds: weights that do not rest on the fitted total density. Side bands: the fit's
 * weights where there is one, else the halves of the bands that lie farther from the signal.
 */
function byDefault(fit: PeakFit): FitVariation {
  const { background } = fit;
  if (fit.weights === 'sideband') {
    if (fit.signal && fit.background) return { weights: 'sPlot' };
    const { signal, bands } = fit.sideband as NonNullable<PeakFit['sideband']>;
    const far = bands.map(([low, high]): [number, number] =>
      high <= signal[0] ? [low, (low + high) / 2] : [(low + high) / 2, high],
    );
    return { sideband: { signal, bands: far } };
  }
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
