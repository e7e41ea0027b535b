import { garwood } from '../../stats/intervals.js';
import type { Bins } from './bins.js';

export interface Errors {
  readonly low: number[];
  readonly high: number[];
}

/**
 * Errors of data points, as distances: 68.27 % Garwood intervals for counts, scaled by Σw²/Σw for weighted bins; √Σw²
 * where Σw is not positive. Empty bins have no error here: they are not drawn.
 */
export function dataErrors({ values, variances }: Bins): Errors {
  const pairs = values.map((value, i) => {
    const variance = variances[i] ?? 0;
    if (!(value > 0 && variance > 0)) return [Math.sqrt(variance), Math.sqrt(variance)] as const;
    const { low, high } = garwood(value, variance);
    return [value - low, high - value] as const;
  });
  return { low: pairs.map(([low]) => low), high: pairs.map(([, high]) => high) };
}
