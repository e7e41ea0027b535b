import type { Key } from '../stats/key.js';
import type { GeneratedColumns } from './pid/block.js';
import { electronPion, muonPion } from './pid/pair-model.js';
import type { ModeOptions } from './pid/peak-mode.js';
import { processEvents, type ProcessMode } from './pid/process-mode.js';
import { kumaraswamy } from './pid/shapes.js';

/** Centre-of-mass energy, GeV. */
const SQRT_S = 10.58;

/** Energy of the photon that two particles of mass M recoil against, measured to 2 %. */
const photon = (share: number) => (u: number, z: number) =>
  ((SQRT_S ** 2 - (0.5 + 6 * u) ** 2) / (2 * SQRT_S)) * share * (1 + 0.02 * z);

const falling = kumaraswamy(0.22, 9.5, 1.2, 3);
const visible = kumaraswamy(0.4, 8, 1.5, 3);
const missing = kumaraswamy(-1, 30, 1.2, 2);
/** The ρ on its way to two pions, cut off at 0.3 and 2.5 GeV. */
const rho = (u: number): number =>
  Math.min(2.5, Math.max(0.3, 0.775 + 0.0745 * Math.tan(Math.PI * (0.94 * u + 0.03 - 0.5))));

/**
 * e⁺e⁻ → μ⁺μ⁻γ with π⁺π⁻γ, mostly from the ρ, and τ⁺τ⁻γ: the mass of the pair `M`, `gamma_E`, `missingMass2` (GeV, GeV²).
 * Codes of `process`: 1, 2, 3.
 */
export const radmumuMode: ProcessMode = {
  name: 'Radmumu',
  model: muonPion,
  nTracks: 2,
  tag: kumaraswamy(0.7, 6, 2, 2),
  processes: [
    {
      code: 1,
      share: 0.55,
      first: 1,
      p: kumaraswamy(0.7, 6, 1.5, 2),
      event: { M: (u) => falling.quantile(u), gamma_E: photon(1), missingMass2: (_, z) => 0.25 * z },
    },
    {
      code: 2,
      share: 0.35,
      first: 0,
      p: kumaraswamy(0.7, 6, 2, 2.5),
      event: { M: rho, gamma_E: photon(1), missingMass2: (_, z) => 0.03 + 0.3 * z },
    },
    {
      code: 3,
      share: 0.1,
      first: 0.3,
      p: kumaraswamy(0.7, 6, 1, 3),
      event: { M: (u) => visible.quantile(u), gamma_E: photon(0.7), missingMass2: (u) => missing.quantile(u) },
    },
  ],
};

const soft = kumaraswamy(0.5, 5.5, 1.2, 2.5);

/**
 * γγ → ℓ⁺ℓ⁻ with γγ → hadrons, τ⁺τ⁻ and the like: `visibleEnergy` and the pair's transverse momentum `pairPtCMS` (GeV), small in
 * signal. In background it is independent of what the tag is. Codes of `process`: 1 signal, 2 background.
 */
export const twoPhotonMode = (lepton: 'mu' | 'e'): ProcessMode => ({
  name: `TwoPhoton_${lepton}`,
  model: lepton === 'mu' ? muonPion : electronPion,
  nTracks: 2,
  tag: kumaraswamy(0.6, 3, 1.5, 3),
  processes: [
    {
      code: 1,
      share: 0.5,
      first: 1,
      p: kumaraswamy(0.6, 3, 1.2, 3),
      event: { visibleEnergy: (u) => soft.quantile(u), pairPtCMS: (u) => -0.03 * Math.log(1 - u) },
    },
    {
      code: 2,
      share: 0.5,
      first: 0.2,
      tagFirst: 0.1,
      p: kumaraswamy(0.6, 3, 1, 4),
      event: { visibleEnergy: (u) => soft.quantile(u), pairPtCMS: (u) => 1.2 * u },
    },
  ],
});

/** Shapes of thrust, visible energy (GeV), missing mass squared (GeV²) and mass of the three pions (GeV), by kind of event. */
const tauEvent = (
  thrust: readonly [number, number],
  energy: readonly [number, number],
  missing2: readonly [number, number],
  mass: readonly [number, number],
) => {
  const [t, e, m, a] = [
    kumaraswamy(0.8, 1, ...thrust),
    kumaraswamy(2, 10, ...energy),
    kumaraswamy(0, 50, ...missing2),
    kumaraswamy(0.45, 3, ...mass),
  ];
  return {
    thrust: (u: number) => t.quantile(u),
    visibleEnergy: (u: number) => e.quantile(u),
    missingMass2: (u: number) => m.quantile(u),
    tag_M: (u: number) => a.quantile(u),
  };
};

/**
 * e⁺e⁻ → [τ → 3πν][τ → ℓνν]: `thrust`, `visibleEnergy`, `missingMass2` and the mass `tag_M` of the three pions. Of the τ pairs a fifth has
 * a pion as its probe, with a neutrino less. Codes of `process`: 1 τ pairs, 2 qq̄, 3 BB̄.
 */
export const tauMode = (lepton: 'mu' | 'e'): ProcessMode => ({
  name: `Tau_${lepton}`,
  model: lepton === 'mu' ? muonPion : electronPion,
  nTracks: 4,
  processes: [
    {
      code: 1,
      share: 0.55,
      first: 1,
      p: kumaraswamy(0.5, 4.5, 1.2, 2.5),
      event: tauEvent([3, 2.5], [2, 3], [2.5, 4], [2.2, 12]),
    },
    {
      code: 1,
      share: 0.13,
      first: 0,
      p: kumaraswamy(0.5, 4.5, 1.6, 2.2),
      event: tauEvent([3, 2.5], [2.6, 2.6], [1.4, 7], [2.2, 12]),
    },
    {
      code: 2,
      share: 0.25,
      first: 0.1,
      p: kumaraswamy(0.5, 4.5, 1.2, 3),
      event: tauEvent([2.2, 2], [3.5, 2], [1, 8], [2, 3.5]),
    },
    {
      code: 3,
      share: 0.07,
      first: 0.35,
      p: kumaraswamy(0.5, 4.5, 1, 4),
      event: tauEvent([1.2, 4], [3, 2.5], [1.2, 7], [2, 2.5]),
    },
  ],
});

/** e⁺e⁻ → μ⁺μ⁻γ candidates with background, of known truth. @example radmumuEvents(seedKey(1), 10_000, { sample: 'data' }) */
export const radmumuEvents = (key: Key, n: number, options: ModeOptions): GeneratedColumns =>
  processEvents(radmumuMode, key, n, options);

/** γγ → μ⁺μ⁻ or e⁺e⁻ candidates. @example twoPhotonEvents(seedKey(1), 10_000, { sample: 'data', lepton: 'e' }) */
export const twoPhotonEvents = (
  key: Key,
  n: number,
  { lepton = 'mu', ...options }: ModeOptions & { readonly lepton?: 'mu' | 'e' },
): GeneratedColumns => processEvents(twoPhotonMode(lepton), key, n, options);

/** [τ → 3πν][τ → μνν] or [τ → eνν] candidates. @example tauEvents(seedKey(1), 10_000, { sample: 'data', lepton: 'mu' }) */
export const tauEvents = (
  key: Key,
  n: number,
  { lepton = 'mu', ...options }: ModeOptions & { readonly lepton?: 'mu' | 'e' },
): GeneratedColumns => processEvents(tauMode(lepton), key, n, options);
