import type { Graph } from './graph.js';
import type { Shape } from './shape.js';

export type DType = 'float32' | 'float64' | 'int64' | 'bool';

/** A node's output inside a graph. Plain data; all work is done by functions of tensors. */
export interface Tensor {
  readonly id: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly graph: Graph;
}
