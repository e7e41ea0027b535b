import type { DType } from './tensor.js';
import type { Shape } from './shape.js';

/** Attribute of an ONNX node: integer(s), a float, a string, or a sub-graph. */
export type Attribute = number | string | readonly number[] | { readonly float: number } | { readonly graph: SubGraph };

export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Value {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

export interface Initializer {
  readonly name: string;
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly data: Float32Array | Float64Array | BigInt64Array | Uint8Array;
}

export interface SubGraph {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

/** Names a node reads, those inside its sub-graphs included. */
export function reads(node: Node): string[] {
  const names = [...node.inputs];
  for (const attribute of Object.values(node.attributes))
    if (typeof attribute === 'object' && 'graph' in attribute)
      for (const inner of attribute.graph.nodes) names.push(...reads(inner));
  return names;
}

/** The nodes, in order, on which the named values depend. */
export function prune(nodes: readonly Node[], wanted: Iterable<string>): Node[] {
  const needed = new Set(wanted);
  const kept: Node[] = [];
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i];
    if (!node.outputs.some((name) => needed.has(name))) continue;
    for (const name of reads(node)) needed.add(name);
    kept.push(node);
  }
  return kept.reverse();
}
