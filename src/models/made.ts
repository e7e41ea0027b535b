import type { Permutation } from './permutation.js';

/** 0/1 masks for the weights of a network whose output for a feature sees only the features before it. */
export interface Masks {
  /** For the weights from the features: `[hidden₁ × features]`, row-major. */
  readonly input: Float32Array;
  /** Between hidden layers: `[hiddenᵢ₊₁ × hiddenᵢ]`. */
  readonly hidden: readonly Float32Array[];
  /** For the last layer: `[features × hidden_last]`; every number of a feature has its row. */
  readonly output: Float32Array;
}

/**
 * Masks of the masked autoencoder for density estimation (Germain et al. 2015, arXiv:1502.03509, section 4).
 * Degrees are dealt in turn instead of at random, so that no order depends on luck. Hidden units of degree 0 see the
 * context alone; they exist only where there is one, or where one feature leaves nothing else.
 *
 * @param order `order[i]` is the feature at position i; a feature sees those at earlier positions
 * @param context whether a context is fed to the first layer (unmasked)
 */
export function made(order: Permutation, hidden: readonly number[], context: boolean): Masks {
  const n = order.length;
  const rank = new Array<number>(n);
  order.forEach((feature, position) => (rank[feature] = position + 1));
  const lowest = context || n === 1 ? 0 : 1;
  const degrees = hidden.map((width) => Array.from({ length: width }, (_, i) => lowest + (i % (n - lowest))));
  const mask = (to: readonly number[], from: readonly number[], sees: (to: number, from: number) => boolean) =>
    Float32Array.from(to.flatMap((t) => from.map((f) => (sees(t, f) ? 1 : 0))));
  const reaches = (to: number, from: number) => from <= to;
  return {
    input: mask(degrees[0], rank, reaches),
    hidden: degrees.slice(1).map((to, i) => mask(to, degrees[i], reaches)),
    output: mask(rank, degrees[degrees.length - 1], (to, from) => from < to),
  };
}
