import { apply, dot, inverse } from '../fit/dense.js';
import { axisEnds, slotCount, type GridAxis } from './grid-axis.js';
import { convolveAxis, epanechnikov } from './smooth.js';
import { features, legendre, terms } from './polynomial.js';

/** Effective events that each term of a regression needs; most degrees by the number of free axes. */
const PER_TERM = 40;
const DEGREES = [0, 6, 4, 3, 2, 2, 2];
/** The residuals' density: from −REACH to REACH standard deviations in so many steps. */
const REACH = 6;
const STEPS = 480;

/** Degrees of the regressions in their order: found, or held to those of the sample whose replica this is. */
export interface Degrees {
  readonly held?: readonly number[] | undefined;
  readonly found: number[];
}

/**
 * A density that moves with what it is given: f(x_j | before) = g((y − m)/s)/s, variable after variable, with mean m and width s
 * polynomials of the axes before and one shape g for all. Linear regression, so weights of either sign do no harm; kernels that
 * refine it may be wide along the kinematics, because what moves there has been taken out.
 *
 * @returns a factor per slot of all axes, over nodes and atoms of the variables; 0 where the shape has nothing
 */
export function movingDensity(
  counts: Float64Array,
  axes: readonly GridAxis[],
  given: number,
  effective: number,
  degrees: Degrees = { found: [] },
): Float64Array {
  let out = new Float64Array(axes.slice(0, given).reduce((n, a) => n * slotCount(a), 1)).fill(1);
  for (let j = given; j < axes.length; j++) {
    const own = axes.slice(0, j + 1);
    const line = slotCount(axes[j]);
    // Contents, not densities: sums over the axes that come later.
    const later = axes.slice(j + 1).reduce((n, a) => n * slotCount(a), 1);
    const sums = new Float64Array(counts.length / later);
    for (let i = 0; i < counts.length; i++) sums[Math.floor(i / later)] += counts[i];
    const shape = moved(sums, own, effective, degrees);
    const next = new Float64Array(out.length * line);
    for (let i = 0; i < next.length; i++) next[i] = out[Math.floor(i / line)] * shape[i];
    out = next;
  }
  return out;
}

/** g((y − m)/s)/s of the last axis at every slot; 1 at its atoms. */
function moved(sums: Float64Array, axes: readonly GridAxis[], effective: number, degrees: Degrees): Float64Array {
  const axis = axes[axes.length - 1];
  const before = axes.slice(0, -1);
  const nodes = axis.nodes.length;
  const slots = slotCount(axis);
  const lines = sums.length / slots;
  const [w, m1, m2, m3, m4] = momentsOf(sums, axis);
  const total = sumOf(w);
  const out = new Float64Array(sums.length).fill(1);
  if (!(total > 0)) return out;
  const mean = regress({ w, c: m1, cc: m2 }, before, effective, degrees);
  const square = regress(
    {
      w,
      c: mean.map((m, l) => m2[l] - m * (2 * m1[l] - m * w[l])),
      cc: mean.map((m, l) => m4[l] - m * (4 * m3[l] - m * (6 * m2[l] - m * (4 * m1[l] - m * w[l])))),
    },
    before,
    effective,
    degrees,
  );
  const step = axis.nodes[1] - axis.nodes[0];
  const typical = square.reduce((s, v, l) => s + v * w[l], 0) / total;
  const width = square.map((v) => Math.sqrt(Math.max(v, 0.02 * typical, step * step)));
  const { low, high } = axisEnds(axis);
  const shape = residuals(sums, axis, slots, mean, width, effective);
  for (let l = 0; l < lines; l++) {
    let norm = 0;
    for (let i = 0; i < nodes; i++) norm += out[l * slots + i] = shape((axis.nodes[i] - mean[l]) / width[l]);
    const scale = norm > 0 ? nodes / ((high - low) * norm) : 0;
    for (let i = 0; i < nodes; i++) out[l * slots + i] *= scale;
  }
  return out;
}

/** Σ w y^q of every line over its nodes, q from 0 to 4. */
function momentsOf(sums: Float64Array, { nodes, atoms }: GridAxis): Float64Array[] {
  const slots = nodes.length + atoms.length;
  const out = Array.from({ length: 5 }, () => new Float64Array(sums.length / slots));
  for (let l = 0; l < out[0].length; l++)
    for (let i = 0; i < nodes.length; i++) {
      let term = sums[l * slots + i];
      for (const moment of out) {
        moment[l] += term;
        term *= nodes[i];
      }
    }
  return out;
}

/**
 * The ratio Σ c/Σ w as a polynomial of the axes before, for each set of atoms apart. Its degree is that of Hannan and
 * Quinn's criterion: a term that the events do not ask for would only bring their noise to the ends of the axes.
 *
 * @param w Σ w of every line, @param c Σ w v of what is regressed, @param cc Σ w v²
 */
