import { Graph } from '../graph/graph.js';
import { add, mul, sub } from '../graph/ops/arithmetic.js';
import { matmul } from '../graph/ops/linear.js';
import { concat, reshape, split } from '../graph/ops/reshape.js';
import { cast, where } from '../graph/ops/select.js';
import { dim, type Dim } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { COLUMN_GRAPHS } from './column-graph.js';
import type { ColumnTransform } from './column-transform.js';
import type { FlowModel } from './flow.js';
import { flowGraph } from './flow-graph.js';
import { logDerivative } from './log-derivative.js';
import { placed, pointsOf, rename, standardised, turn } from './onnx-columns.js';
import { composed } from './transport-graph.js';

export interface TransportColumns {
  /** One per variable; default `none`. */
  readonly features?: readonly ColumnTransform[];
  /** One per conditioning column; default `none`. */
  readonly context?: readonly ColumnTransform[];
}

/** What a map makes of columns on their transformed scale, all `[variables, batch]` in double precision. */
export interface ColumnMap {
  readonly moved: Tensor;
  /** ln |∂ moved / ∂ bent|, `[1, batch]`. */
  readonly logDerivative: Tensor;
  /** More outputs on the same scale, such as the ends of a band. */
  readonly others?: Readonly<Record<string, Tensor>>;
}

/** A map inside a graph: bent columns `[variables, batch]` and context `[context, batch]` to moved columns. */
export type MapBuilder = (bent: Tensor, context: Tensor | undefined, batch: Dim) => ColumnMap;

/**
 * A map of columns as one self-contained ONNX graph: `input [batch, variables + context]` to `output [batch, variables]`,
 * `log_derivative [batch, 1]` and what else the map gives, all float32 in the columns' own units. Column transforms run
 * inside, in double precision, so columns far from zero lose nothing. A row whose values the transforms cannot take (a
 * logarithm of zero, NaN) leaves as it came, with log-derivative 0.
 */
export function columnMapOnnx(
  sizes: { readonly variables: number; readonly context: number },
  columns: TransportColumns,
  metadata: Readonly<Record<string, string>>,
  map: MapBuilder,
): Uint8Array {
  const graph = new Graph({ dtype: 'float32' });
  const { variables: k, context: c } = sizes;
  const batch = dim('batch', 'batch');
  const input = graph.input('input', [batch, dim('column', k + c)]);
  graph.unrecorded(() => {
    const wide = cast(turn(input, [dim('column', k + c), batch]), 'float64');
    const [raw, given] = c > 0 ? split(wide, 'column', [k, c]) : [wide, undefined];
    const bent = bend(raw, columns.features ?? [], 'forward');
    const bentContext = given && bend(given, columns.context ?? [], 'forward');
    const usable = finite(bentContext ? concat([bent, bentContext], 'column') : bent, batch);
    const safe = where(usable, bent, 0);
    const { moved, logDerivative: logs, others = {} } = map(safe, bentContext && where(usable, bentContext, 0), batch);
    const put = (name: string, scaled: Tensor): void => {
      const corrected = cast(where(usable, bend(scaled, columns.features ?? [], 'inverse'), raw), 'float32');
      graph.output(name, turn(corrected, [batch, dim('variable', k)]));
    };
    put('output', moved);
    const slopes = (t: Tensor): Tensor | undefined => logSlopes(t, columns.features ?? [], batch);
    const before = slopes(safe);
    const after = slopes(moved);
    const total = before && after ? add(logs, sub(before, after)) : logs;
    graph.output('log_derivative', turn(cast(where(usable, total, 0), 'float32'), [batch, dim('one', 1)]));
    for (const [name, scaled] of Object.entries(others)) put(name, scaled);
  });
  return graph.compile({ metadata });
}

/** The composite T_to⁻¹ ∘ T_from on the transformed scale; standardisation in double precision, the flows in single. */
export function transportMap(from: FlowModel, to: FlowModel): MapBuilder {
  return (bent, context, batch) => {
    const { graph } = bent;
    const unit = 2 * from.spec.bound;
    const scaled = cast(standardised(bent, from.standardisation.features, unit), 'float32');
    const values = pointsOf(scaled, flowGraph(from.spec).parts, batch);
    const side = (model: FlowModel) => ({
      spec: model.spec,
      parameters: graph.constant(model.parameters, [dim('parameter', model.parameters.length)], 'float32'),
      context:
        context &&
        rename(cast(standardised(context, model.standardisation.context, 1), 'float32'), [
          dim('context', model.spec.context),
          batch,
        ]),
    });
    const { parts: out, factors } = composed(values, side(from), side(to), batch);
    const rows = concat(
      out.map((p) => rename(reshape(p.values, [dim('column', p.features), batch]), [dim('column', p.features), batch])),
      'column',
    );
    const moved = placed(cast(rows, 'float64'), to.standardisation.features, 2 * to.spec.bound);
    const logs = add(cast(logDerivative(factors, batch), 'float64'), scaleChange(from, to));
    return { moved, logDerivative: logs };
  };
}

/** The map of two flows as one ONNX graph: see {@link columnMapOnnx}. */
export const transportOnnx = (
  from: FlowModel,
  to: FlowModel,
  columns: TransportColumns,
  metadata: Readonly<Record<string, string>>,
): Uint8Array =>
  columnMapOnnx(
    { variables: from.spec.features, context: from.spec.context },
    columns,
    metadata,
    transportMap(from, to),
  );

const scaleChange = (from: FlowModel, to: FlowModel): number =>
  to.standardisation.features.scale.reduce(
    (sum, s, i) => sum + Math.log(s / from.standardisation.features.scale[i]),
    0,
  );

function eachColumn(t: Tensor): Tensor[] {
  const n = t.shape[0].size as number;
  return split(t, 'column', new Array<number>(n).fill(1));
}

function bend(t: Tensor, transforms: readonly ColumnTransform[], direction: 'forward' | 'inverse'): Tensor {
  if (transforms.every((name) => name === 'none')) return t;
  const n = t.shape[0].size as number;
  if (n === 1) return COLUMN_GRAPHS[transforms[0]][direction](t);
  return concat(
    eachColumn(t).map((x, i) => COLUMN_GRAPHS[transforms[i] ?? 'none'][direction](x)),
    'column',
  );
}

/** Σ ln|dy/dx| of the column transforms at the transformed values; absent where all are the identity. */
function logSlopes(t: Tensor, transforms: readonly ColumnTransform[], batch: Dim): Tensor | undefined {
  const logs = eachColumn(t).flatMap((y, i) => {
    const slope = COLUMN_GRAPHS[transforms[i] ?? 'none'].logSlope;
    return slope ? [rename(slope(y), [dim('one', 1), batch])] : [];
  });
  return logs.length > 0 ? logs.reduce((a, b) => add(a, b)) : undefined;
}

/** Whether every column of a row is a finite number, `[1, batch]`: 0·x is not 0 for NaN and infinities. */
function finite(t: Tensor, batch: Dim): Tensor {
  const n = t.shape[0].size as number;
  const ones = t.graph.constant(new Array<number>(n).fill(1), [dim('one', 1), dim('column', n)], t.dtype);
  const zero = n === 1 ? mul(t, 0) : matmul(ones, mul(t, 0));
  return rename(indicatorBool(zero), [dim('one', 1), batch]);
}

const indicatorBool = (zero: Tensor): Tensor =>
  zero.graph.raw('Equal', [zero, zero.graph.constant(0, [], zero.dtype)], zero.shape, {}, 'bool');
