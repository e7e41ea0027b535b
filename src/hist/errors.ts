import { garwood, ONE_SIGMA } from '../stats/intervals.js';
import { inner, type Hist } from './hist.js';

/**
 * Error bars of the contents: lengths below and above. Garwood's Poisson interval, scaled by Σw²/Σw for weights; √Σw²
 * both ways where a content is not positive but has variance.
 */
export function contentErrors(hist: Hist, level = ONE_SIGMA): { below: Float64Array; above: Float64Array } {
  const { values, variances } = inner(hist);
  const intervals = Array.from(values, (v, i) => {
    if (v > 0 || (v === 0 && variances[i] === 0)) return garwood(v, variances[i], level);
    const sigma = Math.sqrt(variances[i]);
    return { low: v - sigma, high: v + sigma };
  });
  return {
    below: Float64Array.from(intervals, ({ low }, i) => values[i] - low),
    above: Float64Array.from(intervals, ({ high }, i) => high - values[i]),
  };
}
