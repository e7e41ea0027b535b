import { userError } from '../base/error.js';
import { ONE_SIGMA, wilson } from '../stats/intervals.js';
import { normals, poissonWeights, type Key } from '../stats/key.js';
import { percentileInterval } from '../stats/bootstrap.js';
import type { Estimate } from './estimate.js';
import type { RateCell } from './weight-table.js';

/** Sums of one cell: Σw, Σw², rows, rows of negative weight. */
export interface CellSums {
  readonly sumw: number;
  readonly sumw2: number;
  readonly entries: number;
  readonly negative: number;
}

/**
 * How the statistical error of a rate is found. `binomial`: the weighted formula everywhere. `wilson`: Wilson's score
 * interval on effective counts everywhere. `auto`: the formula, save where it fails. Wilson where all or none passed, which
 * the formula gives no error, and for counts of which fewer than five passed or failed; the bootstrap for signed weights
 * where the sum tried is less than four of its errors, or the rate leaves [0, 1].
 */
export type RateMethod = 'auto' | 'binomial' | 'wilson' | 'bootstrap';

/** A rate with the ends of its 68 % interval, as distances ≥ 0. */
export interface Rate {
  readonly value: number;
  readonly up: number;
  readonly down: number;
  /** How the interval was found; `bootstrap` asks for the cell's rows (see `bootstrapRate`), the formula standing in. */
  readonly interval: 'binomial' | 'wilson' | 'bootstrap' | 'none';
  readonly flags: readonly string[];
}

/** Effective rows below which a cell is flagged `few`; counts below which a binomial is far from normal. */
const FEW = 5;
/** Below so many errors of Σw tried, the ratio of two sums is no longer near normal. */
const STEADY = 4;

/**
 * The share of `tried` that `passed` (a subset of the same rows), ε = P/T.
 *
 * Weighted binomial error: σ² = |(1 − 2ε) P₂ + ε² T₂|/T² with P₂ = Σw² passed, T₂ = Σw² tried (ROOT's `TH1::Divide`
 * option B; L. Anderlini et al., LHCb-PUB-2016-021). It equals ((1 − ε)² P₂ + ε² F₂)/T² with F₂ of those that fail, so
 * it is never negative; it is zero at ε = 0 and 1, where Wilson's interval on the effective number T²/T₂ stands in.
 *
 * Nothing is clipped: with weights of either sign ε may leave [0, 1]; flags say so. Flags: `empty` (nothing tried: NaN),
 * `negative`, `above-one`, `negative-total` (Σw tried < 0), `few` (fewer than 5 effective rows).
 *
 * @example rateOf({ sumw: 8, sumw2: 8, entries: 8, negative: 0 }, { sumw: 10, sumw2: 10, entries: 10, negative: 0 })
 */
export function rateOf(passed: CellSums, tried: CellSums, method: RateMethod = 'auto'): Rate {
  const [p, t] = [passed.sumw, tried.sumw];
  if (tried.entries === 0 || t === 0) return { value: NaN, up: NaN, down: NaN, interval: 'none', flags: ['empty'] };
  const value = p / t;
  const effective = (t * t) / tried.sumw2;
  const flags = [
    ...(value < 0 ? ['negative'] : []),
    ...(value > 1 ? ['above-one'] : []),
    ...(t < 0 ? ['negative-total'] : []),
    ...(effective < FEW ? ['few'] : []),
  ];
  const interval = intervalOf(value, passed, tried, method);
  if (interval === 'wilson') {
    const { low, high } = wilson(Math.min(Math.max(value, 0), 1) * effective, effective);
    return { value, up: Math.max(0, high - value), down: Math.max(0, value - low), interval, flags };
  }
  const sigma = Math.sqrt(Math.abs((1 - 2 * value) * passed.sumw2 + value * value * tried.sumw2)) / Math.abs(t);
  return { value, up: sigma, down: sigma, interval, flags };
}

function intervalOf(value: number, passed: CellSums, tried: CellSums, method: RateMethod): Rate['interval'] {
  if (method === 'binomial' || method === 'bootstrap') return method;
  // All passed, or none did: the formula and the bootstrap say that there is no error.
  if (passed.sumw2 === 0 || passed.sumw2 === tried.sumw2) return 'wilson';
  const inside = value >= 0 && value <= 1 && tried.sumw > 0;
  if (method === 'wilson') return inside ? 'wilson' : 'binomial';
  const signed = tried.negative > 0;
  if (signed && (!inside || tried.sumw < STEADY * Math.sqrt(tried.sumw2))) return 'bootstrap';
  if (!inside) return 'binomial';
  const counts = tried.sumw === tried.sumw2 && tried.sumw === tried.entries;
  return counts && Math.min(passed.sumw, tried.sumw - passed.sumw) < FEW ? 'wilson' : 'binomial';
}

