import { userError } from '../base/error.js';
import { binCount, binFinder, variableAxis, type Axis } from './axis.js';
import { axisIndex, emptyHist, strides, type Hist } from './hist.js';

/** Sends every cell of `hist` to a cell of new axes; Σw and Σw² are conserved. */
function regroup(hist: Hist, axes: readonly Axis[], target: (bins: readonly number[]) => number): Hist {
  const out = emptyHist(axes);
  const sizes = hist.axes.map((a) => binCount(a) + 2);
  const bins = new Array<number>(sizes.length).fill(0);
  for (let cell = 0; cell < hist.sumw.length; cell++) {
    for (let a = sizes.length - 1, rest = cell; a >= 0; rest = Math.floor(rest / sizes[a--])) bins[a] = rest % sizes[a];
    const to = target(bins);
    out.sumw[to] += hist.sumw[cell];
    out.sumw2[to] += hist.sumw2[cell];
  }
  return out;
}

/**
 * Coarser bins along one axis: every new edge must be one of the old ones. What lies outside the new range goes to the
 * flow bins, so Σw over all cells is conserved.
 *
 * @param by the new edges, or how many bins to join (a remainder at the upper end overflows)
 */
export function rebin(hist: Hist, name: string, by: number | ArrayLike<number>): Hist {
  const at = axisIndex(hist, name);
  const old = hist.axes[at];
  const edges = typeof by === 'number' ? old.edges.filter((_, i) => i % by === 0) : Float64Array.from(by);
  const unknown = edges.find((e) => !old.edges.includes(e));
  if (unknown !== undefined) {
    throw userError({
      code: 'hist.rebin',
      message: 'a new edge lies within an old bin',
      path: `axis "${name}"`,
      got: String(unknown),
      expected: 'edges among the old ones',
    });
  }
  const axis = variableAxis(name, edges, { label: old.label, unit: old.unit });
  const axes = hist.axes.map((a, i) => (i === at ? axis : a));
  const find = binFinder(axis);
  const n = binCount(old);
  const map = Array.from({ length: n + 2 }, (_, b) => (b === 0 ? 0 : b > n ? edges.length : find(old.edges[b - 1])));
  const step = strides(axes);
  return regroup(hist, axes, (bins) => bins.reduce((cell, b, a) => cell + (a === at ? map[b] : b) * step[a], 0));
}

/** Sums over all axes but the named ones, flow bins included; the result has them in the order named. */
export function project(hist: Hist, names: readonly string[]): Hist {
  const kept = names.map((name) => axisIndex(hist, name));
  const axes = kept.map((i) => hist.axes[i]);
  const step = strides(axes);
  return regroup(hist, axes, (bins) => kept.reduce((cell, from, a) => cell + bins[from] * step[a], 0));
}

/** One bin of an axis (0 underflow, 1 … n, n + 1 overflow), as a histogram of the other axes. */
export function slice(hist: Hist, name: string, bin: number): Hist {
  const at = axisIndex(hist, name);
  if (!(bin >= 0 && bin <= binCount(hist.axes[at]) + 1)) {
    throw userError({ code: 'hist.slice', message: 'no such bin', path: `axis "${name}"`, got: String(bin) });
  }
  const axes = hist.axes.filter((_, i) => i !== at);
  const out = emptyHist(axes);
  const step = strides(hist.axes)[at];
  const size = binCount(hist.axes[at]) + 2;
  for (let i = 0; i < out.sumw.length; i++) {
    const cell = Math.floor(i / step) * step * size + bin * step + (i % step);
    out.sumw[i] = hist.sumw[cell];
    out.sumw2[i] = hist.sumw2[cell];
  }
  return out;
}
