import { axisEnds, slotCount, type GridAxis } from './grid-axis.js';
import { forEachLine, gridStrides, slotLengths } from './grid.js';
import { movingDensity, type Degrees } from './moving.js';
import { polynomialDensity } from './polynomial.js';
import { convolveAxis, epanechnikov } from './smooth.js';

/**
 * The rough density f₀ that the kernels refine: what f₀ describes already is free of their bias, at boundaries above all.
 * `uniform`: none; `factorised`: the product of the axes' own densities; `histogram`: few wide bins joined by straight
 * lines, which knows boundaries with a slope and coarse correlations; `polynomial`: exp of a polynomial in all axes, which
 * knows how a variable's mean and width move with the kinematics; or values at every slot.
 */
export type Approximation =
  'uniform' | 'factorised' | 'histogram' | 'polynomial' | 'moving' | { readonly values: Float64Array };

export const APPROXIMATIONS = ['moving', 'polynomial', 'histogram', 'factorised', 'uniform'] as const;

/** Where the approximation has nothing, the kernels must still find something to refine. */
const FLOOR = 0.05;

/**
 * f₀ at every slot, positive; its integral over the nodes of all axes is 1 for `uniform` and near 1 for the others.
 *
 * @param effective (Σw)²/Σw² of the events, by which a polynomial's terms and coarse bins are counted out
 */
export function approximationValues(
  kind: Approximation,
  counts: Float64Array,
  axes: readonly GridAxis[],
  effective = counts.reduce((s, v) => s + v, 0),
  given = 0,
  degrees?: Degrees,
): Float64Array {
  if (typeof kind === 'object') return kind.values.map((v) => Math.max(v, Number.MIN_VALUE));
  if (kind === 'uniform')
    return outer(
      axes,
      axes.map((axis) => new Float64Array(axis.nodes.length).fill(1 / lengthOf(axis))),
    );
  const factors = axes.map((axis, a) => factor(axis, marginal(counts, axes, a)));
  const product = outer(axes, factors);
  if (kind === 'factorised') return product;
  if (kind === 'moving') {
    const shape = movingDensity(counts, axes, given, effective, degrees);
    const rest = outer(
      axes,
      axes.map((axis, a) => (a < given ? factors[a] : new Float64Array(axis.nodes.length).fill(1))),
    );
    return product.map((v, i) => FLOOR * v + (1 - FLOOR) * rest[i] * shape[i]);
  }
  return kind === 'histogram' ? coarse(counts, axes, product, effective) : polynomial(counts, axes, product, effective);
}

const lengthOf = (axis: GridAxis): number => {
  const { low, high } = axisEnds(axis);
  return high - low;
};

/** The product of one function per axis; an atom's slot has a factor of 1 on its own axis. */
function outer(axes: readonly GridAxis[], factors: readonly Float64Array[]): Float64Array {
  let out = Float64Array.of(1);
  axes.forEach((axis, a) => {
    const n = slotCount(axis);
    const next = new Float64Array(out.length * n);
    for (let i = 0, at = 0; i < out.length; i++) {
      for (let j = 0; j < n; j++) next[at++] = out[i] * (j < axis.nodes.length ? factors[a][j] : 1);
    }
    out = next;
  });
  return out;
}

/** Σw along one axis, over its nodes. */
function marginal(counts: Float64Array, axes: readonly GridAxis[], a: number): Float64Array {
  const stride = gridStrides(axes)[a];
  const slots = slotCount(axes[a]);
  const out = new Float64Array(axes[a].nodes.length);
  for (let i = 0; i < counts.length; i++) {
    const at = Math.floor(i / stride) % slots;
    if (at < out.length) out[at] += counts[i];
  }
  return out;
}

/** One axis' density, itself a relative kernel density with a uniform approximation, a tenth of the range wide. */
function factor(axis: GridAxis, counts: Float64Array): Float64Array {
  const length = lengthOf(axis);
  const line = [{ ...axis, atoms: [] }];
  const lengths = slotLengths(line[0]);
  const kernel = epanechnikov(Math.max(0.1, 2 / counts.length) * length, length / (counts.length - 1));
  const above = convolveAxis(counts, line, 0, kernel, 'cut');
  const below = convolveAxis(lengths, line, 0, kernel, 'cut');
  const ratio = above.map((v, i) => v / below[i]);
  const total = ratio.reduce((s, v, i) => s + Math.max(0, v) * lengths[i], 0);
  if (!(total > 0)) return new Float64Array(counts.length).fill(1 / length);
  return ratio.map((v) => Math.max(v / total, FLOOR / length));
}

/** Events that a coarse bin needs, and most bins of an axis. */
const PER_BIN = 100;
const MOST_BINS = 8;

/**
 * Few wide bins on all axes' nodes, with straight lines between their centres, beyond the outer centres too: exact for a
 * density that is linear in every variable. Slots of atoms keep the product, whose events are fewer.
 */
