import { columnTransform } from '../../models/column-transform.js';
import type { VariableParams } from './params.js';
import type { WeightedValues } from './quantile-map.js';

const MOST_BINS = 50;
const FEWEST_BINS = 8;

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

/** How many events of weight one tell as much: (Σ|w|)² / Σw². */
export function effectiveEvents(weights: Float64Array): number {
  const squares = weights.reduce((s, w) => s + w * w, 0);
  return squares > 0 ? weights.reduce((s, w) => s + Math.abs(w), 0) ** 2 / squares : 0;
}

/** The nearest of 1, 2, 2.5, 5 times a power of ten, on a logarithmic scale. */
function roundStep(step: number): number {
  const unit = 10 ** Math.floor(Math.log10(step));
  const near = [1, 2, 2.5, 5, 10].map((m) => m * unit);
  return near.reduce((best, s) => (Math.abs(Math.log(s / step)) < Math.abs(Math.log(best / step)) ? s : best));
}

// Edges as whole multiples of the step, without rounding errors that would show.
const multiples = (low: number, high: number, step: number): Float64Array => {
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  return Float64Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
};

const around = (value: number): Float64Array => Float64Array.of(value - 0.5, value + 0.5);

/**
 * Equal bins of a round width. Their number grows with the cube root of the effective events of the smaller sample (the rule
 * of Rice, 2 ∛n, from 8 to 50), so that bins have errors of the same order whatever the sample; the range leaves out
 * a thousandth at either end, or five events where that is more (at most 2 %): a few outliers would leave most bins empty.
 */
function roundAxis(a: WeightedValues, b: WeightedValues, parts: number, whole: boolean): Float64Array {
  const events = Math.min(effectiveEvents(a.weights), effectiveEvents(b.weights)) / parts;
  const tail = Math.min(0.02, Math.max(0.001, 5 / events));
  const [lows, highs] = [0, 1].map((i) => [a, b].map((s) => quantileOf(s, [tail, 1 - tail])[i]));
  const [low, high] = [Math.min(...lows), Math.max(...highs)];
  if (!(high > low)) return around(low);
  const bins = Math.min(MOST_BINS, Math.max(FEWEST_BINS, Math.round(2 * Math.cbrt(events))));
  const step = roundStep((high - low) / bins);
  if (!whole) return multiples(low, high, step);
  // Whole numbers: as many in each bin, and none on an edge.
  const width = Math.max(1, Math.round(step));
  const count = Math.floor((high - low) / width) + 1;
  return Float64Array.from({ length: count + 1 }, (_, i) => low - 0.5 + i * width);
}

/**
 * Bin edges of a variable on its learning scale: those of the study file, or equal bins of a round width that suit the
 * number of events. A constant column gets one bin around its value.
 *
 * @param parts how many cells the events are spread over, each drawn with these bins
 */
export function judgementAxis(
  variable: VariableParams,
  data: WeightedValues,
  simulation: WeightedValues,
  parts = 1,
): Float64Array {
  const { bins } = variable;
  if (bins && 'edges' in bins) return Float64Array.from(bins.edges);
  if (bins && 'quantiles' in bins) {
    const shares = Array.from({ length: bins.quantiles + 1 }, (_, i) => i / bins.quantiles);
    const edges = [...new Set(quantileOf(data, shares))];
    return edges.length > 1 ? Float64Array.from(edges) : around(edges[0]);
  }
  if (bins) {
    const at = (t: number): number =>
      bins.log ? bins.from * (bins.to / bins.from) ** t : bins.from + (bins.to - bins.from) * t;
    return Float64Array.from({ length: bins.bins + 1 }, (_, i) => at(i / bins.bins));
  }
  const whole = variable.transform === 'none' && [data, simulation].every((s) => s.values.every(Number.isInteger));
  return roundAxis(data, simulation, parts, whole);
}

/**
 * Edges that cut a given column into cells of about equally many data events, rounded in the column's own unit: as many
 * digits as it takes to keep them apart. The outermost are infinite. On the learning scale.
 *
 * @param cells how many are wanted; fewer come out where values repeat
 */
export function cellEdges({ transform }: VariableParams, data: WeightedValues, cells: number): number[] {
  const { forward, inverse } = columnTransform(transform);
  const shares = Array.from({ length: cells - 1 }, (_, i) => (i + 1) / cells);
  const inner = [...new Set(quantileOf(data, shares).map(inverse))];
  for (const digits of [2, 3, 4, 17]) {
    const rounded = inner.map((v) => Number(v.toPrecision(digits)));
    if (new Set(rounded).size === inner.length) return [-Infinity, ...rounded.map(forward), Infinity];
  }
  return [-Infinity, ...inner.map(forward), Infinity];
}

/** Into how many cells of a given column the events are spread: each keeps a few hundred of the smaller sample. */
export function cellCount(data: Float64Array, simulation: Float64Array): number {
  const events = Math.min(effectiveEvents(data), effectiveEvents(simulation));
  return events >= 3000 ? 6 : events >= 1200 ? 4 : events >= 450 ? 3 : 2;
}
