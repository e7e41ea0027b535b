import { mannWhitney } from '../stats/mann-whitney.js';
import { normalSurvival } from '../stats/special/erf.js';
import { weightedQuantile } from '../stats/quantile.js';
import type { YieldTest } from './compare-yields.js';
import { pick } from './component.js';
import { bothKinds, significanceLimit, type FactorisationTest, type PureSample } from './factorisation.js';

/** Both kinds of the test of every bin against the others, for events without weights. */
function groupTests({ name, x, bins }: { name: string; x: Float64Array; bins: ArrayLike<number> }, count: number) {
  const [median] = weightedQuantile({ values: x }, [0.5]);
  const forms = { location: x, spread: x.map((v) => Math.abs(v - median)) };
  return (['location', 'spread'] as const).map((kind) => {
    const tests = mannWhitney(forms[kind], bins, count);
    return (bin: number): FactorisationTest => {
      const { tau, z } = tests[bin];
      const pValue = Number.isNaN(z) ? 1 : 2 * normalSurvival(Math.abs(z));
      return { sample: name, control: `bin ${bin}`, kind, tau, z, pValue, entries: x.length };
    };
  });
}

/** A test of one bin against all others. */
export interface BinTest extends FactorisationTest {
  /** How far the bin's fit variable is shifted: P(in the bin > outside) − ½, from −½ to ½. */
  readonly shift: number;
}

export interface BinValidity {
  readonly bin: number;
  /** `untested`: a pure sample has too few events in the bin. */
  readonly status: 'valid' | 'invalid' | 'untested';
  /** Why, one line each; empty where valid. */
  readonly reasons: readonly string[];
  readonly tests: readonly BinTest[];
  /** Yields by weights against fits of the bin alone, where they were compared (see `compareYields`). */
  readonly yields?: readonly YieldTest[] | undefined;
}

export interface ValidityOptions {
  /** Probability that any bin is called invalid although all factorise; 0.01 unless told. */
  readonly falseAlarm?: number | undefined;
  /** Shifts below it are no reason, however significant: 0.01 unless told. */
  readonly smallest?: number | undefined;
  /** Events that a pure sample needs inside and outside a bin to be tested: 25 unless told. */
  readonly entries?: number | undefined;
}

/**
 * Whether weights of one fit may be trusted in each bin of a table: in every pure sample, the fit variable inside the bin
 * is compared with that outside, in location and in spread (Kendall's test with membership as control variable, that is
 * Mann–Whitney's). A bin is invalid where one of them differs significantly and by more than `smallest`.
 *
 * @param samples pure samples with the bin of every event, −1 for none
 * @param bins how many there are
 * @example binValidity([{ name: 'side bands', x: mass, bins }], 5)
 */
export function binValidity(
  samples: readonly (PureSample & { readonly bins: ArrayLike<number> })[],
  bins: number,
  options: ValidityOptions = {},
): BinValidity[] {
  const { falseAlarm = 0.01, smallest = 0.01, entries = 25 } = options;
  const limit = significanceLimit(2 * samples.length * bins, falseAlarm);
  const binned = samples.map((sample) => {
    const kept = inBins(sample);
    return { ...kept, quick: kept.weights ? undefined : groupTests(kept, bins) };
  });
  return Array.from({ length: bins }, (_, bin) => {
    const tests: BinTest[] = [];
    const few: string[] = [];
    for (const sample of binned) {
      const inside = sample.bins.reduce((n, b) => n + (b === bin ? 1 : 0), 0);
      if (Math.min(inside, sample.x.length - inside) < entries) {
        few.push(`${sample.name}: ${inside} of ${sample.x.length} events are in the bin, too few to test`);
        continue;
      }
      const member = Float64Array.from(sample.bins, (b) => (b === bin ? 1 : 0));
      const share = weightShare(member, sample.weights);
      // Without weights one sort serves all bins.
      const found = sample.quick?.map((test) => test(bin)) ?? bothKinds(sample, `bin ${bin}`, member);
      for (const test of found) tests.push({ ...test, shift: shiftOf(test.tau, share) });
    }
    const wrong = tests.filter((t) => Math.abs(t.z) > limit && Math.abs(t.shift) > smallest);
    return {
      bin,
      status: wrong.length > 0 ? 'invalid' : few.length > 0 ? 'untested' : 'valid',
      reasons: [...wrong.map(reason), ...few],
      tests,
    };
  });
}

function inBins({ name, x, weights, bins }: PureSample & { readonly bins: ArrayLike<number> }) {
  const rows = Uint32Array.from(
    (function* () {
      for (let e = 0; e < x.length; e++) if (bins[e] >= 0) yield e;
    })(),
  );
  return {
    name,
    x: pick(x, rows),
    weights: weights && pick(weights, rows),
    bins: Array.from(rows, (row) => bins[row]),
  };
}

function weightShare(member: Float64Array, weights?: Float64Array): number {
  let [inside, all] = [0, 0];
  for (let e = 0; e < member.length; e++) {
    const w = weights ? weights[e] : 1;
    inside += w * member[e];
    all += w;
  }
  return inside / all;
}

/** τ_b of a continuous variable with membership of share s is (2 P − 1) √(2 s (1 − s)). */
const shiftOf = (tau: number, share: number): number => tau / (2 * Math.sqrt(2 * share * (1 - share)));

function reason({ sample, kind, z, shift }: BinTest): string {
  const what =
    kind === 'location'
      ? `the fit variable lies ${shift > 0 ? 'higher' : 'lower'}`
      : `the fit variable spreads ${shift > 0 ? 'more' : 'less'}`;
  return `${sample}: ${what} than in other bins, z = ${z.toFixed(1)}`;
}