function regress(
  { w, c, cc }: { readonly w: Float64Array; readonly c: Float64Array; readonly cc: Float64Array },
  axes: readonly GridAxis[],
  effective: number,
  degrees: Degrees,
): Float64Array {
  const out = new Float64Array(w.length);
  const total = sumOf(w);
  const everywhere = sumOf(c) / total;
  for (const { free, slots } of blocksOf(axes)) {
    const share = slots.reduce((s, i) => s + w[i], 0);
    const events = (effective * share) / total;
    const pick = (v: Float64Array): Float64Array => Float64Array.from(slots, (i) => v[i] / share);
    const known = share > 0 ? polynomialOf(pick(w), pick(c), pick(cc), free, events, degrees) : undefined;
    slots.forEach((i, s) => (out[i] = known ? known[s] : everywhere));
  }
  return out;
}

const sumOf = (v: Float64Array): number => v.reduce((s, x) => s + x, 0);

/** The polynomial of one block, at its slots. */
function polynomialOf(
  w: Float64Array,
  c: Float64Array,
  cc: Float64Array,
  free: readonly GridAxis[],
  events: number,
  degrees: Degrees,
): Float64Array {
  const held = degrees.held?.[degrees.found.length];
  const most = held ?? (free.length ? DEGREES[free.length] : 0);
  const tables = free.map((axis) => {
    const { low, high } = axisEnds(axis);
    const places = Float64Array.from(axis.nodes, (y) => (2 * (y - low)) / (high - low) - 1);
    return legendre(places, Math.max(1, most));
  });
  let best = new Float64Array(w.length).fill(sumOf(c));
  let least = events * Math.log(Math.max(sumOf(cc) - sumOf(c) ** 2, Number.MIN_VALUE));
  let chosen = 0;
  for (let degree = held ?? 1; degree > 0 && degree <= most; degree++) {
    const list = [free.map(() => 0), ...terms(free.length, degree)];
    if (held === undefined && list.length * PER_TERM > events) break;
    const rows = features(tables, list);
    const m = list.length;
    const matrix = new Float64Array(m * m);
    for (let a = 0; a < m; a++) {
      const weighted = rows[a].map((v, s) => v * w[s]);
      for (let b = 0; b <= a; b++) matrix[a * m + b] = matrix[b * m + a] = dot(weighted, rows[b]);
      matrix[a * m + a] += (a > 0 ? 1 : 0) / events;
    }
    const right = Float64Array.from(rows, (row) => dot(row, c));
    const inverted = inverse(matrix, m);
    if (!inverted) break;
    const theta = apply(inverted, right);
    const left = Math.max(sumOf(cc) - dot(theta, right), Number.MIN_VALUE);
    const score = events * Math.log(left) + 2 * (m - 1) * Math.log(Math.log(events));
    if (held === undefined && score >= least) continue;
    least = score;
    chosen = degree;
    best = new Float64Array(w.length);
    rows.forEach((row, a) => row.forEach((v, s) => (best[s] += theta[a] * v)));
  }
  degrees.found.push(chosen);
  return best;
}

/** The slots of some axes in blocks: those on the nodes of all axes, and those at each set of atoms. */
export function blocksOf(axes: readonly GridAxis[]): { readonly free: GridAxis[]; readonly slots: number[] }[] {
  const blocks = new Map<string, { free: GridAxis[]; slots: number[] }>();
  const index = new Int32Array(axes.length);
  const size = axes.reduce((n, a) => n * slotCount(a), 1);
  for (let i = 0; i < size; i++) {
    const name = axes.map((axis, a) => Math.max(0, index[a] - axis.nodes.length + 1)).join(' ');
    let block = blocks.get(name);
    if (!block) {
      block = { free: axes.filter((axis, a) => index[a] < axis.nodes.length), slots: [] };
      blocks.set(name, block);
    }
    block.slots.push(i);
    for (let a = axes.length - 1; a >= 0 && ++index[a] === slotCount(axes[a]); a--) index[a] = 0;
  }
  return [...blocks.values()];
}

/** The density of (y − m)/s over all lines, smoothed by a kernel of the width of a normal distribution. */
function residuals(
  sums: Float64Array,
  axis: GridAxis,
  slots: number,
  mean: Float64Array,
  width: Float64Array,
  effective: number,
): (t: number) => number {
  const step = (2 * REACH) / STEPS;
  const bins = new Float64Array(STEPS + 1);
  for (let l = 0; l < mean.length; l++)
    for (let i = 0; i < axis.nodes.length; i++) {
      const at = ((axis.nodes[i] - mean[l]) / width[l] + REACH) / step;
      const b = Math.floor(Math.min(STEPS - 1, Math.max(0, at)));
      const share = Math.min(1, Math.max(0, at - b));
      const c = sums[l * slots + i];
      bins[b] += c * (1 - share);
      bins[b + 1] += c * share;
    }
  const line = [{ nodes: Array.from(bins.keys()), atoms: [] }] as unknown as GridAxis[];
  const smooth = convolveAxis(bins, line, 0, epanechnikov(Math.max(0.25, 2.345 * effective ** -0.2), step), 'cut');
  return (t) => {
    const at = (t + REACH) / step;
    if (!(at >= 0 && at < STEPS)) return 0;
    const b = Math.floor(at);
    return Math.max(0, smooth[b] + (at - b) * (smooth[b + 1] - smooth[b]));
  };
}
