import { numberAlgebra } from './number-algebra.js';
import type { Pdf } from './pdf.js';

/**
 * A density at many places, with plain numbers.
 *
 * @param columns one a variable
 * @param scale what the density's integral over its range is
 */
export function densityValues(
  pdf: Pdf,
  columns: readonly Float64Array[],
  parameters: readonly number[],
  scale = 1,
): Float64Array {
  const constants = pdf.constants(numberAlgebra, parameters, scale);
  const templates = pdf.columns.map((look) => look(columns));
  const all = [...columns, ...templates];
  const point: number[] = [];
  return columns[0].map((_, i) => {
    all.forEach((column, c) => (point[c] = column[i]));
    return pdf.density(numberAlgebra, point, parameters, constants);
  });
}
