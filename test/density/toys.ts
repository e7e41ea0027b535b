import type { GridAxis } from '../../src/density/grid-axis.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';

/** An axis on [low, high] with evenly placed nodes, y from 0 to 1, for laws that need no events. */
export function plainAxis(name: string, nodes: number, low = 0, high = 1, more: Partial<GridAxis> = {}): GridAxis {
  return {
    name,
    expression: name,
    transform: 'identity',
    normaliser: { kind: 'scale', x: [low, high], y: [0, 1] },
    nodes: Array.from({ length: nodes }, (_, i) => i / (nodes - 1)),
    layout: 'nodes',
    atoms: [],
    ...more,
  };
}

/** k uniform on [0, 1]; x normal round `mean` + slope k with width `width` + growth k. */
export function gaussianToy(seed: number, n: number, { mean = 0, slope = 2, width = 1, growth = 0.5 } = {}) {
  const key = seedKey(seed);
  const k = uniforms(key.split('k'), n);
  const z = normals(key.split('z'), n);
  return { k, z, x: z.map((v, i) => mean + slope * k[i] + (width + growth * k[i]) * v) };
}
