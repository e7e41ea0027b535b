import type { Block, Session } from '../graph/session.js';

export type Columns = readonly ArrayLike<number>[];
export type Precision = 'float32' | 'float64';

/** Columns on their way into a graph: `(x − location) · factor`, subtracted in double precision. */
export interface Feed {
  readonly name: string;
  readonly columns: Columns;
  readonly location: readonly number[];
  readonly factor: readonly number[];
  /** The sizes for so many rows; numbers come column after column. */
  readonly dims: (rows: number) => readonly number[];
}

/** Columns on their way out: `y · factor + location`. */
export interface Take {
  readonly name: string;
  readonly location: readonly number[];
  readonly factor: readonly number[];
}

/** Rows in flight at once: enough for long vector loops, few enough for the cache. */
const BLOCK = 4096;

/**
 * Runs a graph with an open batch over columns of any length, block by block in order; the next block is prepared while
 * the last one runs.
 */
export async function runBlocks(
  session: Session,
  rows: number,
  feeds: readonly Feed[],
  takes: readonly Take[],
  fixed: Readonly<Record<string, Block>>,
  precision: Precision,
): Promise<Float64Array[][]> {
  const array = precision === 'float32' ? Float32Array : Float64Array;
  const results = takes.map((take) => take.location.map(() => new Float64Array(rows)));
  const start = (from: number) => {
    const to = Math.min(rows, from + BLOCK);
    const inputs: Record<string, Block> = { ...fixed };
    for (const { name, columns, location, factor, dims } of feeds) {
      const data = new array(columns.length * (to - from));
      let at = 0;
      columns.forEach((column, c) => {
        const [middle, scale] = [location[c], factor[c]];
        for (let r = from; r < to; r++) data[at++] = (column[r] - middle) * scale;
      });
      inputs[name] = { data, dims: dims(to - from) };
    }
    return { from, count: to - from, result: session.run(inputs) };
  };
  const finish = async ({ from, count, result }: ReturnType<typeof start>): Promise<void> => {
    const outputs = await result;
    takes.forEach(({ name, location, factor }, t) => {
      const data = outputs[name].data as Float32Array;
      results[t].forEach((column, c) => {
        const [middle, scale] = [location[c], factor[c]];
        for (let r = 0, at = c * count; r < count; r++) column[from + r] = data[at++] * scale + middle;
      });
    });
  };
  let running: ReturnType<typeof start> | undefined;
  for (let from = 0; from < rows; from += BLOCK) {
    const next = start(from);
    if (running) await finish(running);
    running = next;
  }
  if (running) await finish(running);
  return results;
}
