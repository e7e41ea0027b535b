import { closeSync, openSync } from 'node:fs';
import { ChunkReader } from '../parquet/chunk-reader.js';
import type { FlatFile } from '../parquet/flat-file.js';
import { Unsuited } from '../parquet/unsuited.js';

/** Rows of a block: all that is known of them lies in the second-level cache. */
export const BLOCK = 4096;

/** Fills columns with the values of row groups, a block after the other. */
export class BlockReader {
  private readonly used: readonly {
    readonly chunk: number;
    readonly out: Float64Array;
    readonly reader: ChunkReader;
  }[];

  /**
   * @param columns where values go, by name
   * @param names of the columns that the chunks of the files are of, in order; those that nobody asks for are not read
   */
  constructor(columns: ReadonlyMap<string, Float64Array>, names: readonly string[]) {
    this.used = names.flatMap((name, chunk) => {
      const out = columns.get(name);
      return out ? [{ chunk, out, reader: new ChunkReader() }] : [];
    });
  }

  /** The number of rows in each block of a row group. @throws Unsuited where the file cannot be read in this way */
  *blocks({ path, groups }: FlatFile, group: number): Generator<number> {
    const { rows, chunks } = groups[group];
    let file: number | undefined;
    try {
      file = openSync(path, 'r');
      for (const { reader, chunk } of this.used) reader.open(file, chunks[chunk]);
      for (let done = 0; done < rows; done += BLOCK) {
        const now = Math.min(BLOCK, rows - done);
        for (const { reader, out } of this.used) reader.read(out, now);
        yield now;
      }
    } catch (error) {
      // A file that has gone or cannot be read is told in the words of who reads it in another way.
      if (error instanceof Error && 'syscall' in error) throw new Unsuited(error.message);
      throw error;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }
}
