import { userError } from '../base/error.js';
import type { Component } from './component.js';
import type { Range } from './density.js';
import { histogramComponent } from './saved-density.js';
import { weightsAt, type WeightFunction } from './weight-function.js';

export interface SidebandOptions {
  readonly range: Range;
  readonly window: Range;
  /** One or two; inside the range, outside the window. */
  readonly sidebands: readonly Range[];
  /**
   * Background in the window over background in the side bands: a number, the background's density (its integrals), or
   * absent for a straight line (the ratio of widths).
   */
  readonly scale?: number | Component | undefined;
}

/**
 * Side-band subtraction as weights: 1 in the window, −scale in the side bands, 0 between. Assumes what sWeights do not
 * (the same mix of background in window and side bands) and not what they do (the signal's shape), and neither knows nor
 * loses signal in the side bands.
 *
 * The components are `signal` and `background` (in the window); I is flat, so that the function is saved as others are.
 *
 * @throws userError `fit.sidebands`
 * @example weightsAt(sideband({ range: [1.8, 1.95], window: [1.84, 1.89], sidebands: [[1.8, 1.83], [1.9, 1.95]] }), mass)
 */
export function sideband({ range, window, sidebands, scale }: SidebandOptions): WeightFunction {
  const edges = checkWindows(range, window, sidebands);
  const inside = (band: Range, middle: number): boolean => middle > band[0] && middle < band[1];
  const middles = edges.slice(1).map((e, i) => 0.5 * (e + edges[i]));
  const indicator = (bands: readonly Range[]) => middles.map((m) => (bands.some((b) => inside(b, m)) ? 1 : 0));
  const width = (bands: readonly Range[]): number => bands.reduce((s, b) => s + b[1] - b[0], 0);
  const alpha =
    typeof scale === 'number'
      ? scale
      : scale
        ? share(scale, [window]) / share(scale, sidebands)
        : width([window]) / width(sidebands);
  if (!(alpha >= 0 && Number.isFinite(alpha)))
    throw bad(`the background's scale from side bands to window is ${alpha}`, 'a positive number');
  // Indicators of window and bands as "densities" over a flat I of 1.
  return {
    method: 'sideband',
    range,
    components: [
      histogramComponent('signal', edges, indicator([window])),
      histogramComponent('background', edges, indicator(sidebands)),
    ],
    matrix: [Float64Array.of(1, -alpha), Float64Array.of(0, alpha)],
    variance: { kind: 'density', component: histogramComponent('unity', [range[0], range[1]], [1]) },
    signal: ['signal'],
    yields: {},
    checks: [],
  };
}

/** The same, with Σw over events as yields. */
export function withYields(w: WeightFunction, x: Float64Array, events?: Float64Array): WeightFunction {
  const sum = (name: string) => weightsAt(w, x, [name]).reduce((s, v, e) => s + v * (events ? events[e] : 1), 0);
  return { ...w, yields: Object.fromEntries(w.components.map(({ name }) => [name, sum(name)])) };
}

function share(component: Component, bands: readonly Range[]): number {
  // Densities of backgrounds are smooth: a midpoint rule of 2000 steps is exact to 10⁻⁷.
  const steps = 2000;
  return bands.reduce((sum, [low, high]) => {
    const x = Float64Array.from({ length: steps }, (_, i) => low + ((high - low) * (i + 0.5)) / steps);
    return sum + (component.density(x).reduce((s, v) => s + v, 0) * (high - low)) / steps;
  }, 0);
}

function checkWindows(range: Range, window: Range, sidebands: readonly Range[]): number[] {
  if (sidebands.length === 0) throw bad('there is no side band', 'one or two');
  const bands = [window, ...sidebands].sort((a, b) => a[0] - b[0]);
  bands.forEach((band, i) => {
    if (!(band[0] < band[1])) throw bad(`[${band.join(', ')}] is empty`, 'a range from low to high');
    if (band[0] < range[0] || band[1] > range[1])
      throw bad(`[${band.join(', ')}] reaches beyond the range of the fit`, `inside [${range.join(', ')}]`);
    if (i > 0 && band[0] < bands[i - 1][1])
      throw bad(`[${bands[i - 1].join(', ')}] and [${band.join(', ')}] overlap`, 'window and side bands apart');
  });
  return [...new Set([range[0], ...bands.flat(), range[1]])];
}

const bad = (message: string, expected: string) => userError({ code: 'fit.sidebands', message, expected });
