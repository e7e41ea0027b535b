import { userError } from '../base/error.js';
import { slotCount, type GridAxis } from './grid-axis.js';

/** Nodes that one density may have; counts, squares and a table take 8 bytes each: about 0.5 GB. */
export const MOST_SLOTS = 2e7;

/** What one step along each axis means in slots: C order, the last axis runs fastest. */
export function gridStrides(axes: readonly GridAxis[]): number[] {
  const out = new Array<number>(axes.length);
  for (let a = axes.length - 1, stride = 1; a >= 0; a--) {
    out[a] = stride;
    stride *= slotCount(axes[a]);
  }
  return out;
}

/** Slots of a grid. @throws userError `density.too-many-nodes` */
export function gridSize(axes: readonly GridAxis[]): number {
  const size = axes.reduce((n, axis) => n * slotCount(axis), 1);
  if (size > MOST_SLOTS) {
    throw userError({
      code: 'density.too-many-nodes',
      message: `a grid of ${axes.map(slotCount).join(' × ')} nodes is too large`,
      got: String(size),
      expected: `at most ${MOST_SLOTS}`,
      hint: 'ask for fewer nodes, or a separate density for a variable',
    });
  }
  return size;
}

/**
 * What integrates straight lines between the nodes of one axis, by slot: the length that a node stands for (half of the
 * pieces at its sides; in `bins`, the bin), and 1 for an atom.
 */
export function slotLengths(axis: GridAxis): Float64Array {
  const { nodes, normaliser, layout, atoms } = axis;
  const n = nodes.length;
  const ends = [normaliser.y[0], normaliser.y[normaliser.y.length - 1]];
  const out = new Float64Array(n + atoms.length).fill(1);
  for (let i = 0; i < n; i++) {
    const low = i === 0 ? ends[0] : 0.5 * (nodes[i - 1] + nodes[i]);
    const high = i === n - 1 ? ends[1] : 0.5 * (nodes[i] + nodes[i + 1]);
    out[i] = layout === 'bins' ? (ends[1] - ends[0]) / n : high - low;
  }
  return out;
}

/** Sums a grid over its last `count` axes, each slot times its length: the density of the axes that are left. */
export function integrateLast(values: Float64Array, axes: readonly GridAxis[], count: number): Float64Array {
  let out = values;
  for (let k = 0; k < count; k++) {
    const lengths = slotLengths(axes[axes.length - 1 - k]);
    const n = lengths.length;
    const next = new Float64Array(out.length / n);
    for (let i = 0, at = 0; i < next.length; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += out[at++] * lengths[j];
      next[i] = sum;
    }
    out = next;
  }
  return out;
}

/** Calls `work(first, stride)` for every line of slots along one axis. */
export function forEachLine(
  axes: readonly GridAxis[],
  axis: number,
  work: (first: number, stride: number) => void,
): void {
  const stride = gridStrides(axes)[axis];
  const length = slotCount(axes[axis]);
  const size = axes.reduce((n, a) => n * slotCount(a), 1);
  for (let block = 0; block < size; block += stride * length) {
    for (let inside = 0; inside < stride; inside++) work(block + inside, stride);
  }
}
