import { userError } from '../base/error.js';
import { argsort } from './argsort.js';
import { checkSample } from './check.js';
import { normalSurvival } from './special/erf.js';

export interface KendallResult {
  /** τ_b, from −1 to 1; NaN where a variable is constant. */
  readonly tau: number;
  /** S over its standard deviation if the two variables are independent. */
  readonly z: number;
  /** Two-sided, of the normal limit. */
  readonly pValue: number;
  readonly entries: number;
}

/**
 * Kendall's rank correlation of two variables, S = Σ_{i<j} w_i w_j sgn(x_i − x_j) sgn(y_i − y_j), in n log n steps, with
 * ties and with weights of either sign. τ_b = S/√(P_x P_y), where P_x is the part of Σ_{i<j} w_i w_j not tied in x.
 *
 * z = S/σ, with σ² the exact variance over all permutations of y against (x, w) (Daniels, Biometrika 33 (1944) 129). Without
 * weights and ties it is 2(2n + 5)/(9n(n − 1)) of τ; with ties, Kendall's formula. It holds for weights that
 * depend on x or on nothing, such as sWeights whose fit variable is x: not for those that depend on y.
 *
 * @param x of any length above 2, NaN refused
 * @throws userError `stats.*` for columns of unequal length, NaN, infinite weights, Σw ≤ 0
 * @example kendall(mass, momentum).z // about N(0, 1) if they are independent
 */
export function kendall(x: Float64Array, y: Float64Array, weights?: Float64Array): KendallResult {
  if (x.length !== y.length)
    throw userError({
      code: 'stats.length',
      message: 'rank correlation: the two columns differ in length',
      got: String(y.length),
      expected: String(x.length),
    });
  checkSample('rank correlation', { values: x, weights });
  checkSample('rank correlation', { values: y, weights });
  const n = x.length;
  const a = rank(x);
  const b = rank(y);
  const w = weights ?? new Float64Array(n).fill(1);
  const rows = rowSums(a, w, w);
  // Permutations move y without weights: its own scores are those of unit weights.
  const columns = rowSums(b, new Float64Array(n).fill(1));
  const s = score(a, b, w);
  const tau = s / Math.sqrt(pairs(a, w) * pairs(b, w));
  const variance = n > 2 ? permutationVariance(n, rows, columns) : NaN;
  const z = variance > 0 ? s / Math.sqrt(variance) : NaN;
  return { tau, z, pValue: Number.isNaN(z) ? 1 : 2 * normalSurvival(Math.abs(z)), entries: n };
}

interface Ranks {
  readonly order: Uint32Array;
  /** 1, 2, …: one rank for equal values. */
  readonly of: Uint32Array;
  readonly count: number;
}

function rank(values: Float64Array): Ranks {
  const order = argsort(values);
  const of = new Uint32Array(values.length);
  let count = 0;
  order.forEach((row, k) => {
    if (k === 0 || values[row] !== values[order[k - 1]]) count++;
    of[row] = count;
  });
  return { order, of, count };
}

/** Σ of `w` over each rank. */
function byRank({ of, count }: Ranks, w: Float64Array): Float64Array {
  const sums = new Float64Array(count + 1);
  for (let i = 0; i < w.length; i++) sums[of[i]] += w[i];
  return sums;
}

/** Σ_{i<j} w_i w_j over pairs that are not tied. */
function pairs(ranks: Ranks, w: Float64Array): number {
  const sum = w.reduce((t, v) => t + v, 0);
  return 0.5 * (sum * sum - byRank(ranks, w).reduce((t, v) => t + v * v, 0));
}

interface RowSums {
  /** Σ_i (Σ_j A_ij)² of A_ij = v_i w_j sgn(x_i − x_j). */
  readonly squares: number;
  /** Σ_ij A_ij². */
  readonly elements: number;
}

function rowSums(ranks: Ranks, w: Float64Array, v?: Float64Array): RowSums {
  const sums = byRank(ranks, w);
  const total = sums.reduce((t, s) => t + s, 0);
  const difference = new Float64Array(sums.length);
  let below = 0;
  for (let r = 1; r < sums.length; r++) {
    difference[r] = below - (total - below - sums[r]);
    below += sums[r];
  }
  let squares = 0;
  for (let i = 0; i < w.length; i++) squares += ((v ? v[i] : 1) * difference[ranks.of[i]]) ** 2;
  const w2 = w.map((u) => u * u);
  return { squares, elements: 2 * pairs(ranks, w2) };
}

function permutationVariance(n: number, a: RowSums, b: RowSums): number {
  const triples = ((a.squares - a.elements) * (b.squares - b.elements)) / (n * (n - 1) * (n - 2));
  return triples + (a.elements * b.elements) / (2 * n * (n - 1));
}

/** S, by a Fenwick tree over the ranks of y that is filled in the order of x. */
function score(a: Ranks, b: Ranks, w: Float64Array): number {
  const tree = new Float64Array(b.count + 1);
  const upTo = (rankOfY: number): number => {
    let sum = 0;
    for (let k = rankOfY; k > 0; k -= k & -k) sum += tree[k];
    return sum;
  };
  let filled = 0;
  let s = 0;
  const { order } = a;
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && a.of[order[to]] === a.of[order[from]]) {
      const i = order[to++];
      const r = b.of[i];
      s += w[i] * (upTo(r - 1) - (filled - upTo(r)));
    }
    for (let k = from; k < to; k++) {
      const i = order[k];
      for (let r = b.of[i]; r <= b.count; r += r & -r) tree[r] += w[i];
      filled += w[i];
    }
    from = to;
  }
  return s;
}
