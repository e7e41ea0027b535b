import type { Component } from '../../../fit/component.js';
import { bernsteinTerms } from '../../../fit/cow-terms.js';
import { cow } from '../../../fit/cow.js';
import { sideband } from '../../../fit/sideband.js';
import type { WeightFunction } from '../../../fit/weight-function.js';
import type { CellFit } from './count-by-fit.js';
import { sideBands } from './pure-samples.js';

/** The density of all components together, as the function I of other weights: it gives the smallest variance. */
export function totalDensity({ components, yields }: WeightFunction): Component {
  const all = Object.values(yields).reduce((sum, n) => sum + n, 0);
  return {
    name: 'total',
    breaks: components.flatMap((c) => c.breaks ?? []),
    density: (x) =>
      components.reduce((sum, c) => {
        const f = c.density(x);
        const share = yields[c.name] / all;
        return sum.map((v, i) => v + share * f[i]);
      }, new Float64Array(x.length)),
  };
}

/** The signal's shapes, and a background that is any polynomial of a degree: for a fit of a cell's own events. */
export function polynomialFit(fit: WeightFunction, degree: number): CellFit {
  const components = fit.components.filter((c) => fit.signal.includes(c.name));
  return {
    components: [...components, ...bernsteinTerms('background', degree, fit.range)],
    signal: fit.signal,
    range: fit.range,
  };
}

/**
 * Custom orthogonal weights whose background is any polynomial of a degree: right wherever the background's shape is one,
 * also where it differs from that of the fit.
 */
export function polynomialWeights(fit: WeightFunction, degree: number): WeightFunction {
  const signal = fit.components.filter((c) => fit.signal.includes(c.name));
  const terms = bernsteinTerms('background', degree, fit.range);
  const variance = positive(totalDensity(fit), fit.range);
  return cow([...signal, ...terms], fit.range, { variance, signal: signal.map((c) => c.name) }).weights;
}

/** Weights divide by it: it must not vanish, as an argus background does at its end point. */
function positive(density: Component, [low, high]: readonly [number, number]): Component {
  const floor = 1e-3 / (high - low);
  return { ...density, density: (x) => density.density(x).map((v) => Math.max(v, floor)) };
}

/** Side-band subtraction with the bands that the fit tells; undefined where there are none. */
export function bandWeights(fit: WeightFunction): WeightFunction | undefined {
  const { lower, upper } = sideBands(fit);
  const bands = [lower, upper].filter((band) => band !== undefined);
  if (bands.length === 0) return undefined;
  const window: [number, number] = [lower?.[1] ?? fit.range[0], upper?.[0] ?? fit.range[1]];
  const background = fit.components.filter((c) => !fit.signal.includes(c.name));
  return sideband({
    range: fit.range,
    window,
    sidebands: bands,
    ...(background.length === 1 ? { scale: background[0] } : {}),
  });
}
