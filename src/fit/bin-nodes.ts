import { gaussLegendre } from './normalise.js';

/** Places in bins where a density is evaluated, and how these are averaged. */
export interface BinNodes {
  /** [node, bin] in C order. */
  readonly x: Float64Array;
  /** One a node, adding up to 1. */
  readonly average: Float64Array;
}

/** The Gauss–Legendre rule of `order` points in each bin. */
export function binNodes(edges: Float64Array, order: number): BinNodes {
  const { nodes, weights } = gaussLegendre(order);
  const bins = edges.length - 1;
  const x = new Float64Array(order * bins);
  for (let q = 0; q < order; q++)
    for (let b = 0; b < bins; b++)
      x[q * bins + b] = 0.5 * (edges[b] + edges[b + 1] + nodes[q] * (edges[b + 1] - edges[b]));
  return { x, average: weights.map((w) => w / 2) };
}
