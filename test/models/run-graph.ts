import { Graph } from '../../src/graph/graph.js';
import { openSession, type Session } from '../../src/graph/session.js';
import { dim, type Shape } from '../../src/graph/shape.js';
import type { Tensor } from '../../src/graph/tensor.js';

export type Precision = 'float32' | 'float64';

/** A graph as a function of arrays, for tests: name → numbers in, name → numbers out. */
export async function asFunction(
  dtype: Precision,
  inputs: Readonly<Record<string, readonly number[]>>,
  build: (graph: Graph, inputs: Record<string, Tensor>) => Record<string, Tensor>,
): Promise<{
  run(values: Readonly<Record<string, ArrayLike<number>>>): Promise<Record<string, number[]>>;
  session: Session;
}> {
  const graph = new Graph({ dtype });
  const tensors: Record<string, Tensor> = {};
  for (const [name, dims] of Object.entries(inputs)) {
    const shape: Shape = dims.map((n, i) => dim(i === dims.length - 1 ? 'point' : `${name}${i}`, n));
    tensors[name] = graph.input(name, shape);
  }
  for (const [name, t] of Object.entries(build(graph, tensors))) graph.output(name, t);
  const session = await openSession(graph.compile(), { threads: 1 });
  const array = dtype === 'float32' ? Float32Array : Float64Array;
  return {
    session,
    async run(values) {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, dims]) => [name, { data: array.from(values[name]), dims }]),
      );
      const out = await session.run(feeds);
      return Object.fromEntries(
        Object.entries(out).map(([name, { data }]) => [name, Array.from(data as Float64Array)]),
      );
    },
  };
}

export const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let out = 0;
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs(a[i] - b[i]);
    if (!(d <= out)) out = d;
  }
  return out;
};
