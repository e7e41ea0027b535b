import { slotCount, type GridAxis } from './grid-axis.js';
import { forEachLine, gridStrides } from './grid.js';

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
  if (slots === 0) return values.slice();
  // Atoms stay; everything else is summed below.
  const out = slots > n ? values.slice() : new Float64Array(values.length);
  const { first, from, weight } = tapsOf(n, kernel, ends);
  const stride = gridStrides(axes)[axis];
  const offset = from.map((i) => i * stride);
  // Four lines at a time: their sums do not wait for each other.
  const lines: number[] = [];
  forEachLine(axes, axis, (begin) => {
    lines.push(begin);
    if (lines.length < 4) return;
    const [a, b, c, d] = lines;
    lines.length = 0;
    for (let j = 0, to = 0; j < n; j++, to += stride) {
      let p = 0;
      let q = 0;
      let r = 0;
      let s = 0;
      const end = first[j + 1];
      for (let t = first[j]; t < end; t++) {
        const w = weight[t];
        const at = offset[t];
        p += values[a + at] * w;
        q += values[b + at] * w;
        r += values[c + at] * w;
        s += values[d + at] * w;
      }
      out[a + to] = p;
      out[b + to] = q;
      out[c + to] = r;
      out[d + to] = s;
    }
  });
  for (const begin of lines)
    for (let j = 0, to = begin; j < n; j++, to += stride) {
      let sum = 0;
      for (let t = first[j]; t < first[j + 1]; t++) sum += values[begin + offset[t]] * weight[t];
      out[to] = sum;
    }
  return out;
}

/** For every node which nodes are summed with what weights, in the order of these nodes. */
function tapsOf(n: number, kernel: Float64Array, ends: 'cut' | 'reflect') {
  const reach = ends === 'cut' ? Math.min(kernel.length - 1, n - 1) : kernel.length - 1;
  const taps = Array.from({ length: n }, () => ({ from: [] as number[], weight: [] as number[] }));
  for (let i = 0; i < n; i++)
    for (let d = -reach; d <= reach; d++) {
      let j = i + d;
      if (j < 0 || j >= n) {
        if (ends === 'cut') continue;
        j = reflected(j, n);
      }
      taps[j].from.push(i);
      taps[j].weight.push(kernel[Math.abs(d)]);
    }
  const first = new Int32Array(n + 1);
  taps.forEach(({ from }, j) => (first[j + 1] = first[j] + from.length));
  return {
    first,
    from: Int32Array.from(taps.flatMap((t) => t.from)),
    weight: Float64Array.from(taps.flatMap((t) => t.weight)),
  };
}

/** Kernels that reach farther are summed by moments: fewer steps, at the price of a few last digits. */
const FAR = 16;

/**
 * Convolves a grid along one axis with 1 − (d/h)², |d| < h, cut at the ends. In windows that reach far the sum is made of
 * running sums of v, v j and v j²: time does not depend on the width.
 *
 * @param width h in nodes
 */
export function parabolaAxis(
  values: Float64Array,
  axes: readonly GridAxis[],
  axis: number,
  width: number,
): Float64Array {
  const kernel = epanechnikov(width, 1);
  if (kernel.length <= FAR) return convolveAxis(values, axes, axis, kernel, 'cut');
  const n = axes[axis].nodes.length;
  const reach = Math.min(kernel.length - 1, n - 1);
  const out = values.slice();
  const [s0, s1, s2] = [new Float64Array(n + 1), new Float64Array(n + 1), new Float64Array(n + 1)];
  const filled = new Int32Array(n + 1);
  const middle = 0.5 * (n - 1);
  const perSquare = 1 / (width * width);
  forEachLine(axes, axis, (first, stride) => {
    for (let i = 0, at = first; i < n; i++, at += stride) {
      const v = values[at];
      // From the middle of the line: the products stay small.
      const j = i - middle;
      s0[i + 1] = s0[i] + v;
      s1[i + 1] = s1[i] + v * j;
      s2[i + 1] = s2[i] + v * j * j;
      filled[i + 1] = filled[i] + (v === 0 ? 0 : 1);
    }
    for (let i = 0, at = first; i < n; i++, at += stride) {
      const [low, high] = [Math.max(0, i - reach), Math.min(n, i + reach + 1)];
      // Where nothing is, rounding must not leave something.
      if (filled[high] === filled[low]) {
        out[at] = 0;
        continue;
      }
      const j = i - middle;
      const sum = s0[high] - s0[low];
      out[at] = sum - (j * j * sum - 2 * j * (s1[high] - s1[low]) + (s2[high] - s2[low])) * perSquare;
    }
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
