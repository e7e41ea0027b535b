import { userError } from '../base/error.js';
import { didYouMean } from '../base/near.js';
import { binCount, sameAxis, type Axis } from './axis.js';

/** A histogram of any dimension: Σw and Σw² of every bin, flow bins included, C order (last axis fastest): ∏(nᵢ + 2). */
export interface Hist {
  readonly axes: readonly Axis[];
  readonly sumw: Float64Array;
  readonly sumw2: Float64Array;
}

/** Number of cells, flow bins included. */
export const cellCount = (axes: readonly Axis[]): number => axes.reduce((n, axis) => n * (binCount(axis) + 2), 1);

/** What one step along each axis means in cells. */
export function strides(axes: readonly Axis[]): number[] {
  const out = new Array<number>(axes.length);
  for (let a = axes.length - 1, stride = 1; a >= 0; a--) {
    out[a] = stride;
    stride *= binCount(axes[a]) + 2;
  }
  return out;
}

/** The neutral element of `addHists`. */
export function emptyHist(axes: readonly Axis[]): Hist {
  const cells = cellCount(axes);
  return { axes, sumw: new Float64Array(cells), sumw2: new Float64Array(cells) };
}

/**
 * The bin-by-bin sum: associative and commutative up to rounding, so that parts may be filled anywhere and merged.
 *
 * @throws where the axes differ
 * @example addHists(fill([axis], [first]), fill([axis], [second]))
 */
export function addHists(first: Hist, ...others: readonly Hist[]): Hist {
  const sumw = first.sumw.slice();
  const sumw2 = first.sumw2.slice();
  for (const other of others) {
    assertSameAxes(first, other);
    for (let i = 0; i < sumw.length; i++) {
      sumw[i] += other.sumw[i];
      sumw2[i] += other.sumw2[i];
    }
  }
  return { axes: first.axes, sumw, sumw2 };
}

/** Every weight times `factor`. */
export const scaleHist = (hist: Hist, factor: number): Hist => ({
  axes: hist.axes,
  sumw: hist.sumw.map((w) => w * factor),
  sumw2: hist.sumw2.map((w) => w * factor * factor),
});

/** Σw and Σw² over all cells, with or without flow bins. */
export function total(hist: Hist, options: { flow?: boolean } = {}): { sumw: number; sumw2: number } {
  const add = (v: Float64Array): number => v.reduce((s, x) => s + x, 0);
  if (options.flow) return { sumw: add(hist.sumw), sumw2: add(hist.sumw2) };
  const { values, variances } = inner(hist);
  return { sumw: add(values), sumw2: add(variances) };
}

/**
 * Contents and variances without flow bins: ∏ nᵢ, C order.
 *
 * @example inner(fill([regularAxis('x', 2, 0, 2)], [Float64Array.of(0.5, 1.5, 1.6)])).values // [1, 2]
 */
export function inner(hist: Hist): { values: Float64Array; variances: Float64Array } {
  const sizes = hist.axes.map(binCount);
  const step = strides(hist.axes);
  const n = sizes.reduce((p, s) => p * s, 1);
  const values = new Float64Array(n);
  const variances = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let cell = 0;
    for (let a = sizes.length - 1, rest = i; a >= 0; rest = Math.floor(rest / sizes[a--]))
      cell += ((rest % sizes[a]) + 1) * step[a];
    values[i] = hist.sumw[cell];
    variances[i] = hist.sumw2[cell];
  }
  return { values, variances };
}

/** The position of an axis, by name. */
export function axisIndex(hist: Hist, name: string): number {
  const index = hist.axes.findIndex((a) => a.name === name);
  if (index < 0) {
    const names = hist.axes.map((a) => a.name);
    throw userError({
      code: 'hist.unknown-axis',
      message: `unknown axis "${name}"`,
      expected: names.join(', '),
      hint: didYouMean(name, names),
    });
  }
  return index;
}

export function assertSameAxes(a: Hist, b: Hist): void {
  if (a.axes.length !== b.axes.length || !a.axes.every((axis, i) => sameAxis(axis, b.axes[i]))) {
    throw userError({
      code: 'hist.axes',
      message: 'histograms have different axes',
      got: describe(b),
      expected: describe(a),
    });
  }
}

const describe = (h: Hist): string =>
  h.axes.map((a) => `${a.name} (${binCount(a)} bins, ${a.edges[0]} to ${a.edges[a.edges.length - 1]})`).join(' × ');
