import { reshape } from '../graph/ops/reshape.js';
import { dim, type Dim } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { bend, bendSize } from './bend.js';
import type { FlowSpec } from './flow-spec.js';
import type { Part } from './log-derivative.js';
import { mlp } from './mlp.js';
import { perPoint } from './spline-transform.js';
import { moved, type Transform } from './transform.js';

/** The features of a part as rows, `[features, batch]`. */
export function asRows(part: Part, batch: Dim): Tensor {
  const rows = [dim('feature', part.features), batch];
  return reshape(part.values, rows);
}

/**
 * One half of the features bent by splines whose numbers a network computes from the other half and the context. Halves
 * take turns; they are separate tensors throughout, so nothing is cut or joined between transforms.
 */
export function couplingTransform(name: string, spec: FlowSpec, index: number, sizes: readonly number[]): Transform {
  const from = index % 2;
  const to = 1 - from;
  const size = bendSize(spec);
  const { hidden, activation, context: given } = spec;
  const network = mlp({
    name,
    inputs: [sizes[from], given],
    hidden,
    outputs: size * sizes[to],
    activation,
    silent: true,
  });
  const unit = 2 * spec.bound;
  return {
    name,
    parameters: network.parameters,
    apply(parts, context, p, direction) {
      const batch = batchOf(parts[from], sizes[from]);
      const inputs = [
        asRows(parts[from], batch),
        ...(context ? [{ ...context, shape: [context.shape[0], batch] }] : []),
      ];
      const raw = network.apply(inputs, p, { units: [unit, 1] });
      const target = parts[to];
      const bent = moved(target, bend(target.values, perPoint(raw, size, target.values), spec, direction));
      return parts.map((part, i) => (i === to ? bent : part));
    },
  };
}

/** The batch dimension of a part of n features. */
export function batchOf(part: Part, n: number): Dim {
  const { size } = part.values.shape[2];
  return dim('batch', typeof size === 'number' ? size / n : { times: size.times / n, of: size.of });
}
