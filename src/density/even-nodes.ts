import { preTransform } from './pre-transform.js';
import { slotCount, type GridAxis } from './grid-axis.js';
import { normalise, normaliserSlope } from './normaliser.js';
import { variationOf, type Template } from './template.js';

/** An axis whose nodes stand evenly, from the lowest to the highest value, in the units of its transform. */
export interface EvenAxis {
  readonly name: string;
  readonly transform: GridAxis['transform'];
  readonly low: number;
  readonly high: number;
  readonly nodes: number;
}

export interface EvenDensity {
  /** The variables, then the given columns. */
  readonly axes: readonly EvenAxis[];
  /** Joint density of all axes, mean 1 over the nodes; the first axis runs fastest. */
  readonly values: Float64Array;
}

/**
 * The joint density of a template on evenly spaced nodes, as other programs keep it. Where the template's nodes are even
 * already (normaliser `scale`) these are the same. An atom becomes a peak at the node that is nearest.
 *
 * @param nodes of an axis; by default as many as the template has
 * @example evenDensity(template).axes[0] // { name: 'kaonID', transform: 'identity', low: 0, high: 1, nodes: 100 }
 */
export function evenDensity(template: Template, variation = 'nominal', nodes?: number): EvenDensity {
  const own = [...template.given, ...template.variables];
  const projections = own.map((axis) => projection(axis, nodes ?? axis.nodes.length));
  let { values } = variationOf(template, variation);
  let sizes = own.map(slotCount);
  projections.forEach((p, a) => {
    values = along(values, sizes, a, p.matrix, p.axis.nodes);
    sizes = sizes.map((n, b) => (b === a ? p.axis.nodes : n));
  });
  const order = [...template.variables.map((_, j) => template.given.length + j), ...template.given.map((_, g) => g)];
  const out = reordered(values, sizes, order);
  const mean = out.reduce((s, v) => s + v, 0) / out.length;
  return { axes: order.map((a) => projections[a].axis), values: mean > 0 ? out.map((v) => v / mean) : out };
}

/** How the slots of an axis make the values at even nodes: rows of nodes, columns of slots. */
function projection(axis: GridAxis, nodes: number): { axis: EvenAxis; matrix: Float64Array } {
  const { normaliser, transform, name } = axis;
  const low = normaliser.x[0];
  const high = normaliser.x[normaliser.x.length - 1];
  const step = (high - low) / (nodes - 1);
  const slots = slotCount(axis);
  const matrix = new Float64Array(nodes * slots);
  const last = axis.nodes.length - 1;
  for (let i = 0; i < nodes; i++) {
    const bent = i === nodes - 1 ? high : low + i * step;
    const y = Math.min(Math.max(normalise(normaliser, bent), axis.nodes[0]), axis.nodes[last]);
    let k = 0;
    while (k < last - 1 && axis.nodes[k + 1] <= y) k++;
    const share = last === 0 ? 0 : (y - axis.nodes[k]) / (axis.nodes[k + 1] - axis.nodes[k]);
    const slope = normaliserSlope(normaliser, bent);
    matrix[i * slots + k] += (1 - share) * slope;
    if (share > 0) matrix[i * slots + k + 1] += share * slope;
  }
  const { holds, forward } = preTransform(transform);
  axis.atoms.forEach(({ value }, a) => {
    if (!holds(value)) return;
    const at = Math.round((forward(value) - low) / step);
    if (at >= 0 && at < nodes) matrix[at * slots + axis.nodes.length + a] += 1 / step;
  });
  return { axis: { name, transform, low, high, nodes }, matrix };
}

/** Multiplies one axis of an array (C order) by a matrix. */
function along(values: Float64Array, sizes: readonly number[], axis: number, matrix: Float64Array, rows: number) {
  const inner = sizes.slice(axis + 1).reduce((n, s) => n * s, 1);
  const outer = sizes.slice(0, axis).reduce((n, s) => n * s, 1);
  const slots = sizes[axis];
  const out = new Float64Array(outer * rows * inner);
  for (let o = 0; o < outer; o++)
    for (let r = 0; r < rows; r++)
      for (let s = 0; s < slots; s++) {
        const m = matrix[r * slots + s];
        if (m === 0) continue;
        const [to, from] = [(o * rows + r) * inner, (o * slots + s) * inner];
        for (let k = 0; k < inner; k++) out[to + k] += m * values[from + k];
      }
  return out;
}

/** C order to an order of axes whose first runs fastest. */
function reordered(values: Float64Array, sizes: readonly number[], order: readonly number[]): Float64Array {
  const strides = sizes.map((_, a) => sizes.slice(a + 1).reduce((n, s) => n * s, 1));
  const out = new Float64Array(values.length);
  const at = order.map(() => 0);
  for (let i = 0; i < out.length; i++) {
    out[i] = values[order.reduce((sum, axis, k) => sum + at[k] * strides[axis], 0)];
    for (let k = 0; k < at.length; k++) {
      if (++at[k] < sizes[order[k]]) break;
      at[k] = 0;
    }
  }
  return out;
}
