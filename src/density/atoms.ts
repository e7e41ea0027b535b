import { argsort } from '../stats/argsort.js';
import type { Sample } from '../stats/check.js';

/** A value that many events share exactly, with the share of |w| that lies on it. */
export interface Atom {
  readonly value: number;
  readonly mass: number;
}

/** Fewer equal values than these are a coincidence of rounding, whatever share of a small sample they are. */
const FEWEST = 20;
/** More atoms than these are a grid of values: a discrete variable, or one stored with few digits. */
const MOST = 64;

/**
 * Values that repeat: piled up at 0 or 1, sentinels, steps of a discrete variable. The share is counted with |w|, so that
 * background subtracted by negative weights cannot hide an atom.
 *
 * @param threshold least share of a value, 0.005 by default; 0 or less finds none
 * @returns by falling share at most 64, then sorted by value
 * @example findAtoms({ values: Float64Array.of(...Array(50).fill(1), 0.2, 0.3) }) // [{ value: 1, mass: 0.96 }]
 */
export function findAtoms({ values, weights }: Sample, threshold = 0.005): Atom[] {
  if (!(threshold > 0) || values.length === 0) return [];
  const order = argsort(values);
  let total = 0;
  for (let i = 0; i < values.length; i++) total += Math.abs(weights ? weights[i] : 1);
  const found: Atom[] = [];
  for (let from = 0; from < order.length;) {
    const value = values[order[from]];
    let mass = 0;
    let to = from;
    for (; to < order.length && values[order[to]] === value; to++) mass += Math.abs(weights ? weights[order[to]] : 1);
    if (to - from >= FEWEST && mass > threshold * total) found.push({ value: value + 0, mass: mass / total });
    from = Math.max(to, from + 1);
  }
  return found
    .sort((a, b) => b.mass - a.mass)
    .slice(0, MOST)
    .sort((a, b) => a.value - b.value);
}
