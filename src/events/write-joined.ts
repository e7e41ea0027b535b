import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../base/make-folder.js';
import { inOrder } from './in-order.js';
import { ParquetWriter } from './parquet/writer.js';
import { text } from './sql.js';
import { storedType } from './stored-type.js';
import { newNames, newValues, type WriteWithJob } from './write-job.js';
import { copyColumns } from './copy-columns.js';

/** Any table with new columns: these go to a file of their own first; one pass of DuckDB then joins it row by row. */
export async function writeJoined(job: WriteWithJob): Promise<{ rows: number }> {
  const { table, from, kept, names } = job;
  await makeFolder(table.scratch);
  const beside = path.join(table.scratch, `added-${randomUUID()}.parquet`);
  const values = job.values.map((value, i) => `${value} AS r${i}`);
  const blocks = table.duck.doubles(
    `SELECT ${values.join(', ') || '0::DOUBLE'} FROM ${from}`,
    names.length ? names : ['row'],
    job.rows,
  );
  let rows = 0;
  const work = async (block: Record<string, Float64Array>) => {
    const count = Object.values(block)[0].length;
    const first = rows;
    rows += count;
    return { count, extra: await job.add(block, first) };
  };
  let writer: ParquetWriter | undefined;
  let added: string[] = [];
  try {
    for await (const { count, extra } of inOrder(blocks, work, job.ahead)) {
      if (!writer) {
        added = newNames(job, extra);
        writer = await ParquetWriter.create(
          beside,
          added.map((name, i) => ({ name: `a${i}`, type: storedType(extra[name]) })),
        );
      }
      await writer.write(count, newValues(extra, added, count));
    }
    await writer?.finish();
    const shown = [
      ...kept.map(({ name }) => ({ sql: `t.${table.sqlName(name)}`, name })),
      ...added.map((name, i) => ({ sql: `a.a${i}`, name })),
    ];
    const joined = writer ? `${from} t POSITIONAL JOIN read_parquet(${text(beside)}) a` : `${from} t`;
    await copyColumns(table.duck, shown, joined, job.out, job.metadata);
    return { rows };
  } catch (error) {
    await writer?.abandon();
    throw error;
  } finally {
    await rm(beside, { force: true });
  }
}
