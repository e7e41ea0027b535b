import { userError } from '../base/error.js';
import { weightColumn } from './weight-columns.js';

export type Region = 'A' | 'B' | 'C' | 'D';

export interface AbcdOptions {
  /**
   * Signal in the control regions as a share of that in A, from simulation: { B: 0.03 } means 3 events in B for a hundred in A.
   * None unless told.
   */
  readonly leakage?: Partial<Readonly<Record<'B' | 'C' | 'D', number>>> | undefined;
  /** Relative uncertainty of the transfer factor from correlation of the two selections; none unless told. */
  readonly error?: number | undefined;
}

/** What ABCD finds. */
export interface Abcd {
  /** N_C/N_D with signal taken out: background in A over background in B. */
  readonly transfer: { readonly value: number; readonly stat: number; readonly syst: number };
  /** Signal in A. Its error holds the statistics of all four regions and the transfer's systematic. */
  readonly signal: { readonly value: number; readonly error: number };
  readonly background: number;
  readonly counts: Readonly<Record<Region, number>>;
  /** By variant: `nominal`, `transfer_up`, `transfer_down`. */
  readonly weights: Readonly<Record<string, RegionWeights>>;
}

/** Σw and Σw² of the events of each region. */
export interface RegionSums {
  readonly sums: Readonly<Record<Region, number>>;
  readonly squares: Readonly<Record<Region, number>>;
}

/** What events of A and of B are weighted with; those of C and D have weight 0. */
export interface RegionWeights {
  readonly A: number;
  readonly B: number;
}

/** The region of an event: A passes both selections, B fails the first, C the second, D both. */
export const regionOf = (first: boolean, second: boolean): Region =>
  first ? (second ? 'A' : 'C') : second ? 'B' : 'D';

/**
 * Background by two selections that are independent of each other in background: A passes both, B fails the first, C fails
 * the second, D fails both, and A's background is N_B N_C/N_D, with the PID response of B's events (same second selection).
 *
 * Weights: 1 in A, −T in B, 0 in C and D, T = N_C/N_D; with leakage (solved for exactly) divided by 1 − T r_B, so that Σw is
 * the signal in A. Σw² of a bin holds the statistics of A and B; those of T move all bins together and are the variants
 * `transfer_up` and `transfer_down`, ±1σ of T.
 *
 * @param first whether each event passes the first selection; `second` the second one
 * @throws userError `fit.abcd` where a control region is empty or leaks more than it holds
 * @example abcd(isolated, displaced).columns.sWeight_nominal
 */
export function abcd(
  first: ArrayLike<number | boolean>,
  second: ArrayLike<number | boolean>,
  options: AbcdOptions & { readonly weights?: Float64Array | undefined } = {},
): Abcd & { readonly columns: Readonly<Record<string, Float64Array>> } {
  const { weights } = options;
  const regions = Array.from({ length: first.length }, (_, e) => regionOf(Boolean(first[e]), Boolean(second[e])));
  const sums: Record<Region, number> = { A: 0, B: 0, C: 0, D: 0 };
  const squares: Record<Region, number> = { A: 0, B: 0, C: 0, D: 0 };
  regions.forEach((region, e) => {
    const w = weights ? weights[e] : 1;
    sums[region] += w;
    squares[region] += w * w;
  });
  const found = abcdOfSums({ sums, squares }, options);
  const columns = Object.entries(found.weights).map(([variant, of]) => [
    weightColumn(variant),
    Float64Array.from(regions, (region, e) => weightIn(of, region) * (weights ? weights[e] : 1)),
  ]);
  return { ...found, columns: Object.fromEntries(columns) };
}

export const weightIn = (of: RegionWeights, region: Region): number =>
  region === 'A' ? of.A : region === 'B' ? of.B : 0;

/** The same from sums alone, for events that are scanned in blocks. */
export function abcdOfSums({ sums, squares }: RegionSums, options: AbcdOptions = {}): Abcd {
  const { leakage = {}, error = 0 } = options;
  if (!(error >= 0 && Number.isFinite(error)))
    throw userError({
      code: 'fit.abcd',
      message: `the relative error of the transfer factor is ${error}`,
      path: 'error',
      expected: 'a number from 0',
    });
  if (!(sums.A !== 0 || squares.A !== 0))
    throw userError({
      code: 'fit.abcd',
      message: 'nothing passes both selections',
      hint: 'loosen the two selections',
    });
  const leak = { B: leakage.B ?? 0, C: leakage.C ?? 0, D: leakage.D ?? 0 };
  const s = solve(sums, leak);
  const [c, d] = [sums.C - leak.C * s, sums.D - leak.D * s];
  if (!(c > 0 && d > 0 && sums.B - leak.B * s >= 0)) throw empty(sums, s);
  const t = c / d;
  const slopes = (['A', 'B', 'C', 'D'] as const).map((region) => {
    const step = Math.max(1e-4 * Math.abs(sums[region]), 1e-6);
    const moved = (by: number) => solve({ ...sums, [region]: sums[region] + by }, leak);
    return [region, (moved(step) - moved(-step)) / (2 * step)] as const;
  });
  const stat2 = slopes.reduce((v, [region, slope]) => v + slope * slope * squares[region], 0);
  const stat = t * Math.sqrt(squares.C / c ** 2 + squares.D / d ** 2);
  const sigma = Math.hypot(stat, t * error);
  const at = (transfer: number): RegionWeights => {
    const norm = 1 / (1 - transfer * leak.B);
    return { A: norm, B: -transfer * norm };
  };
  const syst = (t * error * (sums.B - leak.B * s)) / (1 - t * leak.B);
  return {
    transfer: { value: t, stat, syst: t * error },
    signal: { value: s, error: Math.hypot(Math.sqrt(stat2), syst) },
    background: sums.A - s,
    counts: sums,
    weights: { nominal: at(t), transfer_up: at(t + sigma), transfer_down: at(t - sigma) },
  };
}

/** S of N_A = S + (N_B − r_B S)(N_C − r_C S)/(N_D − r_D S): the root that goes to N_A − N_B N_C/N_D without leakage. */
function solve({ A, B, C, D }: Readonly<Record<Region, number>>, r: Record<'B' | 'C' | 'D', number>): number {
  // (A − S)(D − r_D S) = (B − r_B S)(C − r_C S)
  const a = r.D - r.B * r.C;
  const b = -(D + A * r.D) + B * r.C + C * r.B;
  const c = A * D - B * C;
  if (Math.abs(a) < 1e-14) return -c / b;
  const root = Math.sqrt(Math.max(0, b * b - 4 * a * c));
  // The form that does not cancel, and that has the right limit for a → 0.
  return (2 * c) / (-b + Math.sign(-b || 1) * root);
}

const empty = (counts: Readonly<Record<Region, number>>, signal: number) =>
  userError({
    code: 'fit.abcd',
    message: 'a control region has no background left',
    got: `A ${counts.A}, B ${counts.B}, C ${counts.C}, D ${counts.D}, signal in A ${signal.toPrecision(4)}`,
    expected: 'background in B, C and D',
    hint: 'loosen the two selections, or look at the leakage of signal',
  });
