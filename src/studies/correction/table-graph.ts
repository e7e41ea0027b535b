import { add, sub } from '../../graph/ops/arithmetic.js';
import { log, relu } from '../../graph/ops/functions.js';
import { matmul } from '../../graph/ops/linear.js';
import { dim } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import type { MapBuilder } from '../../models/transport-onnx.js';
import type { MonotoneTable } from './quantile-map.js';

const SLOPE_FLOOR = 1e-12;

/** Slopes of a table's pieces, with the constant shift beyond its ends: slope 1. */
function slopesOf({ x, y }: MonotoneTable): Float64Array {
  const inner = Array.from({ length: x.length - 1 }, (_, i) => (y[i + 1] - y[i]) / (x[i + 1] - x[i]));
  return Float64Array.from([1, ...inner, 1]);
}

const changesOf = (slopes: Float64Array): Float64Array =>
  Float64Array.from({ length: slopes.length - 1 }, (_, i) => slopes[i + 1] - slopes[i]);

/**
 * A monotone table inside a graph: y₀ + (x − x₀) + Σₖ Δslopeₖ · max(x − xₖ, 0), which is its piecewise-linear function
 * exactly. In double precision, for the sum cancels.
 *
 * @param t `[variable 1, batch]`
 */
export function tableGraph(t: Tensor, table: MonotoneTable): Tensor {
  const { graph } = t;
  const knots = graph.constant(table.x, [dim('knot', table.x.length), dim('one', 1)], t.dtype);
  const changes = graph.constant(changesOf(slopesOf(table)), [dim('one', 1), dim('knot', table.x.length)], t.dtype);
  const beyond = matmul(changes, relu(sub(t, knots)));
  return { ...add(add(t, table.y[0] - table.x[0]), beyond), shape: t.shape };
}

/** The table as a map with its log-derivative. */
export function tableMapBuilder(table: MonotoneTable): MapBuilder {
  return (bent) => {
    const { graph } = bent;
    const slopes = slopesOf(table);
    const knots = graph.constant(table.x, [dim('knot', table.x.length), dim('one', 1)], bent.dtype);
    const changes = graph.constant(changesOf(slopes), [dim('one', 1), dim('knot', table.x.length)], bent.dtype);
    const passed = graph.raw('GreaterOrEqual', [bent, knots], [knots.shape[0], bent.shape[1]], {}, 'bool');
    const steps = graph.raw('Cast', [passed], passed.shape, { to: 11 }, bent.dtype);
    const slope = add(matmul(changes, steps), 1);
    const floored = graph.raw('Max', [slope, graph.constant(SLOPE_FLOOR, [], bent.dtype)], slope.shape, {}, bent.dtype);
    return {
      moved: tableGraph(bent, table),
      logDerivative: { ...log(floored), shape: [dim('one', 1), bent.shape[1]] },
    };
  };
}
