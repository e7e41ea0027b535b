import { userError } from '../../base/error.js';
import { normalCdf } from '../../stats/special/erf.js';
import { findHypothesis, hypothesisIndex, HYPOTHESES, type HypothesisName } from '../../base/particles.js';
import { totals, type PairModel } from './pair-model.js';

/** A cut on one identification number: `kaonID > 0.6`, `binaryID(K,pi) > 0.5`. */
export interface IdCut {
  readonly of: HypothesisName;
  /** The other one of a binary number; absent: the global one. */
  readonly against?: HypothesisName | undefined;
  readonly above: number;
}

/**
 * Reads `kaonID > 0.6` or `binaryID(K, pi) > 0.5`.
 *
 * @throws userError `physics.cut` for anything else
 */
export function parseIdCut(text: string): IdCut {
  const match = /^\s*(?:(\w+ID)|binaryID\(\s*(\w+)\s*,\s*(\w+)\s*\))\s*>\s*([-+.\deE]+)\s*$/.exec(text);
  const above = Number(match?.[4]);
  const of = findHypothesis(match?.[1] ?? match?.[2] ?? '')?.name;
  const against = match?.[3] === undefined ? undefined : findHypothesis(match[3])?.name;
  if (!match || Number.isNaN(above) || !of || (match[3] !== undefined && !against)) {
    throw userError({
      code: 'physics.cut',
      message: `the true efficiency of "${text}" is not known`,
      got: text,
      expected: 'kaonID > 0.6 or binaryID(K,pi) > 0.5, with one of the six hypotheses',
    });
  }
  return { of, against, above };
}

/** The interval of Δ that a cut keeps, both ends excluded; empty where low ≥ high. */
export function keptInterval(model: PairModel, cut: IdCut): { readonly low: number; readonly high: number } {
  const { offset, withFirst } = totals(model);
  const all = { low: -Infinity, high: Infinity };
  const none = { low: Infinity, high: -Infinity };
  if (cut.above <= 0) return all;
  const a = hypothesisIndex(cut.of);
  // ID_a = exp(offset_a + [first] Δ) / (A exp(Δ) + B), with A and B the sums over those that are compared.
  const compared = cut.against === undefined ? HYPOTHESES.map((_, h) => h) : [a, hypothesisIndex(cut.against)];
  let [A, B] = [0, 0];
  for (const h of new Set(compared)) {
    if (withFirst[h]) A += Math.exp(offset[h]);
    else B += Math.exp(offset[h]);
  }
  const own = Math.exp(offset[a]);
  const t = cut.above;
  if (withFirst[a]) {
    if (!(own > t * A)) return none;
    return B === 0 ? all : { low: Math.log((t * B) / (own - t * A)), high: Infinity };
  }
  if (!(own > t * B)) return none;
  return A === 0 ? all : { low: -Infinity, high: Math.log((own - t * B) / (t * A)) };
}

/** A track whose efficiency is asked for. `scale` multiplies the separation: 1 in data. */
export interface TrueTrack {
  /** What it really is: one of the two of the model. */
  readonly truth: HypothesisName;
  readonly p: number;
  readonly cosTheta: number;
  readonly charge: number;
  readonly scale?: number | undefined;
}

/**
 * Probability that a track passes a cut on an identification number, exactly: Φ((high − m)/√(2d)) − Φ((low − m)/√(2d)), with
 * m = ±d the mean of Δ and (low, high) the interval that the cut keeps.
 *
 * @example trueEfficiency(kaonPion, parseIdCut('kaonID > 0.6'), { truth: 'K', p: 1, cosTheta: 0, charge: 1 })
 */
export function trueEfficiency(model: PairModel, cut: IdCut, track: TrueTrack): number {
  return efficiencyIn(model, keptInterval(model, cut), track);
}

/** The same for an interval of Δ that is known already. */
export function efficiencyIn(
  model: PairModel,
  { low, high }: { readonly low: number; readonly high: number },
  { truth, p, cosTheta, charge, scale = 1 }: TrueTrack,
): number {
  if (truth !== model.first && truth !== model.second) {
    const message = `a track of this model is ${model.first} or ${model.second}, not ${truth}`;
    throw userError({ code: 'physics.truth', message, got: truth });
  }
  if (low >= high) return 0;
  const d = scale * model.separation(p, cosTheta, charge);
  const sigma = Math.sqrt(2 * d);
  const mean = truth === model.first ? d : -d;
  // Of the two, the one-sided form that does not lose digits near 1.
  if (high === Infinity) return normalCdf((mean - low) / sigma);
  return normalCdf((high - mean) / sigma) - normalCdf((low - mean) / sigma);
}
