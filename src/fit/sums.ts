import type { Block, Session } from '../graph/session.js';

/** Events laid out for a likelihood graph: columns in blocks that stay in the processor's cache. */
export interface EventBlocks {
  readonly blocks: readonly Readonly<Record<string, Block>>[];
  readonly events: number;
}

/** Numbers of the sums over all events. */
export interface Sums {
  readonly value: number;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly gram: Float64Array;
}

/**
 * Cuts columns into blocks.
 *
 * @param columns by the graph's input names, each of `nodes` rows of `events` numbers
 * @param weights one an event; absent: 1
 * @param average weights of the quadrature's nodes, for bins
 */
export function eventBlocks(
  columns: Readonly<Record<string, Float64Array>>,
  events: number,
  options: {
    readonly weights?: Float64Array | undefined;
    readonly average?: Float64Array | undefined;
    readonly size: number;
  },
): EventBlocks {
  const { weights, average } = options;
  const nodes = average?.length ?? 1;
  // A bin's nodes lie in rows that cannot be cut without a copy; there are never many bins.
  const size = nodes > 1 ? events : options.size;
  const ones = new Float64Array(Math.min(size, events)).fill(1);
  const blocks: Record<string, Block>[] = [];
  for (let from = 0; from < events; from += size) {
    const n = Math.min(size, events - from);
    const block: Record<string, Block> = {};
    for (const [name, column] of Object.entries(columns))
      block[name] = { data: nodes > 1 ? column : column.subarray(from, from + n), dims: [nodes, n] };
    block['w'] = { data: weights ? weights.subarray(from, from + n) : ones.subarray(0, n), dims: [1, n] };
    if (average && nodes > 1) block['average'] = { data: average, dims: [1, nodes] };
    blocks.push(block);
  }
  return { blocks, events };
}

/** Runs a likelihood graph over all blocks and adds up what comes out, with compensation of rounding for the value. */
export async function sums(session: Session, { blocks }: EventBlocks, slots: Float64Array): Promise<Sums> {
  const vector: Block = { data: slots, dims: [slots.length] };
  let value = 0;
  let lost = 0;
  const total: Record<'first' | 'second' | 'gram', Float64Array> = {
    first: new Float64Array(0),
    second: new Float64Array(0),
    gram: new Float64Array(0),
  };
  for (const block of blocks) {
    const out = await session.run({ ...block, slots: vector });
    for (const key of ['first', 'second', 'gram'] as const) {
      if (!(key in out)) continue;
      const data = out[key].data as Float64Array;
      if (!total[key].length) total[key] = new Float64Array(data.length);
      for (let i = 0; i < data.length; i++) total[key][i] += data[i];
    }
    if (!('value' in out)) continue;
    const term = Number(out['value'].data[0]) - lost;
    const next = value + term;
    lost = next - value - term;
    value = next;
  }
  return { value, ...total };
}
