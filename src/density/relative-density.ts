import { approximationValues, hatMasses, type Approximation } from './approximation.js';
import type { Degrees } from './moving.js';
import { slotCount, type GridAxis } from './grid-axis.js';
import { monotoneValues } from './monotone.js';
import { scatter, type KernelShape } from './scatter.js';
import { parabolaAxis } from './smooth.js';

export interface KernelOptions {
  /** Half widths of the kernel along each axis, in normalised units. */
  readonly widths: readonly number[];
  readonly kernel?: KernelShape | undefined;
  readonly approximation?: Approximation | undefined;
  /** How many of the axes, the first ones, are given (for the approximation `moving`). */
  readonly given?: number | undefined;
  /** Of the approximation `moving`: replicas are made with the degrees of their sample, which noise would only raise. */
  readonly degrees?: Degrees | undefined;
  /** (Σw)²/Σw² of the events; Σw where absent. */
  readonly effective?: number | undefined;
  /** Wide kernels where events are few, narrow ones where they are many. */
  readonly adaptive?: boolean | undefined;
  /**
   * How often the estimate becomes the approximation of the next one, 0 by default. Each time the bias falls by a power of
   * the widths, at boundaries above all, and wider kernels become the best (Jones, Linton and Nielsen, Biometrika 82 (1995)
   * 327, for once).
   */
  readonly refinements?: number | undefined;
}

/** The rough density and the mass that it puts on every node: the same for all widths. */
export interface Ground {
  readonly values: Float64Array;
  readonly masses: Float64Array;
}

export function groundOf(
  kind: Approximation | undefined,
  counts: Float64Array,
  axes: readonly GridAxis[],
  effective?: number,
  given = 0,
  degrees?: Degrees,
): Ground {
  const values = approximationValues(kind ?? 'moving', counts, axes, effective, given, degrees);
  return { values, masses: hatMasses(values, axes) };
}

const stepOf = ({ nodes }: GridAxis): number => nodes[1] - nodes[0];

/**
 * Relative kernel density on a grid (Poluektov, arXiv:1411.5528):
 *
 *   f(x) = f₀(x) · Σᵢ wᵢ K_h(x − xᵢ) / (f₀ ∗ K_h)(x)
 *
 * with K(u) = 1 − Σ u² inside the unit ball (`radial`) or Π (1 − u²) (`product`), events shared among the nodes round them,
 * and f₀ convolved in the very same way. Where the truth is f₀ the expectation is exact at every node, whatever the widths
 * and however near a boundary. Weights of either sign; the result is in Σw per unit of the normalised axes, and may be
 * negative where the weights are.
 *
 * `adaptive`: the widths at a node are h · a^(−1/D), a being the first estimate with mean 1, kept within [0.1, 3], and D
 * the number of axes; every axis gets the same factor (Meerkat changes it from axis to axis while it loops over them).
 */
export function relativeDensity(
  counts: Float64Array,
  axes: readonly GridAxis[],
  options: KernelOptions,
  ground = groundOf(options.approximation, counts, axes, options.effective, options.given, options.degrees),
): Float64Array {
  const { kernel = 'product', adaptive = false, refinements = 0 } = options;
  const inNodes = options.widths.map((w, a) => w / stepOf(axes[a]));
  let from = ground;
  let estimate = combine(from.values, spread([counts, from.masses], axes, inNodes, kernel));
  for (let r = 0; r < refinements; r++) {
    const rough = from.values;
    const least = (LEAST * Math.max(0, sumOf(estimate))) / sumOf(rough);
    // Less than nothing cannot be refined; cut off, it would make the next estimate too large by as much.
    const { values: rising } = monotoneValues(estimate, axes, options.given ?? 0);
    const values = rising.map((v, i) => Math.max(v, least * rough[i]));
    from = { values, masses: hatMasses(values, axes) };
    estimate = combine(values, spread([counts, from.masses], axes, inNodes, kernel));
  }
  if (!adaptive) return estimate;
  const scale = adaptiveScale(estimate, axes);
  return combine(from.values, scatter([counts, from.masses], axes, inNodes, kernel, scale));
}

/** Where an estimate has next to nothing, or less than nothing, this share of the approximation is refined instead. */
const LEAST = 0.02;

const sumOf = (values: Float64Array): number => values.reduce((s, v) => s + v, 0);

function combine(rough: Float64Array, [above, below]: readonly Float64Array[]): Float64Array {
  return rough.map((v, i) => (below[i] > 0 ? (v * above[i]) / below[i] : 0));
}

/** Along one axis after the other where the kernel is a product, node by node otherwise. */
function spread(
  grids: readonly Float64Array[],
  axes: readonly GridAxis[],
  inNodes: readonly number[],
  kernel: KernelShape,
): Float64Array[] {
  if (kernel === 'radial') return scatter(grids, axes, inNodes, kernel);
  return grids.map((grid) => axes.reduce((values, _, a) => parabolaAxis(values, axes, a, inNodes[a]), grid));
}

/** a^(−1/D) at every slot; the mean is taken over the nodes of the axes that are free, for each set of atoms apart. */
function adaptiveScale(pilot: Float64Array, axes: readonly GridAxis[]): Float64Array {
  const slots = axes.map(slotCount);
  const block = new Int32Array(pilot.length);
  const sums = new Map<number, { sum: number; count: number; free: number }>();
  const index = new Int32Array(axes.length);
  for (let i = 0; i < pilot.length; i++) {
    let name = 0;
    for (let a = 0; a < axes.length; a++) {
      const atom = index[a] - axes[a].nodes.length;
      name = name * 65 + (atom >= 0 ? atom + 1 : 0);
    }
    block[i] = name;
    let entry = sums.get(name);
    if (!entry) {
      const free = axes.filter((axis, a) => index[a] < axis.nodes.length).length;
      sums.set(name, (entry = { sum: 0, count: 0, free }));
    }
    entry.sum += Math.max(0, pilot[i]);
    entry.count++;
    for (let a = axes.length - 1; a >= 0 && ++index[a] === slots[a]; a--) index[a] = 0;
  }
  return pilot.map((v, i) => {
    const { sum, count, free } = sums.get(block[i]) as { sum: number; count: number; free: number };
    if (!(sum > 0) || free === 0) return 1;
    const a = Math.min(3, Math.max(0.1, (v * count) / sum));
    return a ** (-1 / free);
  });
}
