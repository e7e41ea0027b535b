import { closeSync, openSync } from 'node:fs';
import type { BlockForm } from '../expression/block-form.js';
import { allOf } from '../expression/block-form.js';
import { BlockProgram } from '../expression/block-program.js';
import { ChunkReader } from '../parquet/chunk-reader.js';
import type { FlatFile } from '../parquet/flat-file.js';

const BLOCK = 4096;

/**
 * The size of the largest finite weight among the first `most` selected rows, for each weight; undefined where there is none.
 *
 * @param columns those that the chunks of the files are of, in order
 * @throws Unsuited where a file cannot be read in this way
 */
export function largestWeights(
  { weights, where }: { readonly weights: readonly BlockForm[]; readonly where: readonly BlockForm[] },
  files: readonly FlatFile[],
  columns: readonly string[],
  most: number,
): (number | undefined)[] {
  const program = new BlockProgram(BLOCK);
  const values = weights.map((form) => program.numbers(form));
  const keep = where.length > 0 ? program.truths(allOf(where)) : undefined;
  const used = columns.flatMap((name, chunk) => {
    const out = program.columns.get(name);
    return out ? [{ chunk, out, reader: new ChunkReader() }] : [];
  });
  const largest = weights.map((): number | undefined => undefined);
  let left = most;
  for (const { path, groups } of files) {
    const file = openSync(path, 'r');
    try {
      for (const { rows, chunks } of groups) {
        for (const { reader, chunk } of used) reader.open(file, chunks[chunk]);
        for (let done = 0; done < rows && left > 0; done += BLOCK) {
          const now = Math.min(BLOCK, rows - done);
          for (const { reader, out } of used) reader.read(out, now);
          program.run(now);
          for (let i = 0; i < now && left > 0; i++) {
            if (keep?.[i] === 0) continue;
            left--;
            values.forEach((w, k) => {
              const size = Math.abs(w[i]);
              if (size < Infinity && !(size <= (largest[k] ?? -1))) largest[k] = size;
            });
          }
        }
        if (left === 0) return largest;
      }
    } finally {
      closeSync(file);
    }
  }
  return largest;
}
