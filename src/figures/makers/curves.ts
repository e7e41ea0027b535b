import type { Numbers, Range } from '../figure.js';

/** A curve on rising x, with a band where it has one. */
export interface BandedCurve {
  readonly x: Numbers;
  readonly y: Numbers;
  readonly low?: Numbers | undefined;
  readonly high?: Numbers | undefined;
}

/** Value of a curve at t, on straight lines between its points; its end values beyond them. */
export function curveAt({ x, y }: { readonly x: Numbers; readonly y: Numbers }, t: number): number {
  let [left, right] = [0, x.length - 1];
  if (!(right >= 0)) return Number.NaN;
  if (t <= (x[0] ?? t)) return y[0] ?? Number.NaN;
  if (t >= (x[right] ?? t)) return y[right] ?? Number.NaN;
  while (right - left > 1) {
    const middle = (left + right) >> 1;
    if ((x[middle] ?? t) <= t) left = middle;
    else right = middle;
  }
  const [x0 = 0, x1 = 1] = [x[left], x[right]];
  const [y0 = Number.NaN, y1 = Number.NaN] = [y[left], y[right]];
  return y0 + ((t - x0) / (x1 - x0)) * (y1 - y0);
}

/** The part of a curve inside a range, with points at the range's ends where the curve goes on beyond them. */
export function cropped(curve: BandedCurve, [low, high]: Range): BandedCurve {
  const { x } = curve;
  const [first = high, last = low] = [x[0], x[x.length - 1]];
  if (first >= low && last <= high) return { x, y: curve.y, low: curve.low, high: curve.high };
  const inside = Array.from(x).filter((v) => v > low && v < high);
  const places = [
    ...(first <= low && last >= low ? [low] : []),
    ...inside,
    ...(last >= high && first <= high ? [high] : []),
  ];
  const along = (y: Numbers | undefined): number[] | undefined => y && places.map((t) => curveAt({ x, y }, t));
  return { x: places, y: along(curve.y) ?? [], low: along(curve.low), high: along(curve.high) };
}
