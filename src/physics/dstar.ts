import { normalCdf, normalQuantile } from '../stats/special/erf.js';
import type { Key } from '../stats/key.js';
import { inBlocks, type Block, type GeneratedColumns } from './pid/block.js';
import { averageEfficiency, type TrackRegion } from './pid/average.js';
import { drawIdentification, drawTrackQuality } from './pid/draw-identification.js';
import { pdgOf } from '../base/particles.js';
import { kaonPion } from './pid/pair-model.js';
import { chebyshevQuantile, kumaraswamy, linear, type Shape } from './pid/shapes.js';
import { parseIdCut, trueEfficiency, type TrueTrack } from './pid/true-efficiency.js';

export interface DstarOptions {
  /** Simulation separates kaons and pions better than the detector does: its d is 1.15 times larger. */
  readonly sample: 'data' | 'simulation';
  /** Background whose mass shape changes with the kaon's momentum below 1.5 GeV: sWeights fail there. Off by default. */
  readonly correlation?: boolean | undefined;
  /** The 36 log-likelihoods per track, by hypothesis and detector. On by default. */
  readonly likelihoods?: boolean | undefined;
  /** `isSignal` and the mcPDG codes. On by default, for data as well. */
  readonly truth?: boolean | undefined;
  /** Share of signal among the events of the ΔM window; 2/3 by default: S/B = 2. */
  readonly signalFraction?: number | undefined;
  /** Share of events, all background, outside the ΔM window 0.1439 … 0.1469 GeV; 0.05 by default. */
  readonly outside?: number | undefined;
}

/** What the events were drawn from: masses in GeV. */
export const DSTAR_TRUTH = {
  mass: { low: 1.8, high: 1.95, mean: 1.8648, sigma1: 0.0045, sigma2: 0.0095, fraction: 0.6 },
  background: { c1: -0.2, c2: 0.02 },
  deltaM: { low: 0.1439, high: 0.1469, upTo: 0.16, mean: 0.14543 },
  simulationScale: 1.15,
  signalFraction: 2 / 3,
  outside: 0.05,
  /** Share of true kaons among the kaon and the pion candidates of the background. */
  kaonShare: { K: 0.35, pi: 0.15 },
  correlatedBelow: 1.5,
} as const;

const P = { low: 0.3, high: 4 };
const CMS = kumaraswamy(2.5, 4.9, 1, 2);
const COS = { low: -0.866, high: 0.956 };
/** Spectra by kind of event: momentum (GeV) and cosine of the polar angle are independent of each other. */
export const DSTAR_SPECTRA: Readonly<Record<'signal' | 'background', { readonly p: Shape; readonly cosTheta: Shape }>> =
  {
    signal: { p: kumaraswamy(P.low, P.high, 2, 3), cosTheta: linear(COS.low, COS.high, 0.3) },
    background: { p: kumaraswamy(P.low, P.high, 1, 3), cosTheta: linear(COS.low, COS.high, 0) },
  };

/**
 * Chebyshev coefficients of the background's mass shape for a kaon candidate of momentum p, GeV. With the correlation switched on it
 * bends below 1.5 GeV into a bump under the signal.
 */
export function dstarBackground(p: number, correlation: boolean): { readonly c1: number; readonly c2: number } {
  const { c1, c2 } = DSTAR_TRUTH.background;
  const low = correlation ? Math.max(0, (DSTAR_TRUTH.correlatedBelow - p) / (DSTAR_TRUTH.correlatedBelow - P.low)) : 0;
  return { c1: c1 + 0.5 * low, c2: c2 - 0.35 * low };
}

/**
 * D*⁺ → (D⁰ → K⁻π⁺) π⁺ candidates with background, of known truth: `D0_M`, `deltaM`, and for the prefixes `D0_K` and
 * `D0_pi` momenta (GeV), angles, charge, track quality, the six identification numbers (`D0_K_kaonID`, …) and, where asked,
 * their log-likelihoods by detector (`D0_K_kaonLogL_CDC`, …); `isSignal`, `D0_K_mcPDG`, `D0_pi_mcPDG`.
 *
 * Identification depends on p, cosTheta and charge alone, in signal and background alike; without `correlation` the mass is
 * independent of all of them. Masses are drawn, not computed from the tracks.
 *
 * @param n rows; the first rows are the same whatever n
 * @example dstarEvents(seedKey(1), 200_000, { sample: 'data' })
 */
export function dstarEvents(key: Key, n: number, options: DstarOptions): GeneratedColumns {
  return inBlocks(key.split('D*').split(options.sample), n, (block) => fillBlock(block, options));
}

function fillBlock(block: Block, options: DstarOptions): void {
  const { correlation = false, likelihoods = true, truth = true } = options;
  const { signalFraction = DSTAR_TRUTH.signalFraction, outside = DSTAR_TRUTH.outside, sample } = options;
  const kind = block.uniforms('kind');
  const signal = Uint8Array.from(kind, (u) => (u < signalFraction * (1 - outside) ? 1 : 0));
  const away = Uint8Array.from(kind, (u) => (u >= 1 - outside ? 1 : 0));
  if (truth) block.integer('isSignal').set(signal);
  const charge = Int32Array.from(block.uniforms('charge'), (u) => (u < 0.5 ? 1 : -1));
  for (const [name, sign] of [['K', -1] as const, ['pi', 1] as const]) {
    drawDaughter(block, name, charge, sign, signal, { truth, likelihoods, scale: scaleOf(sample) });
  }
  block.integer('pi_slow_charge').set(charge);
  const slow = block.real('pi_slow_p');
  block.uniforms('slow').forEach((u, i) => (slow[i] = 0.06 + 0.25 * u));
  // Momentum of the D* in the centre of mass: what a selection asks of it, all of these pass.
  const pCMS = block.real('Dst_pCMS');
  block.uniforms('D* momentum').forEach((u, i) => (pCMS[i] = CMS.quantile(u)));
  drawMasses(block, signal, away, correlation);
}

