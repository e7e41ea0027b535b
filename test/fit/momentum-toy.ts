import type { Range } from '../../src/fit/component.js';
import { normals, uniforms, type Key } from '../../src/stats/key.js';

/** D* → D⁰(Kπ) π with known truth: mass of the D⁰, momentum of the kaon, whether it passes a cut. */
export interface MomentumToy {
  readonly mass: Float64Array;
  readonly p: Float64Array;
  readonly passes: Uint8Array;
  readonly signal: Uint8Array;
}

export const massRange: Range = [1.8, 1.95];
/** Bins of the kaon's momentum in GeV. */
export const momentumEdges = [0.3, 1, 1.5, 2.2, 3, 4];

/** Background 1 + c₁ T₁ + c₂ T₂. */
export const flatBackground = [-0.2, 0.02] as const;

/**
 * Double Gaussian over a background of second order. `correlated`: below 1.5 GeV the background bends over, more and more towards
 * low momentum, as where slow kaons are combined with the wrong pion: weights of one fit to all momenta are wrong there.
 */
export function momentumToy(key: Key, signals: number, backgrounds: number, correlated: boolean): MomentumToy {
  const n = signals + backgrounds;
  const signal = Uint8Array.from({ length: n }, (_, e) => (e < signals ? 1 : 0));
  // Background is slower than signal.
  const p = uniforms(key.split('p'), n).map((u, e) => 0.3 + 3.7 * (signal[e] ? u ** 0.8 : u ** 2.5));
  const z = normals(key.split('z'), n);
  const narrow = uniforms(key.split('narrow'), n);
  const pass = uniforms(key.split('pass'), n);
  const mass = z.map((v, e) => 1.8648 + (narrow[e] < 0.6 ? 0.0045 : 0.0095) * v);
  const [low, high] = massRange;
  for (let e = signals; e < n; e++) {
    const t = correlated ? Math.max(0, (1.5 - p[e]) / 1.2) : 0;
    const [c1, c2] = [flatBackground[0] - 0.2 * t, flatBackground[1] - 0.55 * t];
    const u = uniforms(key.split('background', e), 40);
    for (let i = 0; i < 40; i += 2) {
      const v = 2 * u[i] - 1;
      if (u[i + 1] * 1.6 > 1 + c1 * v + c2 * (2 * v * v - 1)) continue;
      mass[e] = low + ((high - low) * (v + 1)) / 2;
      break;
    }
  }
  const passes = Uint8Array.from(pass, (u, e) => (u < (signal[e] ? 0.95 - 0.08 * p[e] : 0.25) ? 1 : 0));
  return { mass, p, passes, signal };
}

export const binOf = (edges: readonly number[], values: Float64Array): Int32Array =>
  Int32Array.from(values, (v) => {
    for (let i = 0; i + 1 < edges.length; i++) if (v > edges[i] && v <= edges[i + 1]) return i;
    return -1;
  });
