import { mul } from '../graph/ops/arithmetic.js';
import { linear } from '../graph/ops/linear.js';
import { constantInit, uniformInit, type ParameterSpec } from '../graph/parameters.js';
import type { Tensor } from '../graph/tensor.js';
import { made } from './made.js';
import { ACTIVATIONS, type Activation, type Mlp } from './mlp.js';
import type { Permutation } from './permutation.js';

export interface MaskedMlpSpec {
  readonly name: string;
  /** The feature at each position; a feature's outputs see the features at earlier positions. */
  readonly order: Permutation;
  readonly context: number;
  readonly hidden: readonly number[];
  /** Numbers per feature; output row s·features + f is number s of feature f. */
  readonly outputs: number;
  readonly activation: Activation;
}

/**
 * The autoregressive network of MADE (arXiv:1502.03509): inputs are the features `[features, batch]` and, if there is
 * one, the context. It starts silent.
 */
export function maskedMlp(spec: MaskedMlpSpec): Mlp {
  const { name, order, context, hidden, outputs, activation } = spec;
  const n = order.length;
  const masks = made(order, hidden, context > 0);
  const weights = (layer: number): string => `${name}/weights ${layer}`;
  const bias = (layer: number): string => `${name}/bias ${layer}`;
  const widths = [n, ...hidden, n * outputs];
  const outMask = new Float32Array(n * outputs * hidden[hidden.length - 1]);
  for (let s = 0; s < outputs; s++) outMask.set(masks.output, s * masks.output.length);
  const layers = [masks.input, ...masks.hidden, outMask];
  const parameters: ParameterSpec[] = layers.flatMap((_, i): ParameterSpec[] => {
    const last = i === layers.length - 1;
    const from = widths[i] + (i === 0 ? context : 0);
    const init = last ? constantInit(0) : uniformInit(from);
    return [
      { name: weights(i), shape: [widths[i + 1], widths[i]], init },
      { name: bias(i), shape: [widths[i + 1], 1], init },
      ...(i === 0 && context > 0
        ? [{ name: `${name}/context`, shape: [context, widths[1]], init } satisfies ParameterSpec]
        : []),
    ];
  });

  const apply: Mlp['apply'] = ([features, given], p, use = {}) => {
    const masked = (i: number): Tensor => {
      const w = p[weights(i)];
      return mul(w, w.graph.constant(layers[i], w.shape, w.dtype));
    };
    const first =
      given && context > 0 ? linear(given, p[`${name}/context`], p[bias(0)], { transposed: true }) : p[bias(0)];
    let x = linear(features, masked(0), first, { alpha: use.units?.[0] ?? 1 });
    for (let i = 1; i < layers.length; i++) x = linear(ACTIVATIONS[activation](x), masked(i), p[bias(i)]);
    return x;
  };
  return { parameters, apply };
}
