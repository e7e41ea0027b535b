import { add, indicator, mul } from '../graph/ops/arithmetic.js';
import { gelu, relu, silu, tanh } from '../graph/ops/functions.js';
import { linear } from '../graph/ops/linear.js';
import { constantInit, uniformInit, type ParameterSpec } from '../graph/parameters.js';
import { dim } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';

export type Activation = 'relu' | 'silu' | 'gelu' | 'tanh';

export const ACTIVATIONS: Readonly<Record<Activation, (x: Tensor) => Tensor>> = { relu, silu, gelu, tanh };

export interface MlpSpec {
  /** Starts every parameter's name. */
  readonly name: string;
  /** Rows of each input; inputs are fed side by side, without being joined. */
  readonly inputs: readonly number[];
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly activation: Activation;
  /** Adds each hidden layer's input to its output where both have the same width. */
  readonly residual?: boolean;
  /** Share of hidden units that are silent in a training step. */
  readonly dropout?: number;
  /** The last layer starts at zero, so that the untrained network returns zeros. */
  readonly silent?: boolean;
}

export interface MlpUse {
  /** Factor on each input: units are folded into the first product instead of scaling the data. */
  readonly units?: readonly number[];
  /** Uniform numbers `[rows, batch]` for dropout; absent: no dropout. */
  readonly random?: ((name: string, rows: number) => Tensor) | undefined;
}

export interface Mlp {
  readonly parameters: readonly ParameterSpec[];
  /** Inputs `[rows, batch]` to outputs `[outputs, batch]`. */
  apply(inputs: readonly Tensor[], parameters: Readonly<Record<string, Tensor>>, use?: MlpUse): Tensor;
}

/**
 * A multilayer perceptron with the batch last. Weights of the first layer are stored `[in, out]`, which halves the cost
 * of their gradient; the others `[out, in]`. Starting values are uniform in ±1/√inputs.
 *
 * @example mlp({ name: 'score', inputs: [4], hidden: [64, 64], outputs: 1, activation: 'relu' }).apply([x], p)
 */
export function mlp(spec: MlpSpec): Mlp {
  const { name, inputs, hidden, outputs, activation } = spec;
  const fed = inputs.reduce((a, b) => a + b, 0);
  const widths = [...hidden, outputs];
  const weights = (layer: number): string => `${name}/weights ${layer}`;
  const bias = (layer: number): string => `${name}/bias ${layer}`;
  const parameters: ParameterSpec[] = [];
  widths.forEach((width, layer) => {
    const from = layer === 0 ? fed : widths[layer - 1];
    const quiet = spec.silent === true && layer === widths.length - 1;
    const init = quiet ? constantInit(0) : uniformInit(from);
    if (layer > 0) parameters.push({ name: weights(layer), shape: [width, from], init });
    else inputs.forEach((n, i) => n > 0 && parameters.push({ name: `${weights(0)}.${i}`, shape: [n, width], init }));
    parameters.push({ name: bias(layer), shape: [width, 1], init });
  });

  const apply: Mlp['apply'] = (values, p, use = {}) => {
    let x = p[bias(0)];
    values.forEach((value, i) => {
      // The sum so far takes the bias' place: one Gemm an input.
      if (inputs[i] > 0)
        x = linear(value, p[`${weights(0)}.${i}`], x, { transposed: true, alpha: use.units?.[i] ?? 1 });
    });
    const named = (t: Tensor): Tensor => ({ ...t, shape: [dim('unit', t.shape[0].size), t.shape[1]] });
    let before: Tensor | undefined;
    for (let layer = 1; layer < widths.length; layer++) {
      let y = ACTIVATIONS[activation](named(x));
      if (spec.residual && before && widths[layer - 1] === widths[layer - 2]) y = add(y, before);
      if (spec.dropout && use.random)
        y = dropout(y, spec.dropout, use.random(`${name}/dropout ${layer}`, widths[layer - 1]));
      before = y;
      x = linear(y, p[weights(layer)], p[bias(layer)]);
    }
    return x;
  };
  return { parameters, apply };
}

/** Silences a share of the units and makes up for it in the others. */
function dropout(x: Tensor, share: number, uniform: Tensor): Tensor {
  const kept = { ...indicator('GreaterOrEqual', uniform, share), shape: x.shape };
  return mul(mul(x, kept), 1 / (1 - share));
}
