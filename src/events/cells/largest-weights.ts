import { allOf, type BlockForm } from '../expression/block-form.js';
import { BlockProgram } from '../expression/block-program.js';
import type { FlatFile } from '../parquet/flat-file.js';
import { BLOCK, BlockReader } from './block-reader.js';

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
  const largest = weights.map((): number | undefined => undefined);
  if (weights.length === 0) return largest;
  const program = new BlockProgram(BLOCK);
  const values = weights.map((form) => program.numbers(form));
  const keep = where.length > 0 ? program.truths(allOf(where)) : undefined;
  const reader = new BlockReader(program.columns, columns);
  let left = most;
  for (const file of files)
    for (let group = 0; group < file.groups.length; group++)
      for (const rows of reader.blocks(file, group)) {
        program.run(rows);
        for (let i = 0; i < rows; i++) {
          if (keep?.[i] === 0) continue;
          values.forEach((w, k) => {
            const size = Math.abs(w[i]);
            if (size < Infinity && !(size <= (largest[k] ?? -1))) largest[k] = size;
          });
          if (--left === 0) return largest;
        }
      }
  return largest;
}
