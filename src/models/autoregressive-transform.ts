import type { Tensor } from '../graph/tensor.js';
import { bend, bendSize, type Bent } from './bend.js';
import { asRows, batchOf } from './coupling-transform.js';
import type { FlowSpec } from './flow-spec.js';
import { maskedMlp } from './masked-mlp.js';
import { identityPermutation, reversal } from './permutation.js';
import type { Direction } from './rqs-spline.js';
import { perPoint } from './spline-transform.js';
import { moved, type Transform } from './transform.js';

/**
 * Each feature bent by a spline, or scaled and shifted, by numbers computed from the features before it and the context.
 * The order is reversed from one transform to the next. Forward is one pass; the inverse needs as many passes as there
 * are features, each of which settles one more of them.
 */
export function autoregressiveTransform(name: string, spec: FlowSpec, index: number): Transform {
  const { features: n, context: given, hidden, activation, bound } = spec;
  const size = bendSize(spec);
  const order = index % 2 === 0 ? identityPermutation(n) : reversal(n);
  const network = maskedMlp({ name, order, context: given, hidden, outputs: size, activation });
  const unit = 2 * bound;
  const bent = (x: Tensor, raw: Tensor, direction: Direction): Bent => bend(x, perPoint(raw, size, x), spec, direction);
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
      if (direction === 'forward') return [moved(part, bent(part.values, numbers(part.values), 'forward'))];
      let guess: Bent = { values: part.values, factors: [] };
      for (let pass = 0; pass < n; pass++) guess = bent(part.values, numbers(guess.values), 'inverse');
      return [moved(part, guess)];
    },
  };
}
