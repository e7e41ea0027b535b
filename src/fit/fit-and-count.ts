import { pick, type Component } from './component.js';
import type { Range } from './density.js';
import type { Counted, CountFit } from './fallback.js';
import { fitYields } from './yields.js';

/**
 * A fit-and-count with the shapes as they are and the yields of the events at hand: what `countBins` falls back to where no
 * full fit is given. It repairs a mix of components that changes from bin to bin, not a shape that does: for that, hand
 * over a fit whose shapes float.
 *
 * @example countBins({ …, methods: { sweights, 'fit-and-count': yieldsOf([signal, background], mass, range) } })
 */
export function yieldsOf(
  components: readonly Component[],
  x: Float64Array,
  range: Range,
  options: { readonly weights?: Float64Array | undefined; readonly signal?: string | undefined } = {},
): CountFit {
  const { weights, signal = components[0].name } = options;
  const at = components.findIndex((c) => c.name === signal);
  return (rows): Counted => {
    const events = { x: pick(x, rows), ...(weights ? { weights: pick(weights, rows) } : {}) };
    const inside = events.x.some((v) => v >= range[0] && v <= range[1]);
    if (!inside) return { value: 0, error: 0 };
    const { yields, covariance } = fitYields(components, events, range);
    return { value: yields[at], error: Math.sqrt(covariance[at][at]) };
  };
}
