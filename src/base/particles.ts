/** A charged long-lived particle that a track may be. */
export type HypothesisName = 'e' | 'mu' | 'pi' | 'K' | 'p' | 'd';

export interface Hypothesis {
  readonly name: HypothesisName;
  /** PDG code, positive. */
  readonly pdg: number;
  /** GeV (Particle Data Group, 2022). */
  readonly mass: number;
  /** What columns call it: `kaonID`, `kaonLogL_CDC`. */
  readonly word: string;
  /** Charge of the particle with the positive PDG code. */
  readonly charge: 1 | -1;
}

/** The six hypotheses whose likelihoods are compared; global identification numbers of a track sum to 1 over them. */
export const HYPOTHESES: readonly Hypothesis[] = [
  { name: 'e', pdg: 11, mass: 0.00051099895, word: 'electron', charge: -1 },
  { name: 'mu', pdg: 13, mass: 0.1056583755, word: 'muon', charge: -1 },
  { name: 'pi', pdg: 211, mass: 0.13957039, word: 'pion', charge: 1 },
  { name: 'K', pdg: 321, mass: 0.493677, word: 'kaon', charge: 1 },
  { name: 'p', pdg: 2212, mass: 0.93827208816, word: 'proton', charge: 1 },
  { name: 'd', pdg: 1000010020, mass: 1.87561294257, word: 'deuteron', charge: 1 },
];

/** Detectors that contribute likelihoods, in the order in which a track meets them. */
export const DETECTORS = ['SVD', 'CDC', 'TOP', 'ARICH', 'ECL', 'KLM'] as const;

export type Detector = (typeof DETECTORS)[number];

/** Place of a hypothesis in `HYPOTHESES`. */
export const hypothesisIndex = (name: HypothesisName): number => HYPOTHESES.findIndex((h) => h.name === name);

/** A hypothesis by its name or its word: `K`, `kaon`, `kaonID`. */
export const findHypothesis = (text: string): Hypothesis | undefined =>
  HYPOTHESES.find((h) => h.name === text || h.word === text || `${h.word}ID` === text);

/** PDG code of a track of that kind and charge: a kaon of charge −1 is −321, an electron of charge −1 is 11. */
export const pdgOf = (name: HypothesisName, charge: number): number => {
  const h = HYPOTHESES[hypothesisIndex(name)];
  return h.pdg * h.charge * charge;
};
