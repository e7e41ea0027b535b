import { slotCount, type GridAxis } from './grid-axis.js';
import { gridStrides } from './grid.js';

/** Which kernel smooths: the product of one-dimensional parabolas, or one parabola of the distance (Meerkat's). */
export type KernelShape = 'product' | 'radial';

/** The nodes that one node reaches: how far in slots and in nodes along each axis, and the kernel there. */
interface Stencil {
  readonly offset: Int32Array;
  readonly step: readonly Int32Array[];
  readonly weight: Float64Array;
}

/**
 * Nodes within the kernel's reach. Along axes of `fixed` (the event is an atom there) nothing is spread.
 *
 * @param widths half widths along each axis, in nodes
 */
function stencil(strides: readonly number[], widths: readonly number[], fixed: number, shape: KernelShape): Stencil {
  let points: { offset: number; steps: number[]; square: number; product: number }[] = [
    { offset: 0, steps: [], square: 0, product: 1 },
  ];
  strides.forEach((stride, a) => {
    const reach = fixed & (1 << a) ? 0 : Math.max(0, Math.ceil(widths[a] - 1e-12) - 1);
    points = points.flatMap((p) =>
      Array.from({ length: 2 * reach + 1 }, (_, i) => {
        const d = i - reach;
        const u = d === 0 ? 0 : (d / widths[a]) ** 2;
        return {
          offset: p.offset + d * stride,
          steps: [...p.steps, d],
          square: p.square + u,
          product: p.product * (1 - u),
        };
      }).filter((q) => shape === 'product' || q.square < 1),
    );
  });
  return {
    offset: Int32Array.from(points, (p) => p.offset),
    step: strides.map((_, a) => Int32Array.from(points, (p) => p.steps[a])),
    weight: Float64Array.from(points, (p) => (shape === 'product' ? p.product : 1 - p.square)),
  };
}

/** Widths of neighbouring levels differ by this factor; a node takes the level nearest to its own width. */
const LEVEL = 1.05;

/**
 * Spreads every slot of several grids by a kernel whose width may differ from slot to slot: each slot hands its content
 * on to the nodes that it reaches, divided by its width's product with `scale`. All grids are spread by the same
 * widths. One pass of slots × nodes in reach.
 *
 * @param widths half widths along each axis, in nodes, where the scale is 1
 * @param scale factor on the widths of each slot; 1 everywhere where absent
 */
export function scatter(
  grids: readonly Float64Array[],
  axes: readonly GridAxis[],
  widths: readonly number[],
  shape: KernelShape,
  scale?: Float64Array,
): Float64Array[] {
  const strides = gridStrides(axes);
  const nodes = axes.map((a) => a.nodes.length);
  const slots = axes.map(slotCount);
  const known = new Map<number, Stencil>();
  const out = grids.map((g) => new Float64Array(g.length));
  const index = new Int32Array(axes.length);
  const size = grids[0].length;
  for (let slot = 0; slot < size; slot++) {
    if (grids.some((g) => g[slot] !== 0)) {
      let fixed = 0;
      let free = 0;
      for (let a = 0; a < axes.length; a++) {
        if (index[a] >= nodes[a]) fixed |= 1 << a;
        else free++;
      }
      const level = scale ? Math.round(Math.log(scale[slot]) / Math.log(LEVEL)) : 0;
      const name = level * 1024 + fixed;
      let reach = known.get(name);
      const factor = LEVEL ** level;
      if (!reach) {
        // Less than two thirds of a step would be no kernel at all.
        reach = stencil(
          strides,
          widths.map((w) => Math.max(w * factor, 1 / 1.5)),
          fixed,
          shape,
        );
        known.set(name, reach);
      }
      const { offset, step, weight } = reach;
      const share = factor ** -free;
      for (let p = 0; p < offset.length; p++) {
        let inside = true;
        for (let a = 0; a < axes.length && inside; a++) {
          const at = index[a] + step[a][p];
          inside = at >= 0 && (at < nodes[a] || step[a][p] === 0);
        }
        if (!inside) continue;
        for (let g = 0; g < grids.length; g++) out[g][slot + offset[p]] += grids[g][slot] * weight[p] * share;
      }
    }
    for (let a = axes.length - 1; a >= 0 && ++index[a] === slots[a]; a--) index[a] = 0;
  }
  return out;
}
