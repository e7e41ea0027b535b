import { userError } from '../base/error.js';
import type { DataSummary, Range } from './density.js';

const SMOOTH = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16];

/**
 * What densities need to know of the data to propose where a fit starts: mean, deviation, and where the densest peak
 * stands above a smooth base. The base is found by clipping peaks on the logarithm of the contents with growing windows
 * (SNIP: Ryan et al., Nucl. Instrum. Meth. B 34 (1988) 396), which leaves slopes and curves alone.
 *
 * @param values one variable; those outside [low, high] and NaN are left out
 * @param weights of either sign, Σw > 0 inside the range
 * @throws userError `fit.no-events` where nothing lies in the range
 * @example const { peak, peakWidth } = summarise(mass, [1.8, 1.95])
 */
export function summarise(values: Float64Array, [low, high]: Range, weights?: Float64Array): DataSummary {
  let [sum, mean, square, inside] = [0, 0, 0, 0];
  const middle = 0.5 * (low + high);
  for (let i = 0; i < values.length; i++) {
    if (!(values[i] >= low && values[i] <= high)) continue;
    const w = weights ? weights[i] : 1;
    const d = values[i] - middle;
    inside++;
    sum += w;
    mean += w * d;
    square += w * d * d;
  }
  if (!(inside > 0 && sum > 0)) throw nothing(values.length, low, high, inside);
  mean /= sum;
  const deviation = Math.sqrt(Math.max(square / sum - mean * mean, 0));
  return {
    low,
    high,
    mean: middle + mean,
    deviation,
    ...peakOf(binned(values, [low, high], weights, inside), low, high),
  };
}

function binned(values: Float64Array, [low, high]: Range, weights: Float64Array | undefined, n: number): number[] {
  // A peak of a hundredth of the range is seen where there are events enough.
  const bins = Math.max(24, Math.min(400, Math.round(2 * n ** 0.45)));
  const counts = new Float64Array(bins);
  for (let i = 0; i < values.length; i++) {
    const t = ((values[i] - low) / (high - low)) * bins;
    if (t >= 0 && t <= bins) counts[Math.min(bins - 1, Math.floor(t))] += weights ? weights[i] : 1;
  }
  return [...counts].map((_, i) =>
    SMOOTH.reduce((s, c, k) => s + c * counts[Math.min(bins - 1, Math.max(0, i + k - 2))], 0),
  );
}

/** What is left of the contents when every bin is clipped to the mean of its neighbours at rising distance. */
function base(contents: readonly number[]): number[] {
  const n = contents.length;
  let now = contents.map((c) => Math.log(Math.log(Math.sqrt(Math.max(c, 0) + 1) + 1) + 1));
  for (let reach = 1; reach <= n / 4; reach++) {
    const before = now;
    now = before.map((v, i) => {
      const r = Math.min(reach, i, n - 1 - i);
      return Math.min(v, 0.5 * (before[i - r] + before[i + r]));
    });
  }
  return now.map((v) => (Math.exp(Math.exp(v) - 1) - 1) ** 2 - 1);
}

function peakOf(contents: readonly number[], low: number, high: number): Pick<DataSummary, 'peak' | 'peakWidth'> {
  const foot = base(contents);
  const above = contents.map((c, i) => c - foot[i]);
  const n = above.length;
  const width = (high - low) / n;
  let top = 0;
  // Judged by its significance: on a falling base the largest excess may be a fluctuation.
  const weight = above.map((excess, i) => excess / Math.sqrt(Math.max(contents[i], 0) + 1));
  for (let i = 1; i < n; i++) if (weight[i] > weight[top]) top = i;
  const half = 0.5 * above[top];
  if (!(half > 0)) return { peak: 0.5 * (low + high), peakWidth: 0.1 * (high - low) };
  const reach = (step: number): number => {
    let i = top;
    while (above[i] > half && i + step >= 0 && i + step < n) i += step;
    if (above[i] > half) return Math.abs(i - top) + 0.5;
    return Math.abs(i - top) - (half - above[i]) / (above[i - step] - above[i]);
  };
  const [left, right] = [reach(-1), reach(1)];
  // The smoothing's own width (variance of one bin) is taken off.
  const measured = 0.5 * (left + right);
  const own = Math.sqrt(Math.max(measured ** 2 - 1.39, 0.25));
  return { peak: low + (top + 0.5 + 0.25 * (right - left)) * width, peakWidth: own * width };
}

const nothing = (n: number, low: number, high: number, inside: number) =>
  userError({
    code: 'fit.no-events',
    message: inside
      ? `the weights in [${low}, ${high}] do not sum to a positive number`
      : `no event in [${low}, ${high}]`,
    got: `${n} events, ${inside} of them in the range`,
    hint: 'check the range and the unit of the variable: datamc inspect FILE',
  });
