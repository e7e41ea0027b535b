import type { CellCounts, Sums } from '../../hist/cell-counts.js';

/**
 * Rows by group: a cell and which conditions hold. A sum of weights is a whole number in three parts that add up to it, the second
 * a multiple of 2³¹ and the third of 2⁶², each of either sign, so that they can be added in any order without rounding.
 */
export interface CellGroups {
  /** cell × 2^conditions + mask, rising. */
  readonly keys: Float64Array;
  /** `1 + PER_WEIGHT × weights` numbers a group: rows, then for every weight Σw, Σw² (three parts each), rows below 0. */
  readonly sums: Float64Array;
}

export const PER_WEIGHT = 7;
export const HIGH = 2 ** 31;
export const TOP = 2 ** 62;

/** A weight is counted in units: Σw in 1 / scale, Σw² in 1 / scale2, which are powers of two. */
export interface WeightScale {
  readonly scale: number;
  readonly scale2: number;
}

/** The groups of several parts of the data together. */
export function mergeGroups(parts: readonly CellGroups[], weights: number): CellGroups {
  const width = 1 + PER_WEIGHT * weights;
  const places = new Map<number, number>();
  const keys = Float64Array.from(new Set(parts.flatMap((part) => [...part.keys]))).sort();
  keys.forEach((key, i) => places.set(key, i * width));
  const sums = new Float64Array(keys.length * width);
  for (const part of parts)
    part.keys.forEach((key, g) => {
      const at = places.get(key) ?? 0;
      for (let k = 0; k < width; k++) sums[at + k] += part.sums[g * width + k];
    });
  return { keys, sums };
}

/** The groups as `CellCounts`; sums are rounded once. */
export function cellCounts(
  { keys, sums }: CellGroups,
  head: Pick<CellCounts, 'axes' | 'closed' | 'conditions'>,
  weights: readonly (WeightScale & { readonly name: string })[],
): CellCounts {
  const width = 1 + PER_WEIGHT * weights.length;
  const masks = 2 ** head.conditions.length;
  const column = (k: number): Float64Array => Float64Array.from(keys, (_, g) => sums[g * width + k]);
  const total = (k: number, scale: number): Float64Array =>
    Float64Array.from(keys, (_, g) => whole(sums.subarray(g * width + k, g * width + k + 3)) / scale);
  const entries = column(0);
  const named = weights.map(({ name, scale, scale2 }, i): [string, Sums] => {
    const first = 1 + PER_WEIGHT * i;
    const [sumw, sumw2] = [total(first, scale), total(first + 3, scale2)];
    return [name, { sumw, sumw2, entries, negative: column(first + 6) }];
  });
  return {
    ...head,
    cell: keys.map((k) => Math.floor(k / masks)),
    mask: Int32Array.from(keys, (k) => k % masks),
    entries,
    weights: Object.fromEntries(named),
  };
}

const whole = (parts: Float64Array): number => Number(parts.reduce((sum, part) => sum + BigInt(part), 0n));
