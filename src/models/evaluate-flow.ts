import { Graph } from '../graph/graph.js';
import { unpack } from '../graph/parameters.js';
import { openSession, type SessionCache } from '../graph/session.js';
import { dim } from '../graph/shape.js';
import { normals, type Key } from '../stats/key.js';
import { checkColumns } from './check-columns.js';
import type { FlowModel } from './flow.js';
import { contextFeed, featureFeeds, featureTakes, parameterBlock } from './flow-columns.js';
import { flowGraph } from './flow-graph.js';
import type { FlowSpec } from './flow-spec.js';
import { logDerivative } from './log-derivative.js';
import type { Direction } from './rqs-spline.js';
import { runBlocks, type Columns, type Precision } from './run-blocks.js';
import { identityScaling } from './standardise.js';

export interface EvaluateOptions {
  /** Threads inside one operation; default 1. */
  readonly threads?: number;
  readonly precision?: Precision;
  /** Keeps compiled graphs between calls; a graph depends on the architecture alone, not on the parameters. */
  readonly sessions?: SessionCache;
}

/** From data to noise: z, standard normal where the model is right, and ln|∂z/∂x| of every row. */
export async function forward(
  model: FlowModel,
  features: Columns,
  context: Columns = [],
  options: EvaluateOptions = {},
): Promise<{ z: Float64Array[]; logDet: Float64Array }> {
  const { values, logDet } = await evaluate(model, 'forward', features, context, options);
  return { z: values, logDet };
}

/** From noise to data, and ln|∂x/∂z| of every row. */
export async function inverse(
  model: FlowModel,
  z: Columns,
  context: Columns = [],
  options: EvaluateOptions = {},
): Promise<{ features: Float64Array[]; logDet: Float64Array }> {
  const { values, logDet } = await evaluate(model, 'inverse', z, context, options);
  return { features: values, logDet };
}

/** Natural logarithm of the density of every row, per product of the features' units. */
export async function logProb(
  model: FlowModel,
  features: Columns,
  context: Columns = [],
  options: EvaluateOptions = {},
): Promise<Float64Array> {
  const { z, logDet } = await forward(model, features, context, options);
  return logDet.map((l, i) => {
    const squares = z.reduce((sum, column) => sum + column[i] * column[i], 0);
    return l - 0.5 * (squares + z.length * Math.log(2 * Math.PI));
  });
}

/** Events drawn from the model: `rows` of them, or one for each row of the context. */
export async function sample(
  model: FlowModel,
  key: Key,
  rows: number,
  context: Columns = [],
  options: EvaluateOptions = {},
): Promise<Float64Array[]> {
  const z = Array.from({ length: model.spec.features }, (_, i) => normals(key.split('noise', i), rows));
  return (await inverse(model, z, context, options)).features;
}

/** The flow in one direction: parts and context in, parts and `logDerivative` out, all in the flow's own units. */
export function evaluationGraph(spec: FlowSpec, direction: Direction, precision: Precision): Uint8Array {
  const flow = flowGraph(spec);
  const graph = new Graph({ dtype: precision });
  const one = dim('one', 1);
  const batch = dim('batch', 'N');
  const values = flow.parts.map((n, i) => graph.input(`part ${i}`, [one, one, dim('point', { times: n, of: 'N' })]));
  const context = spec.context > 0 ? graph.input('context', [dim('context', spec.context), batch]) : undefined;
  const flat = graph.input('parameters', [dim('parameter', flow.layout.size)]);
  const parts = flow.apply(values, context, unpack(flat, flow.layout), direction);
  parts.forEach((part, i) => graph.output(`out ${i}`, part.values));
  graph.output('logDerivative', logDerivative(parts, batch));
  return graph.compile();
}

async function evaluate(
  model: FlowModel,
  direction: Direction,
  columns: Columns,
  context: Columns,
  options: EvaluateOptions,
): Promise<{ values: Float64Array[]; logDet: Float64Array }> {
  const { spec, standardisation } = model;
  const { threads = 1, precision = 'float32', sessions } = options;
  const rows = checkColumns('features', columns, spec.features);
  checkColumns('context', context, spec.context, rows);
  const data = standardisation.features;
  const noise = identityScaling(spec.features);
  const [from, to] = direction === 'forward' ? [data, noise] : [noise, data];
  const units = data.scale.reduce((sum, s) => sum + Math.log(s), 0) * (direction === 'forward' ? -1 : 1);
  const graph = evaluationGraph(spec, direction, precision);
  const session = sessions ? await sessions.open(graph, { threads }) : await openSession(graph, { threads });
  try {
    const results = await runBlocks(
      session,
      rows,
      [...featureFeeds(model, columns, from), ...contextFeed(model, context)],
      [...featureTakes(model, to), { name: 'logDerivative', location: [units], factor: [1] }],
      { parameters: parameterBlock(model, precision) },
      precision,
    );
    const values = results.flat();
    const logDet = values.pop() ?? new Float64Array(0);
    return { values, logDet };
  } finally {
    if (!sessions) await session.close();
  }
}
