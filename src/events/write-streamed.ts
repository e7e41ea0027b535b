import { inOrder } from './in-order.js';
import type { NumberBlock } from './duck.js';
import type { NumberColumns } from './number-columns.js';
import { rowSink, type RowSink } from './row-sink.js';
import { arrayOf, storedType } from './stored-type.js';
import { newNames, newValues, treeOf, type WriteWithJob } from './write-job.js';

/** A table of numbers with new columns: read once, block by block, while other blocks are worked on and written. */
export async function writeStreamed(job: WriteWithJob, columns: NumberColumns): Promise<{ rows: number }> {
  const { table, kept, names, out, metadata } = job;
  const options = { metadata, tree: treeOf(table) };
  const values = [...columns.values, ...job.values].map((value, i) => `${value} AS r${i}`);
  const make = (n: number) => [
    ...columns.types.map((type) => arrayOf(type, n)),
    ...names.map(() => new Float64Array(n)),
  ];
  const blocks = table.duck.columns(`SELECT ${values.join(', ') || '0::DOUBLE'} FROM ${job.from}`, make, job.rows);
  let rows = 0;
  const work = async (block: NumberBlock) => {
    const first = rows;
    rows += block.rows;
    // Copies: the function may hand its memory on, while that of the block is used again.
    const asked = block.columns.slice(kept.length).map((c) => c.values.slice() as Float64Array);
    const inputs = names.length
      ? Object.fromEntries(names.map((name, i) => [name, asked[i]]))
      : { row: new Float64Array(block.rows) };
    return { block, extra: await job.add(inputs, first) };
  };
  const own = kept.map(({ name }, i) => ({ name, type: columns.types[i] }));
  let sink: RowSink | undefined;
  let added: string[] = [];
  try {
    for await (const { block, extra } of inOrder(blocks, work, job.ahead)) {
      if (!sink) {
        added = newNames(job, extra);
        const fields = [...own, ...added.map((name) => ({ name, type: storedType(extra[name]) }))];
        sink = await rowSink(table.duck, out, fields, options);
      }
      await sink.write(block.rows, [...block.columns.slice(0, kept.length), ...newValues(extra, added, block.rows)]);
      block.free();
    }
    sink ??= await rowSink(table.duck, out, own, options);
    await sink.finish();
    return { rows };
  } catch (error) {
    await sink?.abandon();
    throw error;
  }
}
