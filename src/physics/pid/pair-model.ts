import { DETECTORS, HYPOTHESES, hypothesisIndex, type HypothesisName } from '../../base/particles.js';

/**
 * Identification of tracks that are one of two kinds, with a truth that is known exactly.
 *
 * The log-likelihood difference Δ = ln L(first) − ln L(second) of a track is normal with mean +d for the first kind, −d for
 * the second, and variance 2d: the distribution of a likelihood ratio between two normal densities of equal width, so that
 * L(first)/(L(first) + L(second)) is the true probability where both kinds are equally common. Each detector contributes a
 * share of d, independently. The other four hypotheses follow one of the two at a fixed distance ("companions"), hence every
 * identification number is a monotone function of Δ, and the efficiency of a cut on it has a closed form.
 */
export interface PairModel {
  readonly first: HypothesisName;
  readonly second: HypothesisName;
  /** d ≥ 0 of a track of momentum p (GeV), cosine of the polar angle, and charge ±1. */
  separation(p: number, cosTheta: number, charge: number): number;
  /** Hypotheses that follow one of the two; offsets ≤ 0 are added to its log-likelihood by each detector that saw the track. */
  readonly companions: readonly Companion[];
}

export interface Companion {
  readonly name: HypothesisName;
  readonly follows: 'first' | 'second';
  readonly offsets: Readonly<Record<'SVD' | 'CDC' | 'Cherenkov' | 'ECL' | 'KLM', number>>;
}

/** Above this cosine the forward Cherenkov detector (ARICH) sees the track, below it the one in the barrel (TOP). */
export const FORWARD = 0.8;

/** What share of the separation each detector contributes; they sum to 1. Energy loss at low momenta, Cherenkov light above. */
export function shares(p: number, cosTheta: number, out: Float64Array): Float64Array {
  const energyLoss = 0.1 + 0.75 * Math.exp(-p / 1.5);
  out[0] = 0.3 * energyLoss;
  out[1] = 0.7 * energyLoss;
  const light = 0.95 - energyLoss;
  out[2] = cosTheta < FORWARD ? light : 0;
  out[3] = cosTheta < FORWARD ? 0 : light;
  out[4] = 0.03;
  out[5] = 0.02;
  return out;
}

/** ln(L_h / L_leader) by detector and hypothesis: 6 × 6, of a track seen by TOP or by ARICH. */
export function offsetTable(model: PairModel, forward: boolean): readonly Float64Array[] {
  const table = DETECTORS.map(() => new Float64Array(HYPOTHESES.length));
  for (const { name, offsets } of model.companions) {
    const h = hypothesisIndex(name);
    table[0][h] = offsets.SVD;
    table[1][h] = offsets.CDC;
    table[forward ? 3 : 2][h] = offsets.Cherenkov;
    table[4][h] = offsets.ECL;
    table[5][h] = offsets.KLM;
  }
  return table;
}

/** Over all detectors: ln(L_h / L_leader) by hypothesis, and whether its leader is the first of the pair. */
export function totals(model: PairModel): { readonly offset: Float64Array; readonly withFirst: readonly boolean[] } {
  const offset = new Float64Array(HYPOTHESES.length);
  for (const row of offsetTable(model, false)) for (let h = 0; h < offset.length; h++) offset[h] += row[h];
  const withFirst = HYPOTHESES.map(
    ({ name }) => name === model.first || model.companions.some((c) => c.name === name && c.follows === 'first'),
  );
  return { offset, withFirst };
}

const falling = (p: number, high: number, scale: number, low: number): number => low + high * Math.exp(-p / scale);

// Energy loss and Cherenkov angles of positive and negative tracks differ a little, as does the material that they cross.
const angular = (cosTheta: number, charge: number): number => 1 + 0.12 * cosTheta + 0.03 * charge;

const E: Companion['offsets'] = { SVD: -0.8, CDC: -2, Cherenkov: -1, ECL: -2.5, KLM: -0.5 };
const MU: Companion['offsets'] = { SVD: -0.2, CDC: -0.5, Cherenkov: -0.6, ECL: -0.5, KLM: -1.5 };
const HEAVY: Companion['offsets'] = { SVD: -0.8, CDC: -2, Cherenkov: -2, ECL: -0.2, KLM: -0.1 };
const HEAVIER: Companion['offsets'] = { SVD: -1.5, CDC: -3, Cherenkov: -2.5, ECL: -0.2, KLM: -0.1 };

/** Kaons and pions. */
export const kaonPion: PairModel = {
  first: 'K',
  second: 'pi',
  separation: (p, cosTheta, charge) => falling(p, 11, 1.3, 1) * angular(cosTheta, charge),
  companions: [
    { name: 'e', follows: 'second', offsets: E },
    { name: 'mu', follows: 'second', offsets: MU },
    { name: 'p', follows: 'first', offsets: HEAVY },
    { name: 'd', follows: 'first', offsets: HEAVIER },
  ],
};

/** Protons and pions. */
export const protonPion: PairModel = {
  first: 'p',
  second: 'pi',
  separation: (p, cosTheta, charge) => falling(p, 16, 1.5, 2) * angular(cosTheta, charge),
  companions: [
    { name: 'e', follows: 'second', offsets: E },
    { name: 'mu', follows: 'second', offsets: MU },
    { name: 'K', follows: 'first', offsets: HEAVY },
    { name: 'd', follows: 'first', offsets: HEAVY },
  ],
};

/** Muons and pions: better separated the further they get into the iron. */
export const muonPion: PairModel = {
  first: 'mu',
  second: 'pi',
  separation: (p, cosTheta, charge) => (0.6 + (7 * p) / (p + 1.2)) * angular(cosTheta, charge),
  companions: [
    { name: 'e', follows: 'first', offsets: E },
    { name: 'K', follows: 'second', offsets: HEAVY },
    { name: 'p', follows: 'second', offsets: HEAVY },
    { name: 'd', follows: 'second', offsets: HEAVIER },
  ],
};

/** Electrons and pions. */
export const electronPion: PairModel = {
  first: 'e',
  second: 'pi',
  separation: (p, cosTheta, charge) => (3 + (8 * p) / (p + 0.8)) * angular(cosTheta, charge),
  companions: [
    { name: 'mu', follows: 'second', offsets: MU },
    { name: 'K', follows: 'second', offsets: HEAVY },
    { name: 'p', follows: 'second', offsets: HEAVY },
    { name: 'd', follows: 'second', offsets: HEAVIER },
  ],
};
