import { Graph } from '../graph/graph.js';
import { unpack } from '../graph/parameters.js';
import { openSession, type Block, type Session, type SessionCache } from '../graph/session.js';
import { dim } from '../graph/shape.js';
import { normals, type Key } from '../stats/key.js';
import { checkColumns } from './check-columns.js';
import type { FlowModel } from './flow.js';
import { flowGraph } from './flow-graph.js';
import type { FlowSpec } from './flow-spec.js';
import { logDerivative } from './log-derivative.js';
import type { Direction } from './rqs-spline.js';
import type { Scaling } from './standardise.js';

export type Columns = readonly ArrayLike<number>[];

export interface EvaluateOptions {
  /** Threads inside one operation; default 1. */
  readonly threads?: number;
  readonly precision?: 'float32' | 'float64';
  /** Keeps compiled graphs between calls; a graph depends on the architecture alone, not on the parameters. */
  readonly sessions?: SessionCache;
}

/** Rows in flight at once: enough for long vector loops, few enough for the cache. */
const BLOCK = 4096;

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
export function evaluationGraph(spec: FlowSpec, direction: Direction, precision: 'float32' | 'float64'): Uint8Array {
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
  const { spec } = model;
  const { threads = 1, precision = 'float32', sessions } = options;
  const rows = checkColumns('features', columns, spec.features);
  checkColumns('context', context, spec.context, rows);
  const graph = evaluationGraph(spec, direction, precision);
  const session = sessions ? await sessions.open(graph, { threads }) : await openSession(graph, { threads });
  try {
    return await runBlocks(session, model, direction, columns, context, rows, precision);
  } finally {
    if (!sessions) await session.close();
  }
}

async function runBlocks(
  session: Session,
  { spec, standardisation, parameters }: FlowModel,
  direction: Direction,
  columns: Columns,
  context: Columns,
  rows: number,
  precision: 'float32' | 'float64',
): Promise<{ values: Float64Array[]; logDet: Float64Array }> {
  const { parts } = flowGraph(spec);
  const array = precision === 'float32' ? Float32Array : Float64Array;
  const unit = 2 * spec.bound;
  const data = standardisation.features;
  const noise: Scaling = { location: data.location.map(() => 0), scale: data.scale.map(() => 1) };
  const [input, output] = direction === 'forward' ? [data, noise] : [noise, data];
  const units = data.scale.reduce((sum, s) => sum + Math.log(s), 0) * (direction === 'forward' ? -1 : 1);
  const values = columns.map(() => new Float64Array(rows));
  const logDet = new Float64Array(rows);
  const flat: Block = {
    data: precision === 'float32' ? parameters : Float64Array.from(parameters),
    dims: [parameters.length],
  };
  /** Columns [first, first + count) of the rows [from, to), standardised, one after another. */
  const fill = (
    source: Columns,
    scaling: Scaling,
    scale: number,
    first: number,
    count: number,
    from: number,
    to: number,
  ) => {
    const out = new array(count * (to - from));
    for (let c = 0, at = 0; c < count; c++) {
      const column = source[first + c];
      const location = scaling.location[first + c];
      const factor = 1 / (scaling.scale[first + c] * scale);
      for (let r = from; r < to; r++) out[at++] = (column[r] - location) * factor;
    }
    return out;
  };
  const start = (from: number) => {
    const to = Math.min(rows, from + BLOCK);
    const feeds: Record<string, Block> = { parameters: flat };
    let first = 0;
    parts.forEach((n, i) => {
      feeds[`part ${i}`] = { data: fill(columns, input, unit, first, n, from, to), dims: [1, 1, n * (to - from)] };
      first += n;
    });
    if (spec.context > 0) {
      const given = fill(context, standardisation.context, 1, 0, spec.context, from, to);
      feeds['context'] = { data: given, dims: [spec.context, to - from] };
    }
    return { from, to, result: session.run(feeds) };
  };
  const finish = async ({ from, to, result }: ReturnType<typeof start>) => {
    const out = await result;
    const count = to - from;
    let column = 0;
    parts.forEach((n, i) => {
      const { data: part } = out[`out ${i}`] as { data: Float32Array };
      for (let c = 0; c < n; c++, column++) {
        const location = output.location[column];
        const scale = output.scale[column] * unit;
        for (let r = 0; r < count; r++) values[column][from + r] = part[c * count + r] * scale + location;
      }
    });
    const { data: logs } = out['logDerivative'] as { data: Float32Array };
    for (let r = 0; r < count; r++) logDet[from + r] = logs[r] + units;
  };
  // The next block is prepared while the last one runs.
  let running: ReturnType<typeof start> | undefined;
  for (let from = 0; from < rows; from += BLOCK) {
    const next = start(from);
    if (running) await finish(running);
    running = next;
  }
  if (running) await finish(running);
  return { values, logDet };
}