const scaleOf = (sample: DstarOptions['sample']): number => (sample === 'simulation' ? DSTAR_TRUTH.simulationScale : 1);

function drawDaughter(
  block: Block,
  name: 'K' | 'pi',
  slowCharge: Int32Array,
  sign: 1 | -1,
  signal: Uint8Array,
  options: { readonly truth: boolean; readonly likelihoods: boolean; readonly scale: number },
): void {
  const prefix = `D0_${name}`;
  const p = block.real(`${prefix}_p`);
  const cosTheta = block.real(`${prefix}_cosTheta`);
  const charge = block.integer(`${prefix}_charge`);
  const [u, v, w] = ['p', 'cosTheta', 'kind'].map((of) => block.uniforms(`${prefix} ${of}`));
  const isKaon = new Uint8Array(block.rows);
  for (let i = 0; i < block.rows; i++) {
    const spectra = signal[i] ? DSTAR_SPECTRA.signal : DSTAR_SPECTRA.background;
    p[i] = spectra.p.quantile(u[i]);
    cosTheta[i] = spectra.cosTheta.quantile(v[i]);
    charge[i] = sign * slowCharge[i];
    isKaon[i] = (signal[i] ? name === 'K' : w[i] < DSTAR_TRUTH.kaonShare[name]) ? 1 : 0;
  }
  if (options.truth) {
    const code = block.integer(`${prefix}_mcPDG`);
    for (let i = 0; i < block.rows; i++) code[i] = pdgOf(isKaon[i] ? 'K' : 'pi', charge[i]);
  }
  drawTrackQuality(block, prefix, p, cosTheta);
  drawIdentification(block, prefix, kaonPion, { p, cosTheta, charge, isFirst: isKaon }, options);
}

function drawMasses(block: Block, signal: Uint8Array, away: Uint8Array, correlation: boolean): void {
  const { mass, deltaM } = DSTAR_TRUTH;
  const D0_M = block.real('D0_M');
  const difference = block.real('deltaM');
  const p = block.real('D0_K_p');
  const [u, width, v, core] = ['mass', 'width', 'deltaM', 'core'].map((name) => block.uniforms(name));
  const z = block.normals('mass');
  for (let i = 0; i < block.rows; i++) {
    if (signal[i]) {
      D0_M[i] = mass.mean + (width[i] < mass.fraction ? mass.sigma1 : mass.sigma2) * z[i];
      difference[i] = truncatedNormal(v[i], deltaM.mean, core[i] < 0.7 ? 0.00025 : 0.0006, deltaM.low, deltaM.high);
    } else {
      const { c1, c2 } = dstarBackground(p[i], correlation);
      D0_M[i] = mass.low + ((mass.high - mass.low) / 2) * (1 + chebyshevQuantile(u[i], c1, c2));
      difference[i] = away[i]
        ? fromThreshold(v[i], deltaM.high, deltaM.upTo)
        : fromThreshold(v[i], deltaM.low, deltaM.high);
    }
  }
}

function truncatedNormal(u: number, mean: number, sigma: number, low: number, high: number): number {
  const [a, b] = [normalCdf((low - mean) / sigma), normalCdf((high - mean) / sigma)];
  return mean + sigma * normalQuantile(a + u * (b - a));
}

const PION = 0.13957039;

/** Density proportional to √(ΔM − m_π) between two values above the threshold. */
function fromThreshold(u: number, low: number, high: number): number {
  const [a, b] = [(low - PION) ** 1.5, (high - PION) ** 1.5];
  return PION + (a + u * (b - a)) ** (2 / 3);
}

/**
 * The true efficiency (or fake rate, where `truth` is the wrong particle) of a cut such as `kaonID > 0.6` or
 * `binaryID(K,pi) > 0.5`, for a track of the toy at p (GeV), cosTheta and charge.
 *
 * @example dstarEfficiency('kaonID > 0.6', 'data', { truth: 'K', p: 1.2, cosTheta: 0.1, charge: 1 })
 */
export function dstarEfficiency(cut: string, sample: DstarOptions['sample'], track: Omit<TrueTrack, 'scale'>): number {
  return trueEfficiency(kaonPion, parseIdCut(cut), { ...track, scale: scaleOf(sample) });
}

/**
 * The same, averaged over the tracks of one population in a bin of p and cosTheta, both charges unless one is named; by
 * Gauss–Legendre quadrature over the true spectra (relative error below 1e-10).
 */
export function dstarBinEfficiency(
  cut: string,
  sample: DstarOptions['sample'],
  region: TrackRegion & { readonly truth: 'K' | 'pi'; readonly population?: 'signal' | 'background' },
): number {
  const { population = 'signal' } = region;
  return averageEfficiency(kaonPion, parseIdCut(cut), DSTAR_SPECTRA[population], { ...region, scale: scaleOf(sample) });
}
