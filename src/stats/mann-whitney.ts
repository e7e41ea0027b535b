import { argsort } from './argsort.js';

/** Each group against all others together. */
export interface GroupTest {
  /** S = Σ over pairs of a member and another of sgn(x_member − x_other). */
  readonly s: number;
  /** τ_b of x and membership. */
  readonly tau: number;
  /** S over its standard deviation if membership does not depend on x; NaN where it cannot tell. */
  readonly z: number;
  readonly members: number;
}

/**
 * Mann and Whitney's rank-sum test of every group against the rest (Ann. Math. Statist. 18 (1947) 50), all in one sort. The numbers
 * are those of `kendall(x, membership)`, ties included: S = 2U − n₁n₀, Var(S) = n₁n₀ (n + 1 − Σ(t³ − t)/(n(n − 1)))/3.
 *
 * @param groups the group of every value, from 0 to `count` − 1
 * @example mannWhitney(mass, bins, 12)[3].z
 */
export function mannWhitney(x: Float64Array, groups: ArrayLike<number>, count: number): GroupTest[] {
  const n = x.length;
  const order = argsort(x);
  const members = new Float64Array(count);
  const ranks = new Float64Array(count);
  let [ties, untied] = [0, (n * (n - 1)) / 2];
  for (let from = 0; from < n;) {
    let to = from + 1;
    while (to < n && x[order[to]] === x[order[from]]) to++;
    const t = to - from;
    ties += t * (t * t - 1);
    untied -= (t * (t - 1)) / 2;
    const rank = (from + to + 1) / 2; // ranks count from 1; ties have their mean
    for (let k = from; k < to; k++) {
      const group = groups[order[k]];
      members[group]++;
      ranks[group] += rank;
    }
    from = to;
  }
  return Array.from(members, (inside, group): GroupTest => {
    const pairs = inside * (n - inside);
    const s = 2 * ranks[group] - inside * (inside + 1) - pairs;
    const variance = n > 1 ? (pairs * (n + 1 - ties / (n * (n - 1)))) / 3 : 0;
    return {
      s,
      tau: s / Math.sqrt(pairs * untied),
      z: variance > 0 ? s / Math.sqrt(variance) : NaN,
      members: inside,
    };
  });
}
