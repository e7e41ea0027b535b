import type { Range } from '../../src/fit/density.js';
import { DSTAR_TRUTH, dstarEvents } from '../../src/physics/dstar.js';
import type { Key } from '../../src/stats/key.js';

/** D* → D⁰(Kπ) π with known truth: mass of the D⁰, momentum of the kaon, whether it passes a cut. */
export interface MomentumToy {
  readonly mass: Float64Array;
  readonly p: Float64Array;
  readonly passes: Uint8Array;
  readonly signal: Uint8Array;
}

export const massRange: Range = [DSTAR_TRUTH.mass.low, DSTAR_TRUTH.mass.high];
/** Bins of the kaon's momentum in GeV. */
export const momentumEdges = [0.3, 1, 1.5, 2.2, 3, 4];

/**
 * The D* toy. `correlated`: below 1.5 GeV the background bends over into a bump under the signal, more and more towards low
 * momentum: weights of one fit to all momenta are wrong there.
 */
export function momentumToy(key: Key, n: number, signalFraction: number, correlation: boolean): MomentumToy {
  const options = { sample: 'data', correlation, signalFraction, outside: 0, likelihoods: false } as const;
  const { D0_M, D0_K_p, D0_K_kaonID, isSignal } = dstarEvents(key, n, options);
  return {
    mass: Float64Array.from(D0_M),
    p: Float64Array.from(D0_K_p),
    passes: Uint8Array.from(D0_K_kaonID, (id) => (id > 0.6 ? 1 : 0)),
    signal: Uint8Array.from(isSignal),
  };
}

export const binOf = (edges: readonly number[], values: Float64Array): Int32Array =>
  Int32Array.from(values, (v) => {
    for (let i = 0; i + 1 < edges.length; i++) if (v > edges[i] && v <= edges[i + 1]) return i;
    return -1;
  });
