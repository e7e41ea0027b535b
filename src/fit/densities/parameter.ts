import type { DensityParameter, Range } from '../density.js';

/** Half width at half maximum of a Gaussian of unit deviation: √(2 ln 2). */
const HALF_WIDTH = Math.sqrt(2 * Math.LN2);

/** The place of a peak: looked for inside the range, but it may be told to lie beyond. */
export const peakParameter = (name: string, [low, high]: Range): DensityParameter => ({
  name,
  low,
  high,
  natural: [-Infinity, Infinity],
  start: (data) => clamp(data.peak, low, high),
});

/** The width of a peak: from 10⁻⁴ of the range to all of it; starts at `times` the deviation that the data's peak has. */
export function widthParameter(name: string, [low, high]: Range, times = 1): DensityParameter {
  const span = high - low;
  // Narrower than this, a peak would fit single events.
  const [least, most] = [1e-4 * span, span];
  return {
    name,
    low: least,
    high: most,
    natural: [Number.MIN_VALUE, Infinity],
    start: (data) => clamp((times * data.peakWidth) / HALF_WIDTH, 2 * least, 0.5 * most),
  };
}

/** A number that the data say nothing of before the fit. */
export const plainParameter = (name: string, start: number, low: number, high: number): DensityParameter => ({
  name,
  low,
  high,
  start: () => start,
});

export const clamp = (value: number, low: number, high: number): number =>
  value > low ? (value < high ? value : high) : low;
