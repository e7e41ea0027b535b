import { blockAlgebra, type Block } from './block-algebra.js';
import { numberAlgebra } from './number-algebra.js';
import type { Pdf } from './pdf.js';

/** Events at once: few enough to stay in the processor's cache. */
const BLOCK = 2048;

/**
 * A density at many places, with plain numbers.
 *
 * @param columns one a variable
 * @param scale what the density's integral over its range is
 */
export const densityValues = (
  pdf: Pdf,
  columns: readonly Float64Array[],
  parameters: readonly number[],
  scale = 1,
): Float64Array => densityAt(pdf, parameters, scale)(columns);

/** The same for several lots of events: what depends on parameters alone is computed once. */
export function densityAt(
  pdf: Pdf,
  parameters: readonly number[],
  scale = 1,
): (columns: readonly Float64Array[]) => Float64Array {
  const one = (value: number): Block => Float64Array.of(value);
  const constants = pdf.constants(numberAlgebra, parameters, scale).map(one);
  const values = parameters.map(one);
  const algebra = blockAlgebra(BLOCK);
  return (columns) => {
    const all = [...columns, ...pdf.columns.map((look) => look(columns))];
    const out = new Float64Array(columns[0].length);
    for (let from = 0; from < out.length; from += BLOCK) {
      const to = Math.min(from + BLOCK, out.length);
      algebra.reset();
      const point = all.map((column) => column.subarray(from, to));
      const f = pdf.density(algebra, point, values, constants);
      if (f.length === 1) out.fill(f[0], from, to);
      else out.set(f, from);
    }
    return out;
  };
}
