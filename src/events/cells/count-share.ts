import type { FlatFile } from '../parquet/flat-file.js';
import { Unsuited } from '../parquet/unsuited.js';
import { BlockCounter, type CountPlan } from './block-counter.js';
import { BlockReader } from './block-reader.js';
import type { CellGroups } from './cell-groups.js';

/** What threads that count together have in common. */
export interface Shared {
  readonly plan: CountPlan;
  /** Whose chunks are those of `columns`, in that order. */
  readonly files: readonly FlatFile[];
  readonly columns: readonly string[];
  /** One Int32: the next row group, of all files. */
  readonly next: SharedArrayBuffer;
}

/** What one thread has counted. */
export type Share = (CellGroups & { readonly overflow: boolean }) | { readonly unsuited: string };

/** Takes row groups until none is left; stops all where the data are not suited or a weight does not fit. */
export async function countShare({ plan, files, columns, next }: Shared, pause?: () => Promise<void>): Promise<Share> {
  const taken = new Int32Array(next);
  const units = files.flatMap((file) => file.groups.map((_, group) => ({ file, group })));
  const stop = (): void => void Atomics.store(taken, 0, units.length);
  try {
    const counter = new BlockCounter(plan);
    const reader = new BlockReader(counter.columns, columns);
    for (;;) {
      const index = Atomics.add(taken, 0, 1);
      if (index >= units.length) break;
      for (const rows of reader.blocks(units[index].file, units[index].group)) counter.count(rows);
      if (counter.sums.overflow) stop();
      // Between groups this thread hears the others and whatever else happens.
      if (pause) await pause();
    }
    return { ...counter.sums.found(), overflow: counter.sums.overflow };
  } catch (error) {
    stop();
    if (error instanceof Unsuited) return { unsuited: error.message };
    throw error;
  }
}
