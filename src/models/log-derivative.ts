import { add, mul } from '../graph/ops/arithmetic.js';
import { graphOf } from '../graph/ops/broadcast.js';
import { log, square } from '../graph/ops/functions.js';
import { matmul } from '../graph/ops/linear.js';
import { sum } from '../graph/ops/reduce.js';
import { reshape } from '../graph/ops/reshape.js';
import { dim } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { Dim } from '../graph/shape.js';

/**
 * Some features of all events, `[one 1, one 1, point n·N]` (feature by feature), with the derivatives that transforms
 * contributed to them so far: ln|∂z/∂x| is the sum of the logarithms of the factors.
 */
export interface Part {
  readonly features: number;
  readonly values: Tensor;
  readonly factors: readonly Tensor[];
}

// Each factor lies between about 1e-6 and 1e6: four of them stay far inside single precision.
const TOGETHER = 4;

/** Logarithm of the product of factors, a few at a time: one Log for four transforms. */
function logOf(factors: readonly Tensor[]): Tensor | undefined {
  let out: Tensor | undefined;
  for (let i = 0; i < factors.length; i += TOGETHER) {
    const part = log(factors.slice(i, i + TOGETHER).reduce((a, b) => mul(a, b)));
    out = out ? add(out, part) : part;
  }
  return out;
}

/** `[1, 1, n·N]` summed over the features of each event: `[one 1, batch N]`. */
function perEvent(t: Tensor, features: number, batch: Dim): Tensor {
  const matrix = reshape(t, [dim('feature', features), batch]);
  if (features === 1) return { ...matrix, shape: [dim('one', 1), batch] };
  // A product with a row of ones: reductions over a leading axis are slow.
  const ones = t.graph.constant(
    new Array<number>(features).fill(1),
    [dim('one', 1), dim('feature', features)],
    t.dtype,
  );
  return matmul(ones, matrix);
}

const total = (parts: readonly Tensor[]): Tensor => parts.reduce((a, b) => add(a, b));

/** Σ ln|∂z/∂x| of every event, `[one 1, batch N]`: differentiable only through {@link negativeLogLikelihood}. */
export function logDerivative(parts: readonly Part[], batch: Dim): Tensor {
  const g = graphOf(...parts.map((p) => p.values));
  return g.unrecorded(() => {
    const logs = parts.flatMap(({ factors, features }) => {
      const value = logOf(factors);
      return value ? [perEvent(value, features, batch)] : [];
    });
    return logs.length > 0 ? total(logs) : mul(perEvent(parts[0].values, parts[0].features, batch), 0);
  });
}

/** ln of the standard normal density of the values times `unit`, plus the log-derivatives: `[one 1, batch N]`. */
export function logDensity(parts: readonly Part[], unit: number, batch: Dim): Tensor {
  const g = graphOf(...parts.map((p) => p.values));
  const features = parts.reduce((n, p) => n + p.features, 0);
  return g.unrecorded(() => {
    const squares = total(parts.map((p) => perEvent(square(p.values), p.features, batch)));
    const normal = add(mul(squares, -0.5 * unit * unit), -0.5 * features * Math.log(2 * Math.PI));
    return add(normal, logDerivative(parts, batch));
  });
}

/**
 * The weighted mean of −{@link logDensity} as one operation, a scalar. It hands every factor the gradient with respect
 * to its logarithm, −wᵢ/size: without weights a single number, so that no transform divides by its own derivative.
 *
 * @param weight `[weight 1, batch size]`, or absent
 */
export function negativeLogLikelihood(
  parts: readonly Part[],
  unit: number,
  size: number,
  weight: Tensor | undefined,
): Tensor {
  const values = parts.map((p) => p.values);
  const factors = parts.flatMap((p) => p.factors);
  const features = parts.reduce((n, p) => n + p.features, 0);
  const batch = dim('batch', size);
  const g = graphOf(...values, ...factors);
  /** The event's weight at each of its features. */
  const spread = (n: number, w: Tensor): Tensor => {
    const column = g.constant(new Array<number>(n).fill(1), [dim('feature', n), dim('one', 1)], w.dtype);
    const tiled = n === 1 ? w : matmul(column, { ...w, shape: [dim('one', 1), batch] });
    return reshape(tiled, [dim('one', 1), dim('one', 1), dim('point', n * size)]);
  };
  return g.operation(
    'negative log-likelihood',
    [...values, ...factors],
    () => {
      const constant = 0.5 * features * Math.log(2 * Math.PI);
      if (weight) {
        const density = logDensity(parts, unit, batch);
        return [mul(sum(mul(density, { ...weight, shape: [dim('one', 1), batch] })), -1 / size)];
      }
      const all = (t: Tensor, op: string): Tensor => {
        const axes = g.constant([0, 1, 2], [dim('axis', 3)], 'int64');
        // ReduceSumSquare takes its axes as an attribute in this operator set.
        return op === 'ReduceSum'
          ? g.raw(op, [t, axes], [], { keepdims: 0 }, t.dtype)
          : g.raw(op, [t], [], { axes: [0, 1, 2], keepdims: 0 }, t.dtype);
      };
      const squares = total(values.map((v) => all(v, 'ReduceSumSquare')));
      const logs = parts.flatMap((p) => {
        const value = logOf(p.factors);
        return value ? [all(value, 'ReduceSum')] : [];
      });
      const sumSquares = mul(squares, (0.5 * unit * unit) / size);
      return [add(logs.length > 0 ? add(sumSquares, mul(total(logs), -1 / size)) : sumSquares, constant)];
    },
    ([gradient]) => {
      if (!gradient) return [];
      const toValues = mul(gradient, (unit * unit) / size);
      const toLogs = mul(gradient, -1 / size);
      const weights = new Map(parts.map((p) => [p.features, weight && spread(p.features, weight)]));
      const weighted = (t: Tensor, p: Part): Tensor => {
        const w = weights.get(p.features);
        return w ? mul(w, t) : t;
      };
      return [
        ...parts.map((p) => mul(p.values, weighted(toValues, p))),
        ...parts.flatMap((p) => p.factors.map(() => weighted(toLogs, p))),
      ];
    },
  )[0];
}
