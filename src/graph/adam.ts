import { div, mul, sub, add, minimum } from './ops/arithmetic.js';
import { sqrt } from './ops/functions.js';
import type { Tensor } from './tensor.js';

export const BETA1 = 0.9;
export const BETA2 = 0.999;
const EPSILON = 1e-8;

/** Parameters with their two running moments, in Adam's scaled form: m/(1 − β₁) and v/(1 − β₂). */
export interface AdamState {
  readonly parameters: Tensor;
  readonly first: Tensor;
  readonly second: Tensor;
}

/** What changes from step to step: the rate with both bias corrections, the matching epsilon, the weight decay. */
export interface StepRates {
  readonly rate: number;
  readonly epsilon: number;
  readonly decay: number;
}

/**
 * The constants of step `t` (counted from 1) of AdamW (Loshchilov & Hutter, arXiv:1711.05101, algorithm 2), folded so that
 * the graph needs ten nodes.
 */
export function stepRates(learningRate: number, weightDecay: number, t: number): StepRates {
  const correction = Math.sqrt(1 - BETA2 ** t);
  return {
    rate: (learningRate * correction * (1 - BETA1)) / ((1 - BETA1 ** t) * Math.sqrt(1 - BETA2)),
    epsilon: (EPSILON * correction) / Math.sqrt(1 - BETA2),
    decay: learningRate * weightDecay,
  };
}

/** The gradient shortened to at most this Euclidean norm, and the norm that it had. */
export function clipNorm(gradient: Tensor, most: number | undefined): { gradient: Tensor; norm: Tensor } {
  const g = gradient.graph;
  const squared = g.raw('ReduceSumSquare', [gradient], [], { axes: [0], keepdims: 0 }, gradient.dtype);
  const norm = sqrt(squared);
  if (most === undefined) return { gradient, norm };
  return { gradient: mul(gradient, minimum(div(most, add(norm, 1e-12)), 1)), norm };
}

/** One step; `rates` are scalar tensors. */
export function adamStep(
  state: AdamState,
  gradient: Tensor,
  rates: { readonly rate: Tensor; readonly epsilon: Tensor; readonly decay?: Tensor },
): AdamState {
  const first = add(mul(state.first, BETA1), gradient);
  const second = add(mul(state.second, BETA2), mul(gradient, gradient));
  const step = mul(div(first, add(sqrt(second), rates.epsilon)), rates.rate);
  const kept = rates.decay ? mul(state.parameters, sub(1, rates.decay)) : state.parameters;
  return { parameters: sub(kept, step), first, second };
}
