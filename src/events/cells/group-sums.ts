import { Unsuited } from '../parquet/unsuited.js';
import { HIGH, PER_WEIGHT, TOP, type CellGroups, type WeightScale } from './cell-groups.js';

/** Added and taken away again, it rounds to whole numbers, halves to even; the other to multiples of `HIGH`. */
const ROUNDER = 1.5 * 2 ** 52;
const HIGH_ROUNDER = ROUNDER * HIGH;
const BEYOND = 2 ** 63;
/** Rows after which parts are carried over: till then they have at most 53 bits. */
const CARRY_AFTER = 2 ** 20;
const MOST_BYTES = 2 ** 26;
const MOST_CONDITIONS = 16;

/**
 * Rows and sums of weights by cell and mask. Sums are of whole numbers, in parts that doubles add exactly: the order
 * of rows does not matter.
 */
export class GroupSums {
  /** Too large a weight was met, or one that is no number; the sums mean nothing. */
  overflow = false;
  /** Group 0 takes rows that are not selected; then the cells of each mask that was met. */
  private sums: Float64Array;
  private readonly width: number;
  private readonly baseOf: Int32Array;
  private readonly masks: number[] = [];
  private pending = 0;

  /** @throws Unsuited where there are too many cells or conditions to keep all of them at hand */
  constructor(
    private readonly cells: number,
    conditions: number,
    private readonly weights: readonly WeightScale[],
  ) {
    if (conditions > MOST_CONDITIONS) throw new Unsuited('too many conditions');
    this.width = 1 + PER_WEIGHT * weights.length;
    this.baseOf = new Int32Array(2 ** conditions).fill(-1);
    this.sums = new Float64Array(this.width);
  }

  /**
   * Adds rows.
   *
   * @param groups cells; overwritten
   * @param masks which conditions hold
   * @param keep 0 where a row is not selected
   */
  add(
    groups: Int32Array,
    masks: Int32Array,
    keep: Uint8Array | undefined,
    values: readonly Float64Array[],
    rows: number,
  ): void {
    this.place(groups, masks, keep, rows);
    values.forEach((w, k) => {
      if (!addWeight(this.sums, 1 + PER_WEIGHT * k, groups, w, this.weights[k], rows)) this.overflow = true;
    });
    this.pending += rows;
    if (this.pending >= CARRY_AFTER) this.carry();
  }

  /** Groups that have rows. */
  found(): CellGroups {
    this.carry();
    const { width, masks, cells, sums } = this;
    const groups: { readonly key: number; readonly at: number }[] = [];
    masks.forEach((mask, m) => {
      for (let cell = 0; cell < cells; cell++) {
        const at = (1 + m * cells + cell) * width;
        if (sums[at] > 0) groups.push({ key: cell * this.baseOf.length + mask, at });
      }
    });
    groups.sort((a, b) => a.key - b.key);
    const out = new Float64Array(groups.length * width);
    groups.forEach(({ at }, i) => out.set(sums.subarray(at, at + width), i * width));
    return { keys: Float64Array.from(groups, (g) => g.key), sums: out };
  }

  /** Turns cells into places in `sums`, and counts rows. */
  private place(groups: Int32Array, masks: Int32Array, keep: Uint8Array | undefined, rows: number): void {
    const { baseOf, width } = this;
    if (this.masks.length < baseOf.length)
      for (let i = 0; i < rows; i++) if (baseOf[masks[i]] < 0) this.admit(masks[i]);
    const { sums } = this;
    for (let i = 0; i < rows; i++) {
      const at = (keep ? keep[i] : 1) * (groups[i] + baseOf[masks[i]]) * width;
      groups[i] = at;
      sums[at]++;
    }
    sums[0] = 0;
  }

  private admit(mask: number): void {
    const { cells, width, masks } = this;
    const bytes = 8 * width * (1 + (masks.length + 1) * cells);
    if (bytes > MOST_BYTES) throw new Unsuited('too many cells');
    this.baseOf[mask] = 1 + masks.length * cells;
    masks.push(mask);
    if (this.sums.byteLength >= bytes) return;
    const larger = new Float64Array(Math.min(2 * bytes, MOST_BYTES) / 8);
    larger.set(this.sums);
    this.sums = larger;
  }

  private carry(): void {
    this.pending = 0;
    carryParts(this.sums, this.width);
  }
}

/** @returns false where a weight does not fit */
function addWeight(
  sums: Float64Array,
  offset: number,
  groups: Int32Array,
  values: Float64Array,
  { scale, scale2 }: WeightScale,
  rows: number,
): boolean {
  let fits = true;
  for (let i = 0; i < rows; i++) {
    const w = values[i];
    const v = w * scale;
    const q = w * w * scale2;
    const at = groups[i] + offset;
    if (!(v < BEYOND && v >= -BEYOND && q < BEYOND)) {
      if (groups[i] > 0) fits = false;
      continue;
    }
    const high = v + HIGH_ROUNDER - HIGH_ROUNDER;
    sums[at] += v - high + ROUNDER - ROUNDER;
    sums[at + 1] += high;
    const high2 = q + HIGH_ROUNDER - HIGH_ROUNDER;
    sums[at + 3] += q - high2 + ROUNDER - ROUNDER;
    sums[at + 4] += high2;
    sums[at + 6] += Number(v < -0.5);
  }
  return fits;
}

/** Brings the low parts below 2³¹ and the high ones below 2⁶². */
function carryParts(sums: Float64Array, width: number): void {
  for (let first = 1; first < width; first += PER_WEIGHT)
    for (let at = first; at < sums.length; at += width)
      for (let low = at; low < at + 6; low += 3) {
        const over = Math.trunc(sums[low] / HIGH) * HIGH;
        sums[low] -= over;
        sums[low + 1] += over;
        const beyond = Math.trunc(sums[low + 1] / TOP) * TOP;
        sums[low + 1] -= beyond;
        sums[low + 2] += beyond;
      }
}