/**
 * The 68 % interval of P/T by the bootstrap: every row counts k times, k Poisson with mean 1, drawn by the key. Distances
 * from the rate of the rows themselves to the 16 % and 84 % quantiles of the replicas; replicas without any tried row
 * are left out.
 *
 * @param weights of the rows tried, of either sign
 * @param passed 1 for rows that passed
 */
export function bootstrapRate(
  key: Key,
  weights: Float64Array,
  passed: ArrayLike<number>,
  replicas: number,
): { readonly up: number; readonly down: number } {
  checkReplicas(replicas);
  let [p, t] = [0, 0];
  const values: number[] = [];
  for (let i = 0; i < weights.length; i++) {
    t += weights[i];
    if (passed[i]) p += weights[i];
  }
  for (let r = 0; r < replicas; r++) {
    const counts = poissonWeights(key.split('replica', r), weights.length);
    let [rp, rt] = [0, 0];
    for (let i = 0; i < weights.length; i++) {
      const w = counts[i] * weights[i];
      rt += w;
      if (passed[i]) rp += w;
    }
    if (rt !== 0) values.push(rp / rt);
  }
  return distances(p / t, values);
}

/**
 * The same from sums alone, for cells of many rows: P and F = T − P are independent and near normal, with variances
 * Σw² of those that pass and fail.
 */
export function bootstrapRateOfSums(
  key: Key,
  passed: CellSums,
  tried: CellSums,
  replicas: number,
): { readonly up: number; readonly down: number } {
  checkReplicas(replicas);
  const z = normals(key.split('sums'), 2 * replicas);
  const failed = tried.sumw - passed.sumw;
  const [sp, sf] = [Math.sqrt(passed.sumw2), Math.sqrt(Math.max(0, tried.sumw2 - passed.sumw2))];
  const values = Array.from({ length: replicas }, (_, r) => {
    const [p, f] = [passed.sumw + sp * z[2 * r], failed + sf * z[2 * r + 1]];
    return p / (p + f);
  });
  return distances(passed.sumw / tried.sumw, values.filter(Number.isFinite));
}

function distances(value: number, replicas: readonly number[]): { up: number; down: number } {
  if (replicas.length < 2) return { up: NaN, down: NaN };
  const { low, high } = percentileInterval(Float64Array.from(replicas), ONE_SIGMA);
  return { up: Math.max(0, high - value), down: Math.max(0, value - low) };
}

function checkReplicas(replicas: number): void {
  if (Number.isInteger(replicas) && replicas >= 2) return;
  throw userError({
    code: 'hist.replicas',
    message: 'a bootstrap needs replicas',
    got: String(replicas),
    expected: 'a whole number of at least 2',
  });
}

/** Source names begin so: what moves all bins of a table together. */
export const SYSTEMATIC = 'syst:';

/** The source that a replica `NAME[3]` is one of; undefined for a source of its own. */
export const replicaStem = (name: string): string | undefined => /^(.+)\[\d+\]$/.exec(name)?.[1];

/**
 * A cell of a table: its rate, and what other weights make of it. A variant without a `down` is mirrored: its shift is
 * +1σ as it is, −1σ reversed.
 *
 * @param variants rates with other weights, by source
 */
export function rateCell(
  nominal: Rate,
  passed: CellSums,
  tried: CellSums,
  variants: Readonly<Record<string, { readonly up: number; readonly down?: number | undefined }>>,
  method: string,
): RateCell {
  const sources: Record<string, { up: number; down: number }> = { stat: { up: nominal.up, down: -nominal.down } };
  const flags = new Set(nominal.flags);
  for (const [name, { up, down }] of Object.entries(variants)) {
    const shift = up - nominal.value;
    const back = down === undefined ? -shift : down - nominal.value;
    if (Number.isNaN(nominal.value)) continue;
    if (!Number.isFinite(shift) || !Number.isFinite(back)) flags.add(`empty:${name}`);
    else sources[`${SYSTEMATIC}${name}`] = { up: shift, down: back };
  }
  const rate: Estimate = { value: nominal.value, sources };
  return { rate, passed: passed.sumw, tried: tried.sumw, entries: tried.entries, flags: [...flags], method };
}
