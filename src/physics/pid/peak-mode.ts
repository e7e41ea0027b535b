import type { Key } from '../../stats/key.js';
import { inBlocks, type Block, type GeneratedColumns } from './block.js';
import { drawIdentification, drawTrackQuality } from './draw-identification.js';
import { pdgOf } from '../../base/particles.js';
import type { PairModel } from './pair-model.js';
import { chebyshevQuantile, linear, type Shape } from './shapes.js';

export interface ModeOptions {
  /** Simulation separates better than the detector does: its d is 1.15 times larger. */
  readonly sample: 'data' | 'simulation';
  /** Log-likelihoods by hypothesis and detector. On by default. */
  readonly likelihoods?: boolean | undefined;
  /** `isSignal` and the mcPDG codes. On by default, for data as well. */
  readonly truth?: boolean | undefined;
}

/** How much larger d is in simulation. */
export const SIMULATION_SCALE = 1.15;

export interface Daughter {
  readonly prefix: string;
  readonly model: PairModel;
  /** Is it the first of the model's pair where the event is signal? */
  readonly first: boolean;
  /** Charge, times that of the event. */
  readonly charge: 1 | -1;
  /** Share of the model's first kind among background candidates. */
  readonly firstInBackground: number;
  readonly spectrum: Shape;
}

/** A resonance that decays into two tracks, on a background: what it takes to draw it. Masses in GeV. */
export interface PeakMode {
  readonly name: string;
  readonly window: readonly [number, number];
  readonly mean: number;
  readonly sigma1: number;
  readonly sigma2: number;
  readonly fraction: number;
  readonly background: { readonly c1: number; readonly c2: number };
  readonly signalFraction: number;
  readonly daughters: readonly Daughter[];
  /** Further columns. */
  readonly more?: (block: Block, signal: Uint8Array) => void;
}

const ANGLE = linear(-0.866, 0.956, 0.3);

/** Draws candidates of a mode: column `M`, those of each daughter, `isSignal`. Rows begin alike whatever n. */
export function peakEvents(mode: PeakMode, key: Key, n: number, options: ModeOptions): GeneratedColumns {
  const { likelihoods = true, truth = true, sample } = options;
  const scale = sample === 'simulation' ? SIMULATION_SCALE : 1;
  return inBlocks(key.split(mode.name).split(sample), n, (block) => {
    const signal = Uint8Array.from(block.uniforms('kind'), (u) => (u < mode.signalFraction ? 1 : 0));
    if (truth) block.integer('isSignal').set(signal);
    drawMass(mode, block, signal);
    const sign = Int32Array.from(block.uniforms('charge'), (u) => (u < 0.5 ? 1 : -1));
    for (const daughter of mode.daughters) drawDaughter(daughter, block, signal, sign, { truth, likelihoods, scale });
    mode.more?.(block, signal);
  });
}

function drawMass(mode: PeakMode, block: Block, signal: Uint8Array): void {
  const [low, high] = mode.window;
  const M = block.real('M');
  const [u, width] = ['mass', 'width'].map((name) => block.uniforms(name));
  const z = block.normals('mass');
  for (let i = 0; i < block.rows; i++) {
    const peak = mode.mean + (width[i] < mode.fraction ? mode.sigma1 : mode.sigma2) * z[i];
    M[i] = signal[i]
      ? Math.min(high, Math.max(low, peak))
      : low + ((high - low) / 2) * (1 + chebyshevQuantile(u[i], mode.background.c1, mode.background.c2));
  }
}

function drawDaughter(
  daughter: Daughter,
  block: Block,
  signal: Uint8Array,
  sign: Int32Array,
  options: { readonly truth: boolean; readonly likelihoods: boolean; readonly scale: number },
): void {
  const { prefix, model, first, firstInBackground, spectrum } = daughter;
  const p = block.real(`${prefix}_p`);
  const cosTheta = block.real(`${prefix}_cosTheta`);
  const charge = block.integer(`${prefix}_charge`);
  const [u, v, w] = ['p', 'cosTheta', 'kind'].map((name) => block.uniforms(`${prefix} ${name}`));
  const isFirst = new Uint8Array(block.rows);
  for (let i = 0; i < block.rows; i++) {
    p[i] = spectrum.quantile(u[i]);
    cosTheta[i] = ANGLE.quantile(v[i]);
    charge[i] = daughter.charge * sign[i];
    isFirst[i] = (signal[i] ? first : w[i] < firstInBackground) ? 1 : 0;
  }
  if (options.truth) {
    const code = block.integer(`${prefix}_mcPDG`);
    for (let i = 0; i < block.rows; i++) code[i] = pdgOf(isFirst[i] ? model.first : model.second, charge[i]);
  }
  drawTrackQuality(block, prefix, p, cosTheta);
  drawIdentification(block, prefix, model, { p, cosTheta, charge, isFirst }, options);
}
