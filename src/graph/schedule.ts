export type Schedule = 'cosine' | 'plateau' | 'constant';

/**
 * Learning rate of a step, relative to the largest: half a cosine down to zero over the whole training (Loshchilov &
 * Hutter, arXiv:1608.03983, without restarts), or constant. The plateau schedule multiplies the latter by its damping.
 */
export function relativeRate(schedule: Schedule, step: number, steps: number): number {
  return schedule === 'cosine' ? 0.5 * (1 + Math.cos((Math.PI * step) / steps)) : 1;
}

/** Plateau: the rate is halved whenever this many epochs have passed without a better loss. */
export const plateauDamping = (damping: number, epochsSinceBest: number, patience: number): number =>
  epochsSinceBest > 0 && epochsSinceBest % Math.max(1, Math.ceil(patience / 3)) === 0 ? damping / 2 : damping;
