import { closeSync, openSync } from 'node:fs';
import { ChunkReader } from '../parquet/chunk-reader.js';
import type { FlatFile } from '../parquet/flat-file.js';
import type { BlockCounter } from './block-counter.js';

/** Counts row groups, one after the other. */
export class GroupCounter {
  private readonly readers: readonly ChunkReader[];
  private readonly values: readonly Float64Array[];

  /** @param columns those of the files */
  constructor(
    private readonly counter: BlockCounter,
    columns: readonly string[],
  ) {
    this.readers = columns.map(() => new ChunkReader());
    this.values = columns.map((name) => counter.columns.get(name) ?? new Float64Array(counter.size));
  }

  /** Counts the rows of a row group. @throws Unsuited where it cannot be read in this way */
  count({ path, groups }: FlatFile, group: number): void {
    const { counter, readers, values } = this;
    const { rows, chunks } = groups[group];
    const file = openSync(path, 'r');
    try {
      readers.forEach((reader, i) => reader.open(file, chunks[i]));
      for (let done = 0; done < rows; done += counter.size) {
        const now = Math.min(counter.size, rows - done);
        readers.forEach((reader, i) => reader.read(values[i], now));
        counter.count(now);
      }
    } finally {
      closeSync(file);
    }
  }
}