function coarse(
  counts: Float64Array,
  axes: readonly GridAxis[],
  product: Float64Array,
  effective: number,
): Float64Array {
  const total = counts.reduce((s, v) => s + v, 0);
  const bins = Math.min(MOST_BINS, Math.floor(Math.max(effective / PER_BIN, 1) ** (1 / axes.length)));
  if (!(total > 0) || bins < 2) return product;
  const widths = axes.map((axis) => Math.min(bins, Math.max(1, axis.nodes.length >> 1)));
  let values = counts.slice();
  let volume = 1;
  axes.forEach((axis, a) => {
    const n = axis.nodes.length;
    const b = widths[a];
    volume *= lengthOf(axis);
    const line = new Float64Array(n);
    const bin = new Float64Array(b);
    forEachLine(axes, a, (first, stride) => {
      for (let i = 0, at = first; i < n; i++, at += stride) line[i] = values[at];
      binned(line, bin, axis.layout);
      for (let i = 0, at = first; i < n; i++, at += stride) values[at] = unbinned(bin, i, n, axis.layout);
    });
  });
  const floor = (FLOOR * total) / volume;
  const density = axes.reduce((d, axis, a) => d * (widths[a] / lengthOf(axis)), 1);
  values = values.map((v, i) => (isNodes(i, axes) ? Math.max(v * density, floor) / total : product[i]));
  return values;
}

/** Contents of coarse bins from those of nodes: a node's content lies within a step round it, half of it in a bin's edge. */
function binned(line: Float64Array, bin: Float64Array, layout: GridAxis['layout']): void {
  bin.fill(0);
  const b = bin.length;
  const n = line.length;
  for (let i = 0; i < n; i++) {
    // The hat of a node, or its bin, as an interval of nodes: content is shared by overlap.
    const low = layout === 'bins' ? i : Math.max(0, i - 0.5);
    const high = layout === 'bins' ? i + 1 : Math.min(n - 1, i + 0.5);
    const length = layout === 'bins' ? n : n - 1;
    const [from, to] = [(low / length) * b, (high / length) * b];
    const first = Math.min(b - 1, Math.floor(from));
    const share = to <= first + 1 || first === b - 1 ? 1 : (first + 1 - from) / (to - from);
    bin[first] += line[i] * share;
    if (share < 1) bin[first + 1] += line[i] * (1 - share);
  }
}

/** The straight line through the centres of coarse bins, at a node. */
function unbinned(bin: Float64Array, node: number, n: number, layout: GridAxis['layout']): number {
  const b = bin.length;
  if (b === 1) return bin[0];
  const t = (layout === 'bins' ? (node + 0.5) / n : node / (n - 1)) * b - 0.5;
  const at = Math.min(b - 2, Math.max(0, Math.floor(t)));
  return bin[at] + (t - at) * (bin[at + 1] - bin[at]);
}

const isNodes = (slot: number, axes: readonly GridAxis[]): boolean => {
  let rest = slot;
  for (let a = axes.length - 1; a >= 0; a--) {
    const n = slotCount(axes[a]);
    if (rest % n >= axes[a].nodes.length) return false;
    rest = Math.floor(rest / n);
  }
  return true;
};

/**
 * exp(polynomial) on the nodes, and on the nodes of the other axes for every atom; the product of the axes where there are
 * too few events for it. Only its shape within such a block matters: kernels do not reach from one to another.
 */
function polynomial(
  counts: Float64Array,
  axes: readonly GridAxis[],
  product: Float64Array,
  effective: number,
): Float64Array {
  const out = product.slice();
  const blocks = new Map<number, number[]>();
  const index = new Int32Array(axes.length);
  for (let i = 0; i < counts.length; i++) {
    let name = 0;
    for (let a = 0; a < axes.length; a++) name = name * 65 + Math.max(0, index[a] - axes[a].nodes.length + 1);
    const list = blocks.get(name);
    if (list) list.push(i);
    else blocks.set(name, [i]);
    for (let a = axes.length - 1; a >= 0 && ++index[a] === slotCount(axes[a]); a--) index[a] = 0;
  }
  const total = counts.reduce((s, v) => s + v, 0);
  for (const [name, slots] of blocks) {
    let rest = name;
    const free: GridAxis[] = [];
    for (let a = axes.length - 1; a >= 0; a--, rest = Math.floor(rest / 65)) if (rest % 65 === 0) free.unshift(axes[a]);
    if (free.length === 0) continue;
    const own = Float64Array.from(slots, (i) => counts[i]);
    const share = own.reduce((s, v) => s + v, 0) / total;
    const nodes = free.map((axis) => {
      const { low, high } = axisEnds(axis);
      return Float64Array.from(axis.nodes, (y) => (2 * (y - low)) / (high - low) - 1);
    });
    const found = share > 0 ? polynomialDensity(own, nodes, effective * share) : undefined;
    if (!found) continue;
    const most = found.reduce((a, b) => Math.max(a, b), 0);
    slots.forEach((slot, i) => (out[slot] = Math.max(found[i] / most, 1e-6)));
  }
  return out;
}

/**
 * ∫ f₀ over the neighbourhood that each node's events come from: hats times straight lines, exactly, so that the expected
 * content of a node under f₀ is this number and nothing else.
 */
export function hatMasses(values: Float64Array, axes: readonly GridAxis[]): Float64Array {
  const out = values.slice();
  axes.forEach((axis, a) => {
    const n = axis.nodes.length;
    const line = new Float64Array(n);
    const lengths = slotLengths(axis);
    const step = n > 1 ? axis.nodes[1] - axis.nodes[0] : 1;
    forEachLine(axes, a, (first, stride) => {
      for (let i = 0, at = first; i < n; i++, at += stride) line[i] = out[at];
      for (let i = 0, at = first; i < n; i++, at += stride) {
        if (axis.layout === 'bins') out[at] = line[i] * lengths[i];
        else {
          const [before, after] = [i > 0 ? line[i - 1] : 0, i < n - 1 ? line[i + 1] : 0];
          const own = (i > 0 ? 2 : 0) + (i < n - 1 ? 2 : 0);
          out[at] = (step / 6) * (before + own * line[i] + after);
        }
      }
    });
  });
  return out;
}
