import { rm } from 'node:fs/promises';
import { copyColumns } from './copy-columns.js';
import type { Duck } from './duck.js';
import type { ColumnBlock, StoredType } from './parquet/page.js';
import { ParquetWriter } from './parquet/writer.js';
import { rowWriter, type RowWriterOptions } from './row-writer.js';
import { text } from './sql.js';
import type { TypedArray } from './root/types.js';
import { tableFormat } from './write.js';

/** A table on its way into a file of any format, block by block; the file appears when whole. */
export interface RowSink {
  write(rows: number, blocks: readonly ColumnBlock[]): Promise<void>;
  finish(): Promise<void>;
  abandon(): Promise<void>;
}

export interface SinkField {
  readonly name: string;
  readonly type: StoredType;
}

/**
 * Opens a sink. Parquet and CSV are DuckDB's: rows wait in a plain file beside the output, which all its threads then
 * write in one pass.
 */
export async function rowSink(
  duck: Duck,
  out: string,
  fields: readonly SinkField[],
  options: RowWriterOptions = {},
): Promise<RowSink> {
  const format = tableFormat(out);
  if (format !== 'parquet' && format !== 'csv') {
    const writer = await rowWriter(
      format,
      out,
      fields.map((f) => f.name),
      fields.map((f) => f.type),
      options,
    );
    return {
      write: (rows, blocks) =>
        writer.write(
          rows,
          blocks.map((b) => b.values as TypedArray),
        ),
      finish: () => writer.finish(),
      abandon: () => writer.abandon(),
    };
  }
  const waiting = `${out}.${process.pid}.rows`;
  const writer = await ParquetWriter.create(
    waiting,
    fields.map(({ type }, i) => ({ name: `c${i}`, type, optional: true })),
  );
  return {
    write: (rows, blocks) => writer.write(rows, blocks),
    async finish() {
      try {
        await writer.finish();
        const columns = fields.map(({ name }, i) => ({ sql: `c${i}`, name }));
        await copyColumns(duck, columns, `read_parquet(${text(waiting)})`, out, options.metadata);
      } finally {
        await rm(waiting, { force: true });
      }
    },
    async abandon() {
      await writer.abandon();
      await rm(waiting, { force: true });
    },
  };
}
