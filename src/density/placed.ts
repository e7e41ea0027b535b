import { userError } from '../base/error.js';
import type { Standing } from './chain.js';
import { atomOf, type GridAxis } from './grid-axis.js';
import { gridStrides } from './grid.js';
import { normalise } from './normaliser.js';
import { preTransform } from './pre-transform.js';
import type { Template } from './template.js';

/** Why a row has no new value of its own; 0: it has. */
export const ROW_FLAG = {
  done: 0,
  /** A given column lies beyond the template's range. */
  outside: 1,
  /** A given column is NaN or infinite, or its transform does not take it. */
  missing: 2,
  /** The template has no events there. */
  empty: 3,
  /** The variable itself is NaN, or its transform does not take it (transform only). */
  unusable: 4,
  /** Beyond the range, taken at its end (`outside: clamp`). */
  clamped: 5,
} as const;

/** What becomes of rows without a value of their own. */
export type Outside = 'pass' | 'nan' | 'clamp';

/** A block of rows on a template's given axes. */
export interface PlacedBlock {
  readonly rows: number;
  /** Axis by axis: slot below and share of the next. */
  readonly slot: readonly Int32Array[];
  readonly share: readonly Float64Array[];
  readonly flag: Uint8Array;
  /** Σw of the template within a kernel's reach of the row: NaN where it is on no axis. */
  readonly statistics: Float64Array;
}

/** Where rows stand on the given axes of a template. @param columns one per given axis, in its own unit */
export function placeBlock(
  template: Template,
  columns: readonly Float64Array[],
  rows: number,
  outside: Outside,
): PlacedBlock {
  const { given } = template;
  if (columns.length !== given.length) {
    throw userError({
      code: 'density.columns',
      message: 'columns do not fit the given axes',
      got: String(columns.length),
      expected: given.map((a) => a.name).join(', '),
    });
  }
  const flag = new Uint8Array(rows);
  const slot = given.map(() => new Int32Array(rows));
  const share = given.map(() => new Float64Array(rows));
  given.forEach((axis, a) => placeOn(axis, columns[a], slot[a], share[a], flag, outside === 'clamp'));
  const strides = gridStrides(given);
  const statistics = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const state = flag[row];
    statistics[row] =
      state === ROW_FLAG.done || state === ROW_FLAG.clamped
        ? local(template.statistics, strides, slot, share, row)
        : NaN;
  }
  return { rows, slot, share, flag, statistics };
}

function placeOn(
  axis: GridAxis,
  column: Float64Array,
  slot: Int32Array,
  share: Float64Array,
  flag: Uint8Array,
  clamp: boolean,
): void {
  const { nodes, normaliser, atoms, transform } = axis;
  const { holds, forward } = preTransform(transform);
  const last = nodes.length - 1;
  const [first, end] = [normaliser.x[0], normaliser.x[normaliser.x.length - 1]];
  const perNode = last / (nodes[last] - nodes[0]);
  for (let i = 0; i < column.length; i++) {
    const x = column[i];
    const atom = atoms.length ? atomOf(axis, x) : -1;
    if (atom >= 0) {
      slot[i] = nodes.length + atom;
      continue;
    }
    if (!holds(x)) {
      flag[i] = ROW_FLAG.missing;
      continue;
    }
    const bent = forward(x);
    if (bent < first || bent > end) {
      if (flag[i] !== ROW_FLAG.missing) flag[i] = clamp ? Math.max(flag[i], ROW_FLAG.clamped) : ROW_FLAG.outside;
      if (!clamp) continue;
    }
    const t = Math.min(last, Math.max(0, (normalise(normaliser, bent) - nodes[0]) * perNode));
    const below = Math.min(last - 1, Math.floor(t));
    slot[i] = below;
    share[i] = t - below;
  }
}

/** A table over the given axes, multilinear between its slots. */
function local(
  table: Float64Array,
  strides: readonly number[],
  slot: readonly Int32Array[],
  share: readonly Float64Array[],
  row: number,
): number {
  let sum = 0;
  const corners = 1 << strides.length;
  for (let c = 0; c < corners; c++) {
    let at = 0;
    let part = 1;
    for (let a = 0; a < strides.length && part > 0; a++) {
      const up = (c >> a) & 1;
      part *= up ? share[a][row] : 1 - share[a][row];
      at += (slot[a][row] + up) * strides[a];
    }
    if (part > 0) sum += part * table[at];
  }
  return sum;
}

/** Copies a row's place on the given axes into a standing. */
export function standRow({ slot, share }: PlacedBlock, row: number, standing: Standing): void {
  for (let a = 0; a < slot.length; a++) {
    standing.slot[a] = slot[a][row];
    standing.share[a] = share[a][row];
  }
}
