import { slotCount, type GridAxis } from './grid-axis.js';
import { forEachLine } from './grid.js';

/**
 * Convolves a grid along one axis with a symmetric kernel on its nodes; atoms' slots stay as they are. Weights beyond the
 * ends are lost (`cut`, as for the relative density, whose denominator loses as much) or come back (`reflect`).
 *
 * @param kernel weights at distances of 0, 1, 2, … nodes
 */
export function convolveAxis(
  values: Float64Array,
  axes: readonly GridAxis[],
  axis: number,
  kernel: Float64Array,
  ends: 'cut' | 'reflect',
): Float64Array {
  if (kernel.length === 1 && kernel[0] === 1) return values;
  const n = axes[axis].nodes.length;
  const slots = slotCount(axes[axis]);
  const out = values.slice();
  const line = new Float64Array(n);
  const sum = new Float64Array(n);
  const reach = ends === 'cut' ? Math.min(kernel.length - 1, n - 1) : kernel.length - 1;
  if (slots === 0) return out;
  forEachLine(axes, axis, (first, stride) => {
    let any = false;
    for (let i = 0, at = first; i < n; i++, at += stride) {
      line[i] = values[at];
      any ||= line[i] !== 0;
    }
    if (!any) return;
    sum.fill(0);
    for (let i = 0; i < n; i++) {
      const v = line[i];
      if (v === 0) continue;
      for (let d = -reach; d <= reach; d++) {
        let j = i + d;
        if (j < 0 || j >= n) {
          if (ends === 'cut') continue;
          j = reflected(j, n);
        }
        sum[j] += v * kernel[d < 0 ? -d : d];
      }
    }
    for (let i = 0, at = first; i < n; i++, at += stride) out[at] = sum[i];
  });
  return out;
}

/** … c b a | a b c … z | z y x …: mirrored at the outer edges of the outer bins. */
function reflected(j: number, n: number): number {
  const period = 2 * n;
  const k = ((j % period) + period) % period;
  return k < n ? k : period - 1 - k;
}

/** 1 − (d step / h)² at the distances below h; one node alone where h is less than a step. */
export function epanechnikov(width: number, step: number): Float64Array {
  const reach = Math.max(0, Math.ceil(width / step - 1e-12) - 1);
  return Float64Array.from({ length: reach + 1 }, (_, d) => (d === 0 ? 1 : 1 - ((d * step) / width) ** 2));
}

/** A normal distribution of width `sigma` nodes, cut at 4 σ and normalised, as scipy.ndimage.gaussian_filter has it. */
export function gaussian(sigma: number): Float64Array {
  if (!(sigma > 0)) return Float64Array.of(1);
  const reach = Math.floor(4 * sigma + 0.5);
  const kernel = Float64Array.from({ length: reach + 1 }, (_, d) => Math.exp(-0.5 * (d / sigma) ** 2));
  const total = kernel.reduce((s, v, d) => s + (d === 0 ? v : 2 * v), 0);
  return kernel.map((v) => v / total);
}
