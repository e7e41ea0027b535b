import type { Key } from '../stats/key.js';
import type { Block, GeneratedColumns } from './pid/block.js';
import { kaonPion, protonPion } from './pid/pair-model.js';
import { peakEvents, type ModeOptions, type PeakMode } from './pid/peak-mode.js';
import { kumaraswamy } from './pid/shapes.js';

/** Λ → pπ⁻: mass 1.115683 GeV (Particle Data Group). */
export const LAMBDA: PeakMode = {
  name: 'Lambda0',
  window: [1.1, 1.13],
  mean: 1.115683,
  sigma1: 0.0011,
  sigma2: 0.0026,
  fraction: 0.7,
  background: { c1: 0.1, c2: -0.03 },
  signalFraction: 0.75,
  daughters: [
    {
      prefix: 'p',
      model: protonPion,
      first: true,
      charge: 1,
      firstInBackground: 0.3,
      spectrum: kumaraswamy(0.3, 4, 2, 3),
    },
    {
      prefix: 'pi',
      model: protonPion,
      first: false,
      charge: -1,
      firstInBackground: 0.1,
      spectrum: kumaraswamy(0.1, 0.9, 2, 4),
    },
  ],
  more: (block, signal) => {
    flight(block, signal, 18);
    const [p, proton, pion] = ['p', 'p_p', 'pi_p'].map((name) => block.real(name));
    for (let i = 0; i < block.rows; i++) p[i] = proton[i] + pion[i];
  },
};

/** K⁰s → π⁺π⁻: mass 0.497611 GeV (Particle Data Group). */
export const KSHORT: PeakMode = {
  name: 'KS',
  window: [0.46, 0.54],
  mean: 0.497611,
  sigma1: 0.0019,
  sigma2: 0.0048,
  fraction: 0.7,
  background: { c1: -0.1, c2: 0.01 },
  signalFraction: 0.8,
  daughters: ([1, -1] as const).map((charge, k) => ({
    prefix: `pi_${k}`,
    model: kaonPion,
    first: false,
    charge,
    firstInBackground: 0.12,
    spectrum: kumaraswamy(0.2, 3, 2, 4),
  })),
  more: (block, signal) => {
    flight(block, signal, 22);
  },
};

/** Flight length over its error, and the cosine between momentum and flight: large for what really flew. */
function flight(block: Block, signal: Uint8Array, mean: number): void {
  const [u, v] = ['flight', 'alpha'].map((name) => block.uniforms(name));
  const significance = block.real('flightSignificance');
  const cosAlpha = block.real('cosAlpha');
  for (let i = 0; i < block.rows; i++) {
    significance[i] = -(signal[i] ? mean : 5) * Math.log(u[i]);
    cosAlpha[i] = 1 + (signal[i] ? 0.0008 : 0.006) * Math.log(v[i]);
  }
}

/**
 * Λ → pπ⁻ and Λ̄ → p̄π⁺ candidates with background: `M`, `p`, `flightSignificance`, `cosAlpha`, and the columns of the tracks
 * `p_…` and `pi_…`. The true efficiencies are those of `protonPion`.
 *
 * @example lambdaEvents(seedKey(1), 10_000, { sample: 'data' })['p_protonID']
 */
export const lambdaEvents = (key: Key, n: number, options: ModeOptions): GeneratedColumns =>
  peakEvents(LAMBDA, key, n, options);

/** K⁰s → π⁺π⁻ candidates with background: `M`, `flightSignificance`, `cosAlpha`, tracks `pi_0_…` (positive or negative) and `pi_1_…`. */
export const kshortEvents = (key: Key, n: number, options: ModeOptions): GeneratedColumns =>
  peakEvents(KSHORT, key, n, options);
