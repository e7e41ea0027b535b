import { taskError } from '../base/error.js';
import { permutation, type Key } from '../stats/key.js';
import type { Objective } from './objective.js';
import type { ResidentRows } from './validate.js';

/** Events to learn from: row-major columns [rows, features] by input name, and weights of either sign. */
export interface TrainData {
  readonly columns: Readonly<Record<string, Float32Array>>;
  readonly weights?: ArrayLike<number>;
  readonly rows: number;
}

/** Rows as the graph's indices. */
export function asIndices(order: Int32Array): BigInt64Array {
  const out = new BigInt64Array(order.length);
  // A 64-bit number that is not negative is its low word and a zero; making a bigint of each would be slow.
  const words = new Int32Array(out.buffer);
  const low = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1;
  for (let i = 0; i < order.length; i++) words[2 * i + low] = order[i];
  return out;
}

/** Training and validation events; the former's weights are divided by their mean. */
export function splitRows(
  objective: Objective,
  data: TrainData,
  share: number,
  key: Key,
): { training: ResidentRows; validation: ResidentRows } {
  const validating = share > 0 ? Math.max(1, Math.round(share * data.rows)) : 0;
  const order = validating ? permutation(key, data.rows) : Int32Array.from({ length: data.rows }, (_, i) => i);
  const pick = (rows: Int32Array): ResidentRows => {
    const columns: Record<string, Float32Array> = {};
    for (const [name, width] of Object.entries(objective.inputs)) {
      const from = data.columns[name];
      const to = new Float32Array(rows.length * width);
      rows.forEach((row, i) => to.set(from.subarray(row * width, (row + 1) * width), i * width));
      columns[name] = to;
    }
    return {
      columns,
      weights: Float32Array.from(rows, (row) => data.weights?.[row] ?? 1),
      rows: rows.length,
      events: rows,
    };
  };
  const validation = pick(order.slice(0, validating).sort());
  const training = pick(order.slice(validating).sort());
  const sum = training.weights.reduce((a, b) => a + b, 0);
  if (training.rows === 0 || !(sum > 0))
    throw taskError({
      code: 'graph.no-training-events',
      message: 'nothing to train on',
      got: `${training.rows} events of total weight ${sum}`,
      expected: 'events with a positive sum of weights',
    });
  const scale = training.rows / sum;
  return { training: { ...training, weights: training.weights.map((w) => w * scale) }, validation };
}
