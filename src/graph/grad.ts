import type { Tensor } from './tensor.js';
import { add } from './ops/arithmetic.js';

/**
 * Gradients of a scalar by the reverse pass over the tape. Seeds other than 1 (for several outputs at once) may be given.
 *
 * @throws if a tensor in `wrt` does not influence the scalar
 * @example const [dw] = gradient(loss, [w])
 */
export function gradient(of: Tensor, wrt: readonly Tensor[]): Tensor[] {
  if (of.shape.length !== 0) throw of.graph.error('gradient', 'only a scalar has a gradient', [of]);
  return gradientFrom([[of, of.graph.constant(1, [], of.dtype)]], wrt);
}

/** Σ seedᵢ·∂tensorᵢ/∂wrt: the reverse pass from several tensors, each with its seed of the same shape. */
export function gradientFrom(seeds: readonly (readonly [Tensor, Tensor])[], wrt: readonly Tensor[]): Tensor[] {
  const { graph } = seeds[0][0];
  return graph.unrecorded(() => {
    // Only what depends on the wanted tensors is followed back: data paths cost nothing and may hold any operation.
    const depends = new Set(wrt.map((t) => t.id));
    for (const { inputs, outputs } of graph.tape)
      if (inputs.some((t) => depends.has(t.id))) for (const t of outputs) depends.add(t.id);
    const found = new Map<string, Tensor>();
    const collect = (t: Tensor, g: Tensor): void => {
      const before = found.get(t.id);
      found.set(t.id, before ? add(before, g) : g);
    };
    for (const [t, seed] of seeds) collect(t, seed);
    for (let i = graph.tape.length - 1; i >= 0; i--) {
      const entry = graph.tape[i];
      const gradients = entry.outputs.map((t) => {
        const g = found.get(t.id);
        return g && { ...g, shape: t.shape };
      });
      if (gradients.every((g) => g === undefined) || !entry.inputs.some((t) => depends.has(t.id))) continue;
      const back = graph.scope(entry.scope, () => entry.vjp(gradients, entry.inputs, entry.outputs));
      entry.inputs.forEach((t, k) => {
        const g = back[k];
        // Sizes are those of the operand; a product may have named them after its other factor.
        if (g && depends.has(t.id)) collect(t, { ...g, shape: t.shape });
      });
    }
    return wrt.map((t) => {
      const g = found.get(t.id);
      if (!g) throw graph.error('gradient', 'the scalar does not depend on a tensor asked for', [t]);
      return g;
    });
  });
}
