import type { VariableParams } from './params.js';
import type { WeightedValues } from './quantile-map.js';

const BINS = 50;

/** Value below which a share `p` of the absolute weight lies. */
export function quantileOf({ values, weights }: WeightedValues, shares: readonly number[]): number[] {
  const order = Uint32Array.from(values.keys()).sort((i, j) => values[i] - values[j]);
  const total = weights.reduce((s, w) => s + Math.abs(w), 0);
  return shares.map((p) => {
    let sum = 0;
    for (const i of order) {
      sum += Math.abs(weights[i]);
      if (sum >= p * total) return values[i];
    }
    return values[order[order.length - 1]];
  });
}

/**
 * Bin edges of a variable on its learning scale: those of the study file, or 50 equal bins over the central 99.8 % of the
 * data. A constant column gets one bin around its value.
 */
export function judgementAxis(
  variable: VariableParams,
  data: WeightedValues,
  simulation: WeightedValues,
): Float64Array {
  const { bins } = variable;
  if (bins && 'edges' in bins) return Float64Array.from(bins.edges);
  if (bins && 'quantiles' in bins) {
    const shares = Array.from({ length: bins.quantiles + 1 }, (_, i) => i / bins.quantiles);
    return Float64Array.from(new Set(quantileOf(data, shares)));
  }
  if (bins) {
    const at = (t: number): number =>
      bins.log ? bins.from * (bins.to / bins.from) ** t : bins.from + (bins.to - bins.from) * t;
    return Float64Array.from({ length: bins.bins + 1 }, (_, i) => at(i / bins.bins));
  }
  const [lowData, highData] = quantileOf(data, [0.001, 0.999]);
  const [lowSim, highSim] = quantileOf(simulation, [0.001, 0.999]);
  const low = Math.min(lowData, lowSim);
  const high = Math.max(highData, highSim);
  if (!(high > low)) return Float64Array.of(low - 0.5, low + 0.5);
  return Float64Array.from({ length: BINS + 1 }, (_, i) => low + ((high - low) * i) / BINS);
}
