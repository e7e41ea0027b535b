import { slotCount, type GridAxis } from './grid-axis.js';
import { gridStrides, slotLengths } from './grid.js';
import { convolveAxis, gaussian } from './smooth.js';

/**
 * The density of a histogram smoothed by a Gaussian along every axis, mirrored at the ends (PIDGen2's template).
 *
 * @param sigmas widths in bins; 0 leaves an axis as it is
 * @returns Σw per unit of the normalised axes
 */
export function smoothHistogram(
  counts: Float64Array,
  axes: readonly GridAxis[],
  sigmas: readonly number[],
): Float64Array {
  const smooth = axes.reduce((values, _, a) => convolveAxis(values, axes, a, gaussian(sigmas[a]), 'reflect'), counts);
  const out = smooth === counts ? counts.slice() : smooth;
  axes.forEach((axis, a) => {
    const stride = gridStrides(axes)[a];
    const lengths = slotLengths(axis);
    for (let i = 0; i < out.length;)
      for (const length of lengths) for (const end = i + stride; i < end; i++) out[i] /= length;
  });
  return out;
}

/**
 * Weights that make the kinematics of a histogram flatter along one axis: each of its bins times
 * 1/max(n/n_max, 1/largest), n being what the bin holds. PIDGen2 does so where a spectrum is too steep to be smoothed.
 *
 * @param largest no bin is raised by more; 1 changes nothing
 */
export function flattenAxis(
  counts: { readonly sumw: Float64Array; readonly sumw2: Float64Array },
  axes: readonly GridAxis[],
  axis: number,
  largest: number,
): void {
  if (!(largest > 1)) return;
  const stride = gridStrides(axes)[axis];
  const n = slotCount(axes[axis]);
  const sums = new Float64Array(n);
  const at = (i: number): number => Math.floor(i / stride) % n;
  for (let i = 0; i < counts.sumw.length; i++) sums[at(i)] += counts.sumw[i];
  const most = Math.max(...sums);
  const factor = sums.map((s) => 1 / Math.max(s / most, 1 / largest));
  for (let i = 0; i < counts.sumw.length; i++) {
    const f = factor[at(i)];
    counts.sumw[i] *= f;
    counts.sumw2[i] *= f * f;
  }
}
