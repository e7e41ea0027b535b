import { taskError } from '../base/error.js';
import type { Session } from './session.js';

/** Events resident in memory: row-major columns and one weight each. */
export interface ResidentRows {
  readonly columns: Readonly<Record<string, Float32Array>>;
  readonly weights: Float32Array;
  readonly rows: number;
  /** Which event of the sample each row is. */
  readonly events: Int32Array;
}

/**
 * Weighted mean loss over events, in blocks of the evaluation graph's size; the last block is filled up with copies of
 * its first event at weight zero.
 */
export async function meanLoss(
  session: Session,
  data: ResidentRows,
  widths: Readonly<Record<string, number>>,
  parameters: Float32Array,
  block: number,
): Promise<number> {
  let loss = 0;
  let total = 0;
  for (let from = 0; from < data.rows; from += block) {
    const to = Math.min(data.rows, from + block);
    const feeds: Record<string, { data: Float32Array; dims: number[] }> = {
      parameters: { data: parameters, dims: [parameters.length] },
    };
    for (const [name, width] of Object.entries(widths)) {
      const rows = data.columns[name].subarray(from * width, to * width);
      feeds[`data:${name}`] = { data: padded(rows, width, block), dims: [block, width] };
    }
    const weights = new Float32Array(block);
    weights.set(data.weights.subarray(from, to));
    feeds['weight'] = { data: weights, dims: [1, block] };
    const out = await session.run(feeds);
    loss += Number(out['loss'].data[0]);
    for (let i = from; i < to; i++) total += data.weights[i];
  }
  if (!(total > 0))
    throw taskError({
      code: 'graph.validation-weight',
      message: 'the validation events have no positive sum of weights',
      got: String(total),
      hint: 'use a larger validation share',
    });
  return loss / total;
}

function padded(rows: Float32Array, width: number, block: number): Float32Array {
  if (rows.length === block * width) return rows;
  const out = new Float32Array(block * width);
  out.set(rows);
  for (let at = rows.length; at < out.length; at += width) out.set(rows.subarray(0, width), at);
  return out;
}
