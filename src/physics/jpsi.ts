import type { Key } from '../stats/key.js';
import type { GeneratedColumns } from './pid/block.js';
import { electronPion, muonPion } from './pid/pair-model.js';
import { peakEvents, type ModeOptions, type PeakMode } from './pid/peak-mode.js';
import { kumaraswamy } from './pid/shapes.js';

/** J/ψ → μ⁺μ⁻ or e⁺e⁻: mass 3.0969 GeV (Particle Data Group). */
export const jpsiMode = (lepton: 'mu' | 'e'): PeakMode => ({
  name: `Jpsi_${lepton}`,
  window: [2.95, 3.25],
  mean: 3.0969,
  sigma1: lepton === 'mu' ? 0.009 : 0.012,
  sigma2: lepton === 'mu' ? 0.02 : 0.032,
  fraction: 0.75,
  background: { c1: -0.25, c2: 0.02 },
  signalFraction: 0.7,
  daughters: ([1, -1] as const).map((charge, k) => ({
    prefix: `${lepton}_${k}`,
    model: lepton === 'mu' ? muonPion : electronPion,
    first: true,
    charge,
    firstInBackground: 0.25,
    spectrum: kumaraswamy(0.6, 4.5, 2, 3),
  })),
});

/**
 * J/ψ → ℓ⁺ℓ⁻ candidates with background: `M` and the columns of the tracks `mu_0_…`, `mu_1_…` (or `e_0_…`, `e_1_…`). The true
 * efficiencies are those of `muonPion` and `electronPion`.
 *
 * @example jpsiEvents(seedKey(1), 10_000, { sample: 'data', lepton: 'mu' })['mu_0_muonID']
 */
export const jpsiEvents = (
  key: Key,
  n: number,
  { lepton = 'mu', ...options }: ModeOptions & { readonly lepton?: 'mu' | 'e' },
): GeneratedColumns => peakEvents(jpsiMode(lepton), key, n, options);
