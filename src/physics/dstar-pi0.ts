import { pdgOf } from '../base/particles.js';
import { normalCdf } from '../stats/special/erf.js';
import type { Key } from '../stats/key.js';
import { inBlocks, type Block, type GeneratedColumns } from './pid/block.js';
import { drawIdentification, drawTrackQuality } from './pid/draw-identification.js';
import { kaonPion } from './pid/pair-model.js';
import { SIMULATION_SCALE, type ModeOptions } from './pid/peak-mode.js';
import { chebyshevQuantile, kumaraswamy, linear, type Shape } from './pid/shapes.js';

/** What the events were drawn from: masses in GeV, the peak by Johnson's parameters. */
export const DSTAR_PI0_TRUTH = {
  mass: { low: 1.7, high: 2, mu: 1.868, lambda: 0.024, gamma: 0.2, delta: 1.4 },
  background: { c1: -0.15, c2: 0.02 },
  deltaM: { mean: 0.14543, sigma: 0.0005, low: 0.1439, high: 0.1469 },
  signalFraction: 0.5,
  /** Share of true π⁰ in background. */
  truePi0: 0.4,
  correlatedBelow: 1.5,
  width: 1.5,
} as const;

const ANGLE = linear(-0.866, 0.956, 0.3);
const TRACK = { signal: kumaraswamy(0.3, 4, 2, 4), background: kumaraswamy(0.3, 4, 1, 4) };
/** Momentum of the π⁰, GeV. */
const PI0 = { signal: kumaraswamy(0.2, 3.5, 1.5, 3), background: kumaraswamy(0.2, 3.5, 1, 5) };
const CMS = kumaraswamy(2.5, 4.9, 1, 2);

/**
 * Chebyshev coefficients of the background's mass shape for a π⁰ of momentum p, GeV: with the correlation it gets steep, and bends,
 * below 1.5 GeV.
 */
export function dstarPi0Background(p: number, correlation: boolean): { readonly c1: number; readonly c2: number } {
  const { background, correlatedBelow } = DSTAR_PI0_TRUTH;
  const low = correlation ? Math.max(0, (correlatedBelow - p) / (correlatedBelow - PI0.signal.low)) : 0;
  return { c1: background.c1 - 0.6 * low, c2: background.c2 + 0.12 * low };
}

/** Mean of the logit of a true π⁰'s number. */
const separation = (p: number): number => 1 + 0.6 * p;

/** Probability that a true π⁰ has `fakePhotonSuppression` above a threshold. @param p momentum, GeV */
export function pi0Efficiency(threshold: number, sample: ModeOptions['sample'], p: number): number {
  const scale = sample === 'simulation' ? SIMULATION_SCALE : 1;
  return normalCdf((scale * separation(p) - Math.log(threshold / (1 - threshold))) / DSTAR_PI0_TRUTH.width);
}

/**
 * D*⁺ → [D⁰ → K⁻π⁺π⁰] π⁺ candidates with background, of known truth: `D0_M`, `deltaM`, `Dst_pCMS`, `pi_slow_charge`, the tracks
 * `D0_K_…`, `D0_pi_…`, and the π⁰: `D0_pi0_p`, `_cosTheta`, `_phi`, `_M` (of its photons, GeV), `_fakePhotonSuppression` (0 to 1), `_mcPDG` (111, or
 * 0 where two photons are of no π⁰). With `correlation` the background's mass follows the momentum of the π⁰ below 1.5 GeV.
 *
 * @example dstarPi0Events(seedKey(1), 20_000, { sample: 'data', correlation: true })
 */
export function dstarPi0Events(
  key: Key,
  n: number,
  options: ModeOptions & { readonly correlation?: boolean | undefined },
): GeneratedColumns {
  const { likelihoods = true, truth = true, correlation = false, sample } = options;
  const scale = sample === 'simulation' ? SIMULATION_SCALE : 1;
  return inBlocks(key.split('D* π0').split(sample), n, (block) => {
    const signal = Uint8Array.from(block.uniforms('kind'), (u) => (u < DSTAR_PI0_TRUTH.signalFraction ? 1 : 0));
    const charge = Int32Array.from(block.uniforms('charge'), (u) => (u < 0.5 ? 1 : -1));
    if (truth) block.integer('isSignal').set(signal);
    block.integer('pi_slow_charge').set(charge);
    const pCMS = block.real('Dst_pCMS');
    block.uniforms('D* momentum').forEach((u, i) => (pCMS[i] = CMS.quantile(u)));
    drawTrack(block, 'K', charge, signal, { truth, likelihoods, scale });
    drawTrack(block, 'pi', charge, signal, { truth, likelihoods, scale });
    drawPi0(block, signal, scale, truth);
    drawMasses(block, signal, correlation);
  });
}

