import type { Layer, Numbers, Range } from '../figure.js';
import type { Scale } from '../scale.js';

/** The inside of one panel in pixels, with its scales. */
export interface PanelFrame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly xs: Scale;
  readonly ys: Scale;
  readonly fontSize: number;
}

/** What a layer asks of the axes. */
export interface Extent {
  readonly x?: Range | undefined;
  readonly y?: Range | undefined;
  /** Smallest positive values, for logarithmic axes. */
  readonly xPositive?: number | undefined;
  readonly yPositive?: number | undefined;
  /** The x axis ends exactly at the layer's ends (histograms, maps). */
  readonly tight?: boolean | undefined;
  /** The y axis, too (maps). */
  readonly tightY?: boolean | undefined;
  /** Smallest y without errors, where that is not the range's lower end (points). */
  readonly yLeast?: number | undefined;
  /** The y axis starts at zero if nothing is negative. */
  readonly zero?: boolean | undefined;
}

/** A place with something to see, in pixels, and how much would be lost under a legend. */
export type Ink = readonly [x: number, y: number, weight: number];

/** The square-ish box of a legend entry. */
export interface Swatch {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How one kind of layer is drawn. All functions are pure. */
export interface LayerKind<L extends Layer> {
  extent(layer: L): Extent;
  draw(layer: L, frame: PanelFrame): string;
  ink(layer: L, frame: PanelFrame): Ink[];
  swatch?(layer: L, box: Swatch, fontSize: number): string;
}

/** Smallest, largest and smallest positive of the finite values. */
export function rangeOf(...columns: readonly (Numbers | undefined)[]): { range?: Range; positive?: number } {
  let low = Infinity;
  let high = -Infinity;
  let positive = Infinity;
  for (const column of columns) {
    for (let i = 0; column && i < column.length; i++) {
      const value = column[i] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
      if (value > 0 && value < positive) positive = value;
    }
  }
  return {
    ...(low <= high ? { range: [low, high] as const } : {}),
    ...(positive < Infinity ? { positive } : {}),
  };
}

/** Value number i, NaN where the column is shorter or absent. */
export const at = (column: Numbers | undefined, i: number): number => column?.[i] ?? Number.NaN;

/** Value number i of a column of errors: nothing is 0. */
export const errorAt = (column: Numbers | undefined, i: number): number => column?.[i] || 0;

export const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Places along the segment from a to b at most `step` pixels apart. */
export function* along(a: readonly [number, number], b: readonly [number, number], step: number): Generator<Ink> {
  const n = clamp(Math.ceil(Math.hypot(b[0] - a[0], b[1] - a[1]) / step), 1, 400);
  for (let i = 0; i <= n; i++) yield [a[0] + ((b[0] - a[0]) * i) / n, a[1] + ((b[1] - a[1]) * i) / n, 1];
}
