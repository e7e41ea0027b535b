import { tickStep } from 'd3-array';
import { logAxis, quantileAxis, regularAxis, variableAxis, type Axis, type AxisOptions } from '../hist/axis.js';
import { weightedQuantile } from '../stats/quantile.js';
import type { BinningSpec } from './values.js';

/**
 * The axis of a plot. Without a binning: one bin a value for whole numbers of at most 100 values, else about 50 bins
 * with round edges over all but the outermost thousandths, equal in log x on a logarithmic axis.
 *
 * @param sample values that the binning is found from; finite ones are used
 */
export function axisOf(
  name: string,
  spec: BinningSpec | undefined,
  sample: Float64Array,
  options: AxisOptions & { readonly log?: boolean },
): Axis {
  const finite = sample.filter(Number.isFinite);
  if (spec && 'edges' in spec) return variableAxis(name, spec.edges, options);
  if (spec && 'from' in spec) {
    const make = spec.log ? logAxis : regularAxis;
    return make(name, spec.bins, spec.from, spec.to, options);
  }
  if (spec) return quantileAxis(name, spec.quantiles, { values: finite }, options);
  const used = options.log ? finite.filter((v) => v > 0) : finite;
  if (!used.length) return regularAxis(name, 1, options.log ? 0.1 : 0, 1, options);
  const [low = 0, high = 1] = weightedQuantile({ values: used }, [0.001, 0.999]);
  if (used.every(Number.isInteger) && high - low <= 100 && !options.log)
    return regularAxis(
      name,
      Math.round(high - low) + 1,
      Math.floor(low) - 0.5,
      Math.floor(low) + Math.round(high - low) + 0.5,
      options,
    );
  if (!(high > low)) return regularAxis(name, 1, low - 0.5, low + 0.5, options);
  if (options.log) return logAxis(name, 40, low, high, options);
  const step = tickStep(low, high, 50);
  const [first, last] = [Math.floor(low / step), Math.ceil(high / step)];
  // Edges as whole multiples of the step have no rounding that shows.
  const edges = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  return variableAxis(name, edges, options);
}
