import { userError } from '../../../base/error.js';
import { cow, histogramOf } from '../../../fit/cow.js';
import { polynomialTerms } from '../../../fit/cow-terms.js';
import type { Component, FitEvents } from '../../../fit/component.js';
import { componentsOfFit } from '../../../fit/from-fit.js';
import type { FitResult } from '../../../fit/result.js';
import { sideband, withYields } from '../../../fit/sideband.js';
import { sPlot } from '../../../fit/splot.js';
import type { WeightFunction } from '../../../fit/weight-function.js';
import { bandWeights } from '../validity/fallback-weights.js';
import type { PeakFit } from './fits.js';

/** Bins of the data where the function I of COWs is their histogram. */
const BINS = 50;

/** Side bands where the fit sees one hundredth of signal, or less. @throws userError `fit.sidebands` where it sees more everywhere */
function byFittedBands(components: readonly Component[], events: FitEvents, range: PeakFit['range']): WeightFunction {
  const weights = bandWeights(sPlot(components, events, range, { signal: ['signal'] }).weights);
  if (weights) return withYields(weights, events.x, events.weights);
  throw userError({
    code: 'fit.sidebands',
    message: 'the fit finds signal up to both ends of its range: there are no side bands',
    expected: 'a wider range, or sideband: { signal: [low, high], bands: [[low, high], …] }',
  });
}

/** Weights by the method that a fit asks for. `fit` may be absent for side bands alone. */
export function weigh(settings: PeakFit, fit: FitResult | undefined, events: FitEvents): WeightFunction {
  const range = settings.range;
  const components = fit ? componentsOfFit(fit) : [];
  switch (settings.weights) {
    case 'sideband': {
      if (!settings.sideband) return byFittedBands(components, events, range);
      const { signal: window, bands } = settings.sideband;
      const background = components.filter((c) => c.name !== 'signal');
      const scale = background.length === 1 ? { scale: background[0] } : {};
      return withYields(sideband({ range, window, sidebands: bands, ...scale }), events.x, events.weights);
    }
    case 'cow': {
      const { variance, terms } = settings.cow;
      const all = components.flatMap((c) =>
        c.name === 'signal' || terms === 0 ? [c] : polynomialTerms(c, terms, range),
      );
      const yields = Object.fromEntries(components.map(({ name }) => [name, (fit as FitResult).yields[name].value]));
      const choice =
        variance === 'unity' ? 'unity' : variance === 'data' ? histogramOf(events, range, BINS) : { total: yields };
      return cow(all, range, { variance: choice, signal: ['signal'] }, events).weights;
    }
    default:
      return sPlot(components, events, range, { signal: ['signal'] }).weights;
  }
}
