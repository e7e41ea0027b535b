import { userError } from '../../../base/error.js';
import { didYouMean } from '../../../base/near.js';
import { writeTable } from '../../../events/write-table.js';
import { bplusEvents } from '../../../physics/bplus.js';
import { dstarEvents, type DstarOptions } from '../../../physics/dstar.js';
import { dstarPi0Events } from '../../../physics/dstar-pi0.js';
import { jpsiEvents } from '../../../physics/jpsi.js';
import { kshortEvents, lambdaEvents } from '../../../physics/lambda.js';
import { radmumuEvents, tauEvents, twoPhotonEvents } from '../../../physics/peakless.js';
import type { GeneratedColumns } from '../../../physics/pid/block.js';
import { seedKey, type Key } from '../../../stats/key.js';

export interface GenerateOptions {
  readonly events?: number | undefined;
  readonly sample?: 'data' | 'simulation' | undefined;
  readonly seed?: number | undefined;
  /** Log-likelihoods by hypothesis and detector: 36 columns a track. */
  readonly likelihoods?: boolean | undefined;
  /** `isSignal` and the true codes, in data as well. */
  readonly truth?: boolean | undefined;
  /** Dst and Dst-pi0: background that follows the momentum of the kaon, or of the π⁰, below 1.5 GeV. */
  readonly correlation?: boolean | undefined;
}

const GENERATORS: Readonly<Record<string, (key: Key, n: number, options: DstarOptions) => GeneratedColumns>> = {
  Dst: dstarEvents,
  Lambda0: lambdaEvents,
  KS: kshortEvents,
  'Jpsi-mu': (key, n, options) => jpsiEvents(key, n, { ...options, lepton: 'mu' }),
  'Jpsi-e': (key, n, options) => jpsiEvents(key, n, { ...options, lepton: 'e' }),
  'Dst-pi0': dstarPi0Events,
  Radmumu: radmumuEvents,
  'TwoPhoton-mu': (key, n, options) => twoPhotonEvents(key, n, { ...options, lepton: 'mu' }),
  'TwoPhoton-e': (key, n, options) => twoPhotonEvents(key, n, { ...options, lepton: 'e' }),
  'Tau-mu': (key, n, options) => tauEvents(key, n, { ...options, lepton: 'mu' }),
  'Tau-e': (key, n, options) => tauEvents(key, n, { ...options, lepton: 'e' }),
  Bplus: bplusEvents,
};

/** Candidates are held in memory. */
const MOST = 20_000_000;

const CORRELATED: readonly string[] = ['Dst', 'Dst-pi0'];

/** Modes that can be generated. */
export const GENERATED: readonly string[] = Object.keys(GENERATORS);

/**
 * Writes candidates of a control mode, with background and with known truth. The same seed gives the same file; data and
 * simulation of one seed are independent.
 *
 * @param mode the name of a mode that comes with datamc, or Bplus (B⁺ → K⁺J/ψ)
 * @param out a file; its ending is the format
 * @throws userError `generate.mode`, with near matches; `generate.events`, `generate.correlation`
 * @example await pidGenerate('Dst', 'data.parquet', { events: 20_000, sample: 'data' })
 */
export async function pidGenerate(
  mode: string,
  out: string,
  options: GenerateOptions = {},
): Promise<{ readonly out: string; readonly rows: number; readonly columns: readonly string[] }> {
  if (!Object.hasOwn(GENERATORS, mode)) {
    const hint = didYouMean(mode, GENERATED) ?? `there are ${GENERATED.join(', ')}`;
    throw userError({ code: 'generate.mode', message: `the mode "${mode}" cannot be generated`, got: mode, hint });
  }
  const {
    events = 20_000,
    sample = 'data',
    seed = 1,
    likelihoods = false,
    truth = true,
    correlation = false,
  } = options;
  if (!(events <= MOST))
    throw userError({
      code: 'generate.events',
      message: `${events} candidates are too many for one file`,
      path: '--events',
      expected: `at most ${MOST}`,
      hint: 'make several files, each with a --seed of its own',
    });
  if (correlation && !CORRELATED.includes(mode))
    throw userError({
      code: 'generate.correlation',
      message: `the background of ${mode} has no correlation with the momentum`,
      path: '--correlation',
      expected: CORRELATED.join(' or '),
    });
  const columns = GENERATORS[mode](seedKey(seed), events, { sample, likelihoods, truth, correlation });
  const named = Object.entries(columns).map(([name, values]) => ({ name, values }));
  await writeTable(out, named);
  return { out, rows: events, columns: Object.keys(columns) };
}
