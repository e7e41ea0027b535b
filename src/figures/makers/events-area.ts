import type { Range, StepsLayer } from '../figure.js';
import { petroff } from '../palette.js';
import { binsOf, type HistLike } from './bins.js';

/**
 * Where events lie, as an area in arbitrary units at the foot of a panel that shows something else.
 *
 * @param range the panel's ends on y
 * @param share how much of the panel the fullest bin fills
 */
export function eventsArea(hist: HistLike, [low, high]: Range, share: number, label: string): StepsLayer {
  const { edges, values } = binsOf(hist);
  const most = Math.max(...values.filter(Number.isFinite), 1e-300);
  const tops = values.map((v) => low + (Math.max(0, v) / most) * share * (high - low));
  const color = petroff[0];
  return {
    kind: 'steps',
    edges,
    values: tops,
    base: tops.map(() => low),
    color,
    width: 1,
    fill: color,
    opacity: 0.15,
    label,
  };
}
