import { pick, type Component, type FitEvents } from './component.js';
import type { CountFit } from './fallback.js';
import type { FitResult } from './result.js';

/** The fitted densities of one category as components: what weights are made of. */
export function componentsOfFit(fit: FitResult, category?: string): Component[] {
  const { categories } = fit.model;
  const found = categories.find((c) => c.name === category) ?? categories[0];
  const prefix = categories.length > 1 ? `${found.name}.` : '';
  return found.components.map(({ name }) => ({ name, density: (x) => fit.evaluate(`${prefix}${name}`, x) }));
}

/**
 * Fit-and-count by whole fits, whose shapes may float: what `countBins` falls back to.
 *
 * @param fit fits some of the events: `(events) => fitModel(model, { columns: { x: events.x } })`
 * @param signal name of the yield that counts
 */
export function countsOfFits(
  fit: (events: FitEvents) => FitResult | Promise<FitResult>,
  events: FitEvents,
  signal = 'signal',
): CountFit {
  const { x, weights } = events;
  return async (rows) => {
    const some = { x: pick(x, rows), ...(weights ? { weights: pick(weights, rows) } : {}) };
    const { value, error } = (await fit(some)).yields[signal];
    return { value, error };
  };
}
