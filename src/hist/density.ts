import { userError } from '../base/error.js';
import { binCount, widths } from './axis.js';
import { inner, type Hist } from './hist.js';

/** Volumes of the bins without flow bins, C order. */
export function binVolumes(hist: Hist): Float64Array {
  return hist.axes.reduce<Float64Array>((volumes, axis) => {
    const w = widths(axis);
    const n = binCount(axis);
    return Float64Array.from({ length: volumes.length * n }, (_, i) => volumes[Math.floor(i / n)] * w[i % n]);
  }, Float64Array.of(1));
}

/**
 * Contents as a density: Σ density · volume = 1 over the bins shown (flow bins left out), with its errors (the error of
 * the normalisation itself is left out, as usual in figures).
 */
export function density(hist: Hist): { values: Float64Array; errors: Float64Array } {
  const { values, variances } = inner(hist);
  const sum = values.reduce((s, v) => s + v, 0);
  if (!(sum > 0)) {
    throw userError({
      code: 'hist.density',
      message: 'a histogram without positive content has no density',
      got: String(sum),
    });
  }
  const volumes = binVolumes(hist);
  return {
    values: values.map((v, i) => v / (sum * volumes[i])),
    errors: variances.map((v, i) => Math.sqrt(v) / (sum * volumes[i])),
  };
}
