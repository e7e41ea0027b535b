import type { EpochRecord } from './train-state.js';

export type Schedule = 'anneal' | 'cosine' | 'plateau' | 'constant';

/** Share of a training that the anneal schedule keeps for its descent. */
const DESCENT = 0.2;

/** How many records the descent of the anneal schedule takes. */
export const descentLength = (records: number): number => Math.max(Math.min(records, 3), Math.round(DESCENT * records));

/**
 * Anneal: a constant rate until the validation loss has not improved for `patience` records, or until the end is a descent
 * away; then half a cosine down to zero, after which training ends. A rate that never falls leaves the noise of its last
 * minibatches in the parameters; one that falls on a fixed plan wastes epochs or stops before it has fallen.
 *
 * @returns the record at which the descent begins, given the records so far; undefined if it has not begun
 */
export function descentStart(history: readonly EpochRecord[], records: number, patience: number): number | undefined {
  let [best, at] = [Infinity, -1];
  for (let record = 0; record <= history.length; record++) {
    if (record >= records - descentLength(records)) return record;
    if (patience > 0 && best < Infinity && record - at > patience) return record;
    const loss = history[record]?.validation ?? Infinity;
    if (loss < best) [best, at] = [loss, record];
  }
  return undefined;
}

/**
 * Learning rate of a step, relative to the largest: half a cosine down to zero over the whole training (Loshchilov &
 * Hutter, arXiv:1608.03983, without restarts), or constant. The plateau schedule multiplies the latter by its damping.
 */
export function relativeRate(schedule: Schedule, step: number, steps: number): number {
  return schedule === 'cosine' || schedule === 'anneal' ? 0.5 * (1 + Math.cos((Math.PI * step) / steps)) : 1;
}

/** Plateau: the rate is halved whenever this many epochs have passed without a better loss. */
export const plateauDamping = (damping: number, epochsSinceBest: number, patience: number): number =>
  epochsSinceBest > 0 && epochsSinceBest % Math.max(1, Math.ceil(patience / 3)) === 0 ? damping / 2 : damping;
