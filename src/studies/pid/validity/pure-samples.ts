import type { WeightFunction } from '../../../fit/weight-function.js';

/** Where hardly any signal lies: a stretch of the fit variable at each end of the range, as wide as they go. */
export interface SideBands {
  readonly lower?: readonly [number, number];
  readonly upper?: readonly [number, number];
}

/** Signal may be this share of what lies in a side band. */
const PURITY = 0.01;
const STEPS = 600;

/** Side bands from the fit itself: from each end of the range to where signal is one hundredth of all. */
export function sideBands(weights: WeightFunction): SideBands {
  const [low, high] = weights.range;
  const x = Float64Array.from({ length: STEPS + 1 }, (_, i) => low + ((high - low) * i) / STEPS);
  const part = (names: readonly string[]): Float64Array =>
    weights.components
      .filter((c) => names.includes(c.name))
      .reduce((sum, c) => {
        const f = c.density(x);
        return sum.map((v, i) => v + (weights.yields[c.name] ?? 0) * f[i]);
      }, new Float64Array(x.length));
  const signal = part(weights.signal);
  const all = part(weights.components.map((c) => c.name));
  const pure = Array.from(x, (_, i) => all[i] > 0 && signal[i] <= PURITY * all[i]);
  const first = pure.indexOf(false);
  const last = pure.lastIndexOf(false);
  if (first < 0) return {};
  const bands: { lower?: [number, number]; upper?: [number, number] } = {};
  if (first > 1) bands.lower = [low, x[first - 1]];
  if (last >= 0 && last < STEPS - 1) bands.upper = [x[last + 1], high];
  return bands;
}

/** The share of the fitted signal in some intervals. */
export function signalShare(weights: WeightFunction, bands: readonly (readonly [number, number])[]): number {
  const signal = weights.components.filter((c) => weights.signal.includes(c.name));
  const all = signal.reduce((sum, c) => sum + (weights.yields[c.name] ?? 1), 0);
  let share = 0;
  for (const [low, high] of bands) {
    const x = Float64Array.from({ length: STEPS }, (_, i) => low + ((high - low) * (i + 0.5)) / STEPS);
    for (const c of signal) {
      const mean = c.density(x).reduce((sum, f) => sum + f, 0) / STEPS;
      share += ((weights.yields[c.name] ?? 1) / all) * mean * (high - low);
    }
  }
  return share;
}

/** Rows in an interval, both ends included. */
export const rowsInside = (x: Float64Array, band: readonly [number, number]): Uint32Array =>
  Uint32Array.from(x.keys()).filter((i) => x[i] >= band[0] && x[i] <= band[1]);

/** True tracks may come from background candidates; beyond this share of them in the side bands, they are no signal. */
const FOREIGN = 0.005;

/** Whether simulated candidates of true particles are signal: hardly more of them lie in the side bands than signal has there. */
export function isPure(x: Float64Array, fit: WeightFunction, bands: readonly (readonly [number, number])[]): boolean {
  if (x.length === 0) return false;
  const seen = bands.reduce((n, band) => n + rowsInside(x, band).length, 0) / x.length;
  return seen <= signalShare(fit, bands) + FOREIGN;
}
