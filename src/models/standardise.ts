import { userError } from '../base/error.js';

/** One location and one scale per column: `(x − location) / scale` has its bulk within a few units of zero. */
export interface Scaling {
  readonly location: readonly number[];
  readonly scale: readonly number[];
}

/** What a flow knows about its data's position and size. It is part of the model and is stored with it. */
export interface Standardisation {
  readonly features: Scaling;
  readonly context: Scaling;
}

/** No shift and unit scale: the model then works in the columns' own units. */
export const identityScaling = (columns: number): Scaling => ({
  location: new Array<number>(columns).fill(0),
  scale: new Array<number>(columns).fill(1),
});

// Half-widths of central intervals, as [probability in each tail, standard deviations of a Gaussian, share that counts].
// The 68.3 % interval decides for anything like a Gaussian. The 90 % interval counts half: it takes over where the core
// is a spike (a discrete column, a value that most events have), which must not set the scale of everything else.
const INTERVALS: readonly (readonly [tail: number, deviations: number, share: number])[] = [
  [0.158655254, 1, 1],
  [0.05, 1.644853627, 0.5],
];
const LAST_RESORT: typeof INTERVALS = [
  [0.01, 2.326347874, 0.5],
  [0.001, 3.090232306, 0.5],
  [0, 4, 0.5],
];

// Quantiles of this many values fix location and scale to better than a percent; more would only cost time.
const ENOUGH = 200_000;

/**
 * Robust location and scale of each column: the weighted median, and half the width of the central 68.3 % interval
 * (or half of what the 90 % interval would give, where that is more; 1 for a constant column). Outliers, long tails and sentinel values move
 * neither. Events of negative weight count by |weight|: position and size need no subtraction.
 *
 * @param columns one array per column, in the column's own unit
 * @param weights one per row, of either sign
 * @throws userError `models.non-finite` if a column holds NaN or an infinity
 * @example robustScaling([Float64Array.of(9, 10, 11)]) // { location: [10], scale: [≈0.68] }
 */
export function robustScaling(columns: readonly ArrayLike<number>[], weights?: ArrayLike<number>): Scaling {
  const location: number[] = [];
  const scale: number[] = [];
  for (const [i, column] of columns.entries()) {
    const quantile = quantiles(column, weights, i);
    location.push(quantile(0.5));
    const widths = (intervals: typeof INTERVALS) =>
      intervals.map(([tail, deviations, share]) => ((quantile(1 - tail) - quantile(tail)) / 2 / deviations) * share);
    const width = Math.max(...widths(INTERVALS)) || Math.max(...widths(LAST_RESORT)) || 1;
    scale.push(width);
  }
  return { location, scale };
}

function quantiles(column: ArrayLike<number>, weights: ArrayLike<number> | undefined, which: number) {
  const step = Math.max(1, Math.floor(column.length / ENOUGH));
  const rows: number[] = [];
  let bad = 0;
  for (let i = 0; i < column.length; i++) {
    if (!Number.isFinite(column[i])) bad++;
    else if (i % step === 0 && (!weights || weights[i] !== 0)) rows.push(i);
  }
  if (bad > 0) {
    throw userError({
      code: 'models.non-finite',
      message: `column ${which} holds ${bad} values that are NaN or infinite`,
      expected: 'finite numbers',
      hint: 'select them away, or transform the column where they are not',
    });
  }
  if (rows.length === 0) throw userError({ code: 'models.no-rows', message: `column ${which} has no rows of weight` });
  const order = Uint32Array.from(rows).sort((a, b) => column[a] - column[b] || a - b);
  const upTo = new Float64Array(order.length);
  let total = 0;
  for (let i = 0; i < order.length; i++) upTo[i] = total += weights ? Math.abs(weights[order[i]]) : 1;
  // Linear between the points (Σw up to the middle of an event, value), flat outside.
  return (p: number): number => {
    const target = p * total;
    const middle = (i: number) => (upTo[i] + (i > 0 ? upTo[i - 1] : 0)) / 2;
    let low = 0;
    let high = order.length - 1;
    if (target <= middle(0)) return column[order[0]];
    if (target >= middle(high)) return column[order[high]];
    while (high - low > 1) {
      const mid = (low + high) >> 1;
      if (middle(mid) <= target) low = mid;
      else high = mid;
    }
    const fraction = (target - middle(low)) / (middle(high) - middle(low));
    return column[order[low]] + fraction * (column[order[high]] - column[order[low]]);
  };
}

/**
 * Columns to rows of standardised numbers, `[rows × columns]` row-major, rounded to float32 only after the subtraction.
 *
 * @param unit the result is divided by this as well (a flow works in units of its box)
 */
export function standardise(columns: readonly ArrayLike<number>[], scaling: Scaling, unit = 1): Float32Array {
  const width = columns.length;
  const rows = columns[0]?.length ?? 0;
  const out = new Float32Array(rows * width);
  for (let c = 0; c < width; c++) {
    const column = columns[c];
    const location = scaling.location[c];
    const factor = 1 / (scaling.scale[c] * unit);
    for (let r = 0; r < rows; r++) out[r * width + c] = (column[r] - location) * factor;
  }
  return out;
}
