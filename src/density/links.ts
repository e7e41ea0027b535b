import { slotCount, type GridAxis } from './grid-axis.js';
import { gridSize, integrateLast } from './grid.js';
import type { TemplateValues } from './template.js';

/** Axes up to a variable of a chain, and what stands before it. */
export interface Link {
  readonly axes: readonly GridAxis[];
  /** Axes before its last one: given ones, and the variables before. */
  readonly given: number;
}

/** The links of a chain f(x₁ | k), f(x₂ | k, x₁), …: the last has all axes. */
export const linksOf = (axes: readonly GridAxis[], given: number): Link[] =>
  axes.slice(given).map((_, j) => ({ axes: axes.slice(0, given + j + 1), given: given + j }));

/** What a grid holds on the first `axes`: sums over all that come later. */
export function marginal(counts: Float64Array, axes: readonly GridAxis[]): Float64Array {
  const size = gridSize(axes);
  if (size === counts.length) return counts;
  const later = counts.length / size;
  const out = new Float64Array(size);
  for (let slot = 0, i = 0; slot < size; slot++) for (const end = i + later; i < end; i++) out[slot] += counts[i];
  return out;
}

/**
 * One density of the densities of all links, each estimated with widths of its own: the last one, each of its lines with the
 * weight that the link before gives it. What is the best width for f(x₂ | k, x₁) is too wide for f(x₁ | k).
 *
 * @param densities nowhere negative, first link first
 */
export function chained(links: readonly Link[], densities: readonly TemplateValues[]): TemplateValues {
  return densities.reduce((before, own, j) => {
    const { axes } = links[j];
    const inside = integrateLast(own.values, axes, 1);
    const slots = slotCount(axes[axes.length - 1]);
    const values = own.values.slice();
    for (let line = 0, i = 0; line < inside.length; line++) {
      const factor = inside[line] > 0 ? before.values[line] / inside[line] : 0;
      for (const end = i + slots; i < end; i++) values[i] *= factor;
    }
    return { values, clipped: Math.max(before.clipped, own.clipped) };
  });
}
