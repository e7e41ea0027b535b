import { ONE_SIGMA } from '../stats/intervals.js';
import { studentQuantile } from '../stats/special/student.js';
import { axisEnds, type GridAxis } from './grid-axis.js';

/**
 * The 68 % band of every row's new value, inside the variable's range: in quadrature
 *
 * - the root mean square distance of the bootstrap replicas from the nominal value, times Student's factor for so few of
 *   them (about the nominal value, not about the replicas' own mean: what noise shifts is an error too);
 * - the distance of each systematic variation, to both sides. Other weights are another answer that may be off as far; wider
 *   kernels move a value the way that the nominal ones have moved it already, so the truth lies on the other side.
 */
export function rowBand(
  nominal: Float64Array,
  replicas: readonly Float64Array[],
  systematics: readonly Float64Array[],
  axis: GridAxis,
): { up: Float64Array; down: Float64Array } {
  const { lowX, highX } = axisEnds(axis);
  const atoms = axis.atoms.map((a) => a.value);
  const [least, most] = [Math.min(lowX, ...atoms), Math.max(highX, ...atoms)];
  const up = new Float64Array(nominal.length);
  const down = new Float64Array(nominal.length);
  const share = replicas.length ? studentQuantile((1 + ONE_SIGMA) / 2, replicas.length) ** 2 / replicas.length : 0;
  for (let i = 0; i < nominal.length; i++) {
    const v = nominal[i];
    let square = 0;
    for (const r of replicas) square += share * (r[i] - v) ** 2;
    for (const s of systematics) square += (s[i] - v) ** 2;
    const half = Math.sqrt(square);
    // A value that was passed through may lie beyond the range: it has no band.
    up[i] = Math.max(v, Math.min(most, v + half));
    down[i] = Math.min(v, Math.max(least, v - half));
  }
  return { up, down };
}
