import { atomOf, axisEnds, type GridAxis } from './grid-axis.js';
import { gridSize, gridStrides } from './grid.js';
import { normaliserOf } from './normaliser.js';
import { preTransform } from './pre-transform.js';

/** Events on a grid: additive, so that blocks and files may be filled apart and summed. */
export interface Counts {
  /** Σw by slot; an event between nodes is shared by straight lines. */
  readonly sumw: Float64Array;
  /** Σw² by the nearest slot: the variance of a bootstrap. */
  readonly sumw2: Float64Array;
  entries: number;
  total: number;
  total2: number;
  negative: number;
  /** Rows that are on no grid: a value is NaN or infinite, or beyond the range, or the weight is not finite. */
  missing: number;
  outside: number;
  badWeight: number;
}

export function emptyCounts(axes: readonly GridAxis[]): Counts {
  const size = gridSize(axes);
  return {
    sumw: new Float64Array(size),
    sumw2: new Float64Array(size),
    entries: 0,
    total: 0,
    total2: 0,
    negative: 0,
    missing: 0,
    outside: 0,
    badWeight: 0,
  };
}

/** Where values stand on an axis: slot below, and the share of the next slot (0 at atoms and at the last node; empty in bins). */
export interface Places {
  readonly slot: Int32Array;
  readonly share: Float64Array;
}

/** Slot that says why a value has none. */
export const MISSING = -1;
export const OUTSIDE = -2;

/** The places of a column on an axis: `MISSING` for what is no number or the transform does not take, `OUTSIDE` beyond. */
export function placesOn(axis: GridAxis, column: Float64Array): Places {
  const n = column.length;
  const slot = new Int32Array(n);
  // In bins there is none.
  const share = new Float64Array(axis.layout === 'bins' ? 0 : n);
  const { holds, forward } = preTransform(axis.transform);
  const { low, high } = axisEnds(axis);
  const { nodes, layout, normaliser, atoms } = axis;
  const plain = axis.transform === 'identity';
  const heightAt = normaliserOf(normaliser);
  const [first, last] = [normaliser.x[0], normaliser.x[normaliser.x.length - 1]];
  const count = nodes.length;
  const perStep = (layout === 'bins' ? count : count - 1) / (high - low);
  for (let i = 0; i < n; i++) {
    const x = column[i];
    const atom = atoms.length ? atomOf(axis, x) : -1;
    if (atom >= 0) {
      slot[i] = count + atom;
      continue;
    }
    // Compared after the transform: its rounding must not put an end of the range outside.
    const bent = plain ? (x - x === 0 ? x : NaN) : holds(x) ? forward(x) : NaN;
    if (bent !== bent) slot[i] = MISSING;
    else if (bent < first || bent > last) slot[i] = OUTSIDE;
    else {
      const t = (heightAt(bent) - low) * perStep;
      const at = Math.min(Math.floor(t), count - (layout === 'bins' ? 1 : 2));
      slot[i] = at;
      if (layout !== 'bins') share[i] = t - at;
    }
  }
  return { slot, share };
}

/**
 * Adds a block of events to the grid.
 *
 * @param places where the events stand, axis by axis
 * @param parts of a cross-validation: each event also goes to the grid of its part
 */
export function fillCounts(
  counts: Counts,
  axes: readonly GridAxis[],
  places: readonly Places[],
  weights?: Float64Array,
  parts?: { readonly of: Int32Array; readonly sums: readonly Float64Array[] },
): void {
  const strides = gridStrides(axes);
  const rows = places[0]?.slot.length ?? 0;
  const dims = axes.length;
  const { sumw, sumw2 } = counts;
  if (!parts && axes.every((axis) => axis.layout === 'bins')) return fillBins(counts, strides, places, weights);
  // The corners of the cell that holds an event, grown axis by axis.
  const corner = new Int32Array(1 << dims);
  const share = new Float64Array(1 << dims);
  for (let row = 0; row < rows; row++) {
    const w = weights ? weights[row] : 1;
    if (!(w > -Infinity && w < Infinity)) {
      counts.badWeight++;
      continue;
    }
    let found = 1;
    corner[0] = 0;
    share[0] = w;
    let nearest = 0;
    let state = 0;
    for (let a = 0; a < dims; a++) {
      const slot = places[a].slot[row];
      if (slot < 0) {
        if (state !== MISSING) state = slot;
        continue;
      }
      const next = places[a].share.length > 0 ? places[a].share[row] : 0;
      nearest += (slot + (next > 0.5 ? 1 : 0)) * strides[a];
      for (let c = 0; c < found; c++) {
        corner[c] += slot * strides[a];
        if (next > 0) {
          corner[found + c] = corner[c] + strides[a];
          share[found + c] = share[c] * next;
          share[c] *= 1 - next;
        }
      }
      if (next > 0) found *= 2;
    }
    if (state < 0) {
      if (state === MISSING) counts.missing++;
      else counts.outside++;
      continue;
    }
    counts.entries++;
    counts.total += w;
    counts.total2 += w * w;
    if (w < 0) counts.negative++;
    sumw2[nearest] += w * w;
    for (let c = 0; c < found; c++) sumw[corner[c]] += share[c];
    if (parts) {
      const part = parts.sums[parts.of[row]];
      for (let c = 0; c < found; c++) part[corner[c]] += share[c];
    }
  }
}

/** The same where every event lies in one slot. */
function fillBins(
  counts: Counts,
  strides: readonly number[],
  places: readonly Places[],
  weights: Float64Array | undefined,
): void {
  const rows = places[0]?.slot.length ?? 0;
  const at = new Int32Array(rows);
  strides.forEach((stride, a) => {
    const { slot } = places[a];
    for (let row = 0; row < rows; row++) {
      const here = at[row];
      const s = slot[row];
      // A value that is missing says more than one that lies outside.
      if (here < 0 || s < 0) at[row] = s < 0 && here !== MISSING ? s : here < 0 ? here : s;
      else at[row] = here + s * stride;
    }
  });
  const { sumw, sumw2 } = counts;
  let { total, total2 } = counts;
  for (let row = 0; row < rows; row++) {
    const w = weights ? weights[row] : 1;
    const slot = at[row];
    if (!(w > -Infinity && w < Infinity)) counts.badWeight++;
    else if (slot < 0) {
      if (slot === MISSING) counts.missing++;
      else counts.outside++;
    } else {
      counts.entries++;
      total += w;
      total2 += w * w;
      if (w < 0) counts.negative++;
      sumw2[slot] += w * w;
      sumw[slot] += w;
    }
  }
  counts.total = total;
  counts.total2 = total2;
}
