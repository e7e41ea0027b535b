import { numberAlgebra } from './number-algebra.js';
import type { Pdf } from './pdf.js';

/** Expected content of each bin of the first variable, for a density scaled to `events`. */
export function binContents(
  pdf: Pdf,
  edges: Float64Array,
  parameters: readonly number[],
  events: number,
): Float64Array {
  const constants = pdf.constants(numberAlgebra, parameters, events);
  return Float64Array.from({ length: edges.length - 1 }, (_, b) =>
    pdf.integral(numberAlgebra, edges[b], edges[b + 1], parameters, constants),
  );
}

/** Equal bins of a range. */
export const equalBins = ([low, high]: readonly [number, number], bins: number): Float64Array =>
  Float64Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + ((high - low) * i) / bins));

/** Σw and Σw² of events in rising, equal bins; every value lies in the range. */
export function fillBins(
  edges: Float64Array,
  values: Float64Array,
  weights?: Float64Array,
): { readonly counts: Float64Array; readonly variances: Float64Array } {
  const n = edges.length - 1;
  const counts = new Float64Array(n);
  const variances = weights ? new Float64Array(n) : counts;
  const scale = n / (edges[n] - edges[0]);
  for (let i = 0; i < values.length; i++) {
    const bin = Math.min(n - 1, Math.floor((values[i] - edges[0]) * scale));
    counts[bin] += weights ? weights[i] : 1;
    if (weights) variances[bin] += weights[i] * weights[i];
  }
  return { counts, variances };
}
