import { sessionCache } from '../graph/session.js';
import { Kernel } from './kernel.js';
import type { GraphModel } from './likelihood-graph.js';

/** Compiled likelihoods, kept for further fits of models made of the same densities (toys, bins, systematics). */
export interface Kernels {
  of(model: GraphModel): Kernel;
  close(): Promise<void>;
}

/**
 * Opens an empty store of compiled likelihoods. Whoever opens it closes it; {@link fitModel} opens one of its own unless given.
 *
 * @example const kernels = openKernels();
 * for (const toy of toys) await fitModel(model, toy, { kernels });
 * await kernels.close();
 */
export function openKernels(): Kernels {
  const sessions = sessionCache();
  const known: Kernel[] = [];
  return {
    of(model) {
      const same = known.find((kernel) => sameModel(kernel.model, model));
      if (same) return same;
      const kernel = new Kernel(model, (bytes) => sessions.open(bytes, { threads: 1 }));
      known.push(kernel);
      return kernel;
    },
    close: () => sessions.close(),
  };
}

const equal = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((v, i) => v === b[i]);

const sameModel = (a: GraphModel, b: GraphModel): boolean =>
  a.nodes === b.nodes &&
  equal(a.variables, b.variables) &&
  equal(a.pdfs, b.pdfs) &&
  a.moves.every((m, i) => equal(m.parameters, b.moves[i].parameters) && equal(m.constants, b.moves[i].constants));
