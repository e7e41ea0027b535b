import { binCount, binFinder, type Axis } from './axis.js';

/** Per bin of x, without flow bins; NaN where the bin is empty or its Σw is not positive. */
export interface Profile {
  readonly axis: Axis;
  readonly mean: Float64Array;
  /** Standard error of the mean, √(Σw² (y − ȳ)²)/Σw. NaN in bins of one entry. */
  readonly error: Float64Array;
  /** Standard deviation of y within the bin. */
  readonly spread: Float64Array;
  readonly sumw: Float64Array;
}

/** Mean, its error and the spread of y in bins of x. Entries with NaN in y are left out. */
export function profile(axis: Axis, x: Float64Array, y: Float64Array, weights?: Float64Array): Profile {
  const n = binCount(axis);
  const find = binFinder(axis);
  const [sumw, mean, squares, errors] = [0, 0, 0, 0].map(() => new Float64Array(n));
  const entries = new Int32Array(n);
  const bins = Int32Array.from(x, (v, i) => {
    const b = find(v) - 1;
    return b < 0 || b >= n || Number.isNaN(y[i]) ? -1 : b;
  });
  const each = (f: (b: number, y: number, w: number) => void): void =>
    bins.forEach((b, i) => b >= 0 && f(b, y[i], weights ? weights[i] : 1));
  each((b, v, w) => {
    sumw[b] += w;
    mean[b] += w * v;
    entries[b]++;
  });
  for (let b = 0; b < n; b++) mean[b] = sumw[b] > 0 ? mean[b] / sumw[b] : NaN;
  // A second pass: the deviations from the mean, not the difference of large squares.
  each((b, v, w) => {
    const d = (v - mean[b]) ** 2;
    squares[b] += w * d;
    errors[b] += w * w * d;
  });
  return {
    axis,
    mean,
    sumw,
    spread: squares.map((s, b) => Math.sqrt(s / sumw[b])),
    error: errors.map((e, b) => (entries[b] > 1 ? Math.sqrt(e) / sumw[b] : NaN)),
  };
}
