import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '../../base/json.js';
import { Graph } from '../../graph/graph.js';
import { openSession } from '../../graph/session.js';
import { dim } from '../../graph/shape.js';
import { train } from '../../graph/train.js';
import { robustScaling } from '../../models/standardise.js';
import type { TaskContext } from '../../runs/task.js';
import { permutation } from '../../stats/key.js';
import { bandGraph, bandObjective, REACH, type Band } from './band.js';
import { readMapped } from './mapped.js';
import type { CommonParams } from './params.js';
import { judgingRows, readPrepared } from './prepare.js';

const FILE = 'band.json';
const MOST = 20_000;
const EPOCHS = 60;

/** Task: learns the standard deviation of the replicas as a function of the event; says how well. */
export async function bandTask(context: TaskContext): Promise<JsonObject> {
  const params = context.params as unknown as CommonParams;
  const events = judgingRows(await readPrepared(context.input('prepare').dir, 'simulation', params.prepare));
  const { sigma = [] } = await readMapped(context.input('map').dir);
  const columns = [...events.variables, ...events.given];
  const usable = permutation(context.key.split('events'), events.weights.length).filter((row) =>
    sigma.every((s) => s[row] > 0),
  );
  const rows = usable.subarray(0, MOST);
  const { location, scale } = robustScaling(columns);
  const inputs = columns.length;
  const variables = sigma.length;
  const x = new Float32Array(rows.length * inputs);
  const target = new Float32Array(rows.length * variables);
  rows.forEach((row, i) => {
    columns.forEach(
      (column, j) => (x[i * inputs + j] = Math.min(REACH, Math.max(-REACH, (column[row] - location[j]) / scale[j]))),
    );
    sigma.forEach((s, k) => (target[i * variables + k] = Math.log(s[row])));
  });
  const { parameters } = await train(
    bandObjective(inputs, variables),
    { columns: { x, target }, rows: rows.length },
    {
      epochs: context.quick ? EPOCHS / 3 : EPOCHS,
      batch: 256,
      learningRate: 5e-3,
      validation: 0,
      key: context.key.split('train'),
      threads: context.threads,
      onEpoch: ({ epoch, epochs }) => context.progress(epoch, epochs, 'epochs'),
    },
  );
  const band: Band = { variables, inputs, location, scale, parameters: [...parameters] };
  await writeFile(path.join(context.dir, FILE), JSON.stringify(band));
  const learnt = await evaluateBand(
    band,
    columns.map((column) => Float64Array.from(rows, (row) => column[row])),
  );
  let squares = 0;
  rows.forEach((row, i) => sigma.forEach((s, k) => (squares += (learnt[k][i] / s[row] - 1) ** 2)));
  return { rms: Math.sqrt(squares / Math.max(1, rows.length * variables)) };
}

export const readBand = async (dir: string): Promise<Band> =>
  JSON.parse(await readFile(path.join(dir, FILE), 'utf8')) as Band;

/** σ of each variable at rows given column by column on the learning scale. */
export async function evaluateBand(band: Band, columns: readonly Float64Array[]): Promise<Float64Array[]> {
  const rows = columns[0].length;
  const graph = new Graph({ dtype: 'float32' });
  const x = graph.input('x', [dim('column', band.inputs), dim('batch', 'N')]);
  graph.output('sigma', bandGraph(band, [x]));
  const session = await openSession(graph.compile(), { threads: 1 });
  try {
    const data = new Float32Array(band.inputs * rows);
    columns.forEach((column, j) => data.set(column, j * rows));
    const out = (await session.run({ x: { data, dims: [band.inputs, rows] } }))['sigma'].data as Float32Array;
    return Array.from({ length: band.variables }, (_, k) => Float64Array.from(out.subarray(k * rows, (k + 1) * rows)));
  } finally {
    await session.close();
  }
}