const spectrum = (of: Readonly<Record<'signal' | 'background', Shape>>, signal: number): Shape =>
  signal ? of.signal : of.background;

function drawTrack(
  block: Block,
  name: 'K' | 'pi',
  slow: Int32Array,
  signal: Uint8Array,
  options: { readonly truth: boolean; readonly likelihoods: boolean; readonly scale: number },
): void {
  const prefix = `D0_${name}`;
  const [u, v, w] = ['p', 'cosTheta', 'kind'].map((of) => block.uniforms(`${prefix} ${of}`));
  const p = block.real(`${prefix}_p`);
  const cosTheta = block.real(`${prefix}_cosTheta`);
  const charge = block.integer(`${prefix}_charge`);
  charge.set(name === 'K' ? slow.map((c) => -c) : slow);
  const isKaon = new Uint8Array(block.rows);
  for (let i = 0; i < block.rows; i++) {
    p[i] = spectrum(TRACK, signal[i]).quantile(u[i]);
    cosTheta[i] = ANGLE.quantile(v[i]);
    isKaon[i] = (signal[i] ? name === 'K' : w[i] < (name === 'K' ? 0.35 : 0.15)) ? 1 : 0;
  }
  if (options.truth) {
    const code = block.integer(`${prefix}_mcPDG`);
    for (let i = 0; i < block.rows; i++) code[i] = pdgOf(isKaon[i] ? 'K' : 'pi', charge[i]);
  }
  drawTrackQuality(block, prefix, p, cosTheta);
  drawIdentification(block, prefix, kaonPion, { p, cosTheta, charge, isFirst: isKaon }, options);
}

function drawPi0(block: Block, signal: Uint8Array, scale: number, truth: boolean): void {
  const [p, cosTheta, phi, M, number] = ['p', 'cosTheta', 'phi', 'M', 'fakePhotonSuppression'].map((name) =>
    block.real(`D0_pi0_${name}`),
  );
  const code = truth ? block.integer('D0_pi0_mcPDG') : undefined;
  const [u, v, w, kind, flat] = ['p', 'cosTheta', 'phi', 'kind', 'mass'].map((of) => block.uniforms(`pi0 ${of}`));
  const [z, x] = ['mass', 'number'].map((of) => block.normals(`pi0 ${of}`));
  for (let i = 0; i < block.rows; i++) {
    const real = signal[i] === 1 || kind[i] < DSTAR_PI0_TRUTH.truePi0;
    p[i] = spectrum(PI0, signal[i]).quantile(u[i]);
    cosTheta[i] = ANGLE.quantile(v[i]);
    phi[i] = Math.PI * (2 * w[i] - 1);
    M[i] = real ? 0.1345 + 0.005 * z[i] : 0.11 + 0.05 * flat[i];
    const logit = (real ? 1 : -1) * scale * separation(p[i]) + DSTAR_PI0_TRUTH.width * x[i];
    number[i] = 1 / (1 + Math.exp(-logit));
    if (code) code[i] = real ? 111 : 0;
  }
}

function drawMasses(block: Block, signal: Uint8Array, correlation: boolean): void {
  const { mass, deltaM } = DSTAR_PI0_TRUTH;
  const [D0_M, difference, p] = ['D0_M', 'deltaM', 'D0_pi0_p'].map((name) => block.real(name));
  const [u, v] = ['mass', 'deltaM'].map((name) => block.uniforms(name));
  const [z, x] = ['mass', 'deltaM'].map((name) => block.normals(name));
  for (let i = 0; i < block.rows; i++) {
    const { c1, c2 } = dstarPi0Background(p[i], correlation);
    D0_M[i] = signal[i]
      ? mass.mu + mass.lambda * Math.sinh((z[i] - mass.gamma) / mass.delta)
      : mass.low + ((mass.high - mass.low) / 2) * (1 + chebyshevQuantile(u[i], c1, c2));
    // The window is six widths: what lies outside is drawn where background is.
    const peak = deltaM.mean + deltaM.sigma * x[i];
    const inside = peak > deltaM.low && peak < deltaM.high;
    difference[i] = signal[i] && inside ? peak : deltaM.low + (deltaM.high - deltaM.low) * v[i];
  }
}
