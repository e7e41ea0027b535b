import { wilson } from '../stats/intervals.js';
import { SYSTEMATIC, type Estimate } from './estimate.js';
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

/** The source that a replica `NAME[3]` is one of; undefined for a source of its own. */
export const replicaStem = (name: string): string | undefined => /^(.+)\[\d+\]$/.exec(name)?.[1];

/** What other weights make of a rate: +1σ, and −1σ where that is not the mirror image. */
export interface RateVariant {
  readonly up: number;
  readonly down?: number | undefined;
}

/**
 * A cell of a table: its rate, and what other weights make of it. A variant without a `down` is mirrored: its shift is
 * +1σ as it is, −1σ reversed. Replicas are one source, the root mean square of what they change.
 *
 * @param variants rates with other weights, by source; replicas of one as `NAME[0]`, `NAME[1]`, …
 */
export function rateCell(
  nominal: Rate,
  passed: CellSums,
  tried: CellSums,
  variants: Readonly<Record<string, RateVariant>>,
  method: string,
): RateCell {
  const sources: Record<string, { up: number; down: number }> = { stat: { up: nominal.up, down: -nominal.down } };
  const flags = new Set(nominal.flags);
  for (const [name, { up, down }] of Object.entries(joinReplicas(nominal.value, variants))) {
    const shift = up - nominal.value;
    const back = down === undefined ? -shift : down - nominal.value;
    if (Number.isNaN(nominal.value)) continue;
    if (!Number.isFinite(shift) || !Number.isFinite(back)) flags.add(`empty:${name}`);
    else sources[`${SYSTEMATIC}${name}`] = { up: shift, down: back };
  }
  const rate: Estimate = { value: nominal.value, sources };
  return { rate, passed: passed.sumw, tried: tried.sumw, entries: tried.entries, flags: [...flags], method };
}

function joinReplicas(value: number, variants: Readonly<Record<string, RateVariant>>): Record<string, RateVariant> {
  const joined: Record<string, RateVariant> = {};
  const squares = new Map<string, number[]>();
  for (const [name, variant] of Object.entries(variants)) {
    const stem = replicaStem(name);
    if (stem === undefined) joined[name] = variant;
    else squares.set(stem, [...(squares.get(stem) ?? []), (variant.up - value) ** 2]);
  }
  for (const [stem, list] of squares) {
    const rms = Math.sqrt(list.reduce((s, v) => s + v, 0) / list.length);
    joined[stem] = { up: value + rms, down: value - rms };
  }
  return joined;
}
