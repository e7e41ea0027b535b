import type { AxisSpec, Range } from './figure.js';
import type { Extent } from './layers/layer.js';

/** All that the layers ask of one axis. */
export interface Wish {
  readonly range: Range | undefined;
  readonly positive: number;
  readonly tight: boolean;
  readonly zero: boolean;
}

/** Joins the extents of several layers (or panels that share the axis). */
export function wishOf(extents: readonly Extent[], side: 'x' | 'y'): Wish {
  let low = Infinity;
  let high = -Infinity;
  let positive = Infinity;
  let floor = Infinity;
  for (const extent of extents) {
    const range = extent[side];
    if (side === 'y') floor = Math.min(floor, extent.yLeast ?? (extent.zero ? range?.[0] : undefined) ?? Infinity);
    if (range) [low, high] = [Math.min(low, range[0]), Math.max(high, range[1])];
    positive = Math.min(positive, extent[side === 'x' ? 'xPositive' : 'yPositive'] ?? Infinity);
  }
  const range: Range | undefined = low <= high ? [low, high] : undefined;
  return {
    range,
    positive,
    tight: extents.some((e) => (side === 'x' ? e.tight : e.tightY)),
    // Error bars and bands of a histogram may reach below zero; that is no reason to show it.
    zero: side === 'y' && floor >= 0 && extents.some((e) => e.zero),
  };
}

/**
 * The ends of an axis. Fixed by `spec.domain`, otherwise round the layers with a little air;
 * `headroom` (1 = none) stretches the upper end so that a legend fits above the data.
 */
export function axisDomain(spec: AxisSpec, wish: Wish, headroom = 1): Range {
  if (spec.domain) return spec.domain;
  if (spec.scale === 'log') return logDomain(spec, wish, headroom);
  const [low, high] = wish.range ?? [0, 1];
  if (wish.tight) return low < high ? [low, high] : [low - 0.5, high + 0.5];
  const span = high - low || Math.abs(high) || 1;
  const bottom = spec.from ?? (wish.zero ? 0 : low - 0.06 * span);
  const top = high + 0.08 * span;
  return [bottom, bottom + (top - bottom) * headroom];
}

function logDomain({ from }: AxisSpec, { range, positive, tight }: Wish, headroom: number): Range {
  const high = range?.[1] ?? 10;
  if (!(high > 0) || !Number.isFinite(positive)) return [0.1, 10];
  if (tight) return positive < high ? [positive, high] : [positive / 2, high * 2];
  const low = from ?? positive / 2;
  const top = Math.max(high, low) * 2;
  return [low, low * (top / low) ** headroom];
}
