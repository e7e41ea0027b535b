import type { CellSums } from '../../src/hist/rate.js';

/** The sums of n rows without weights. */
export const counts = (n: number): CellSums => ({ sumw: n, sumw2: n, entries: n, negative: 0 });

/** The sums of the rows that are kept. */
export const sumsOf = (weights: ArrayLike<number>, kept: (i: number) => boolean): CellSums => {
  const sums = { sumw: 0, sumw2: 0, entries: 0, negative: 0 };
  for (let i = 0; i < weights.length; i++) {
    if (!kept(i)) continue;
    sums.sumw += weights[i];
    sums.sumw2 += weights[i] ** 2;
    sums.entries++;
    if (weights[i] < 0) sums.negative++;
  }
  return sums;
};
