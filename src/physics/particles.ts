import { userError } from '../base/error.js';
import { didYouMean } from '../base/near.js';
import type { Particle } from '../hist/weight-table.js';

/** |PDG| by the names that cuts, probes and file names use (Review of Particle Physics, Monte Carlo numbering scheme). */
export const PDG_CODES: Readonly<Record<string, number>> = {
  e: 11,
  mu: 13,
  gamma: 22,
  pi0: 111,
  KL: 130,
  pi: 211,
  K: 321,
  n: 2112,
  nbar: 2112,
  p: 2212,
  d: 1000010020,
  'B+': 521,
  B0: 511,
};

/** The particle of a PDG code, of either sign; one without a name here is called by its code. */
export function particleOfPdg(pdg: number): Particle {
  const code = Math.abs(pdg);
  const name = Object.keys(PDG_CODES).find((known) => PDG_CODES[known] === code);
  return { name: name ?? String(code), pdg: code };
}

/**
 * The particle that a text names: `K`, `321` or `-321`.
 *
 * @throws userError `particle.unknown`
 */
export function particleOf(text: string, path?: string): Particle {
  const word = text.trim();
  if (/^[+-]?\d+$/.test(word) && Number(word) !== 0) return particleOfPdg(Number(word));
  if (Object.hasOwn(PDG_CODES, word)) return { name: word, pdg: PDG_CODES[word] };
  const names = Object.keys(PDG_CODES);
  throw userError({
    code: 'particle.unknown',
    message: `unknown particle "${word}"`,
    path,
    expected: `a PDG code, or one of ${names.join(', ')}`,
    hint: didYouMean(word, names),
  });
}
