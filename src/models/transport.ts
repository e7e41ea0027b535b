import { userError } from '../base/error.js';
import { openSession } from '../graph/session.js';
import { checkColumns } from './check-columns.js';
import { columnTransform, type ColumnTransform } from './column-transform.js';
import type { EvaluateOptions } from './evaluate-flow.js';
import type { FlowModel } from './flow.js';
import { contextFeed, featureFeeds, featureTakes, parameterBlock } from './flow-columns.js';
import { manifestText, type Manifest } from './manifest.js';
import { runBlocks, type Columns } from './run-blocks.js';
import { transportGraph } from './transport-graph.js';
import { transportOnnx, type TransportColumns } from './transport-onnx.js';

export interface Transported {
  readonly features: Float64Array[];
  /** ln |∂ corrected / ∂ input| of every row, in the columns' own units. */
  readonly logDerivative: Float64Array;
  /** Rows that left as they came, because a transform cannot take their values. */
  readonly unchanged: number;
}

/** The map that carries one distribution into another: T_to⁻¹ ∘ T_from. */
export interface Transport {
  readonly from: FlowModel;
  readonly to: FlowModel;
  readonly columns: TransportColumns;
  apply(features: Columns, context?: Columns, options?: EvaluateOptions): Promise<Transported>;
  /** One ONNX graph with the batch left open; see {@link transportOnnx} for its inputs and outputs. */
  onnx(manifest: Manifest): Uint8Array;
}

/**
 * The monotone (for one variable) map that turns events of `from` into events of `to`: to noise by one flow, back to
 * data by the other, with the event's own conditioning columns in both.
 *
 * @param columns transforms under which the flows were trained; the map takes and gives untransformed columns
 * @throws userError `models.transport` where the two flows differ in their columns
 * @example await transport(simulation, data, { features: ['log10'] }).apply([ip], [pt])
 */
export function transport(from: FlowModel, to: FlowModel, columns: TransportColumns = {}): Transport {
  const { features, context } = from.spec;
  if (to.spec.features !== features || to.spec.context !== context) {
    throw userError({
      code: 'models.transport',
      message: 'the two flows describe different columns',
      got: `${features} given ${context} and ${to.spec.features} given ${to.spec.context}`,
      expected: 'the same variables and conditioning columns in both',
    });
  }
  const named = (names: readonly ColumnTransform[] | undefined, n: number): ColumnTransform[] =>
    Array.from({ length: n }, (_, i) => names?.[i] ?? 'none');
  const transforms = { features: named(columns.features, features), context: named(columns.context, context) };
  [...transforms.features, ...transforms.context].forEach(columnTransform);
  return {
    from,
    to,
    columns: transforms,
    apply: (x, given = [], options = {}) => apply(from, to, transforms, x, given, options),
    onnx: (manifest) => transportOnnx(from, to, transforms, { manifest: manifestText(manifest) }),
  };
}

async function apply(
  from: FlowModel,
  to: FlowModel,
  transforms: Required<TransportColumns>,
  features: Columns,
  context: Columns,
  options: EvaluateOptions,
): Promise<Transported> {
  const { threads = 1, precision = 'float32', sessions } = options;
  const rows = checkColumns('features', features, from.spec.features, undefined, false);
  checkColumns('context', context, from.spec.context, rows, false);
  const bent = features.map((x, i) => bend(x, transforms.features[i]));
  const given = context.map((x, i) => bend(x, transforms.context[i]));
  const usable = usableRows([...bent, ...given], rows);
  const whole = usable.length === rows;
  const pick = (column: ArrayLike<number>): ArrayLike<number> =>
    whole ? column : Float64Array.from(usable, (r) => column[r]);
  const x = bent.map(pick);
  const model = transportGraph(from.spec, to.spec, precision);
  const session = sessions ? await sessions.open(model, { threads }) : await openSession(model, { threads });
  let results: Float64Array[];
  try {
    const units = to.standardisation.features.scale.reduce(
      (sum, s, i) => sum + Math.log(s / from.standardisation.features.scale[i]),
      0,
    );
    const blocks = await runBlocks(
      session,
      usable.length,
      [
        ...featureFeeds(from, x, from.standardisation.features),
        ...contextFeed(from, given.map(pick), 'from context'),
        ...contextFeed(to, given.map(pick), 'to context'),
      ],
      [...featureTakes(to, to.standardisation.features), { name: 'logDerivative', location: [units], factor: [1] }],
      { 'from parameters': parameterBlock(from, precision), 'to parameters': parameterBlock(to, precision) },
      precision,
    );
    results = blocks.flat();
  } finally {
    if (!sessions) await session.close();
  }
  const logs = results.pop() ?? new Float64Array(0);
  results.forEach((y, i) => unbend(x[i], y, logs, transforms.features[i]));
  if (whole) return { features: results, logDerivative: logs, unchanged: 0 };
  const out = features.map((column) => Float64Array.from(column));
  const logDerivative = new Float64Array(rows);
  usable.forEach((r, i) => {
    results.forEach((y, c) => (out[c][r] = y[i]));
    logDerivative[r] = logs[i];
  });
  return { features: out, logDerivative, unchanged: rows - usable.length };
}

function bend(column: ArrayLike<number>, name: ColumnTransform): ArrayLike<number> {
  if (name === 'none') return column;
  const { forward } = columnTransform(name);
  const out = new Float64Array(column.length);
  for (let i = 0; i < out.length; i++) out[i] = forward(column[i]);
  return out;
}

/** Transformed values back, in place, and what the transform adds to the log-derivative. */
function unbend(x: ArrayLike<number>, y: Float64Array, logs: Float64Array, name: ColumnTransform): void {
  if (name === 'none') return;
  const { inverse, logSlope } = columnTransform(name);
  for (let i = 0; i < y.length; i++) {
    logs[i] += logSlope(x[i]) - logSlope(y[i]);
    y[i] = inverse(y[i]);
  }
}

function usableRows(columns: Columns, rows: number): Uint32Array {
  const out = new Uint32Array(rows);
  let n = 0;
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (const column of columns) sum += 0 * column[r];
    if (sum === 0) out[n++] = r;
  }
  return out.subarray(0, n);
}
