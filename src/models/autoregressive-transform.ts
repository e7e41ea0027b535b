import { mul } from '../graph/ops/arithmetic.js';
import { tanh } from '../graph/ops/functions.js';
import { reshape, split } from '../graph/ops/reshape.js';
import { dim } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { affine, SCALE_LIMIT } from './affine.js';
import { asRows, batchOf } from './coupling-transform.js';
import type { FlowSpec } from './flow-spec.js';
import { maskedMlp } from './masked-mlp.js';
import { identityPermutation, reversal } from './permutation.js';
import { spline, splineSize, type Direction } from './rqs-spline.js';
import { perPoint } from './spline-transform.js';
import { moved, type Transform } from './transform.js';

/**
 * Each feature bent by a spline, or scaled and shifted, by numbers computed from the features before it and the context.
 * The order is reversed from one transform to the next. Forward is one pass; the inverse needs as many passes as there
 * are features, each of which settles one more of them.
 */
export function autoregressiveTransform(name: string, spec: FlowSpec, index: number): Transform {
  const { features: n, context: given, hidden, activation, bound } = spec;
  const size = spec.kind === 'affine' ? 2 : splineSize(spec);
  const order = index % 2 === 0 ? identityPermutation(n) : reversal(n);
  const network = maskedMlp({ name, order, context: given, hidden, outputs: size, activation });
  const unit = 2 * bound;
  const bend = (x: Tensor, raw: Tensor, direction: Direction): [Tensor, Tensor] => {
    const numbers = perPoint(raw, size, x);
    if (spec.kind !== 'affine') return spline(x, numbers, spec, direction);
    const [s, m] = split(numbers, 'parameter', [1, 1]);
    const point = (t: Tensor): Tensor => reshape(t, [dim('one', 1), dim('one', 1), x.shape[2]]);
    const logScale = mul(tanh(mul(point(s), 1 / SCALE_LIMIT)), SCALE_LIMIT);
    return affine(x, logScale, mul(point(m), 1 / unit), direction);
  };
  return {
    name,
    parameters: network.parameters,
    apply([part], context, p, direction) {
      const batch = batchOf(part, n);
      const numbers = (values: Tensor): Tensor => {
        const rows = asRows({ ...part, values }, batch);
        const inputs = context ? [rows, { ...context, shape: [context.shape[0], batch] }] : [rows];
        return network.apply(inputs, p, { units: [unit] });
      };
      if (direction === 'forward') return [moved(part, bend(part.values, numbers(part.values), 'forward'))];
      let guess: [Tensor, Tensor] = [part.values, part.values];
      for (let pass = 0; pass < n; pass++) guess = bend(part.values, numbers(guess[0]), 'inverse');
      return [moved(part, guess)];
    },
  };
}
