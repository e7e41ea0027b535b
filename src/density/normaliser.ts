import { userError } from '../base/error.js';
import type { Sample } from '../stats/check.js';
import { distribution, quantileOf } from '../stats/quantile.js';
import { erf, erfinv } from '../stats/special/erf.js';

/**
 * How an axis is stretched so that its nodes stand where the events are. With F the distribution function of the sample:
 * `flatten` y = F(x), uniform on [0, 1]; `gauss` y = erf⁻¹(2F(x) − 1), within ±2.5: a normal distribution of width 1/√2;
 * `scale` the straight line from the range onto [0, 1]. These three are those of PIDGen2. `root` lies half way between
 * `flatten` and `scale`: dy/dx ∝ √density on [0, 1], so that neither the bulk of a steep spectrum nor its tail is left to
 * few nodes.
 */
export type Normalisation = 'flatten' | 'gauss' | 'scale' | 'root';

export const NORMALISATIONS: readonly Normalisation[] = ['flatten', 'gauss', 'scale', 'root'];

/** A monotone map of a range onto [y₀, y_n] by straight lines between knots. Plain data. */
export interface Normaliser {
  readonly kind: Normalisation;
  /** Strictly increasing; the first and the last are the range. */
  readonly x: readonly number[];
  /** Strictly increasing, as many. */
  readonly y: readonly number[];
}

const BOUND = 2.5;
const INSIDE = erf(BOUND);

const FEWEST = 10;
const PER_PIECE = 50;

/** F = 0 and F = 1 lie at ±2.5, so that no value of the sample is beyond the axis. */
const stretched = (kind: Normalisation, p: number): number =>
  kind === 'gauss' ? (p === 0 ? -BOUND : p === 1 ? BOUND : erfinv(INSIDE * (2 * p - 1))) : p;

/**
 * Finds a normaliser from a weighted sample; negative weights are allowed (the distribution function is made monotone).
 *
 * @param range the ends of the axis
 * @param knots most straight pieces, each with the same share of the weight; fewer where a piece would hold less than 50 events
 * @throws userError `density.range` where the range has no length
 */
export function fitNormaliser(
  kind: Normalisation,
  sample: Sample,
  range: readonly [number, number],
  knots = 1000,
): Normaliser {
  const [low, high] = range;
  if (!(low < high)) {
    throw userError({
      code: 'density.range',
      message: 'an axis of a density has no length',
      got: `${low} to ${high}`,
      expected: 'low < high',
      hint: 'a column of one value needs no axis: leave it out',
    });
  }
  const x = [low];
  const y = [stretched(kind, 0)];
  if (kind !== 'scale' && sample.values.length > 0) {
    const d = distribution(sample);
    const pieces = Math.max(FEWEST, Math.min(knots, Math.floor(d.effectiveSize / PER_PIECE)));
    for (let i = 1; i < pieces; i++) {
      const v = quantileOf(d, i / pieces);
      // Pieces shorter than a millionth of the range would have slopes that only rounding decides.
      if (v - x[x.length - 1] < 1e-9 * (high - low) || high - v < 1e-9 * (high - low)) continue;
      x.push(v);
      y.push(stretched(kind, i / pieces));
    }
  }
  x.push(high);
  y.push(stretched(kind, 1));
  if (kind === 'root') return { kind, x, y: rooted(x) };
  return { kind, x, y };
}

/** Heights that grow by the square root of each piece's length: pieces hold the same weight, so dy/dx is √density. */
function rooted(x: readonly number[]): number[] {
  const sums = [0];
  for (let i = 1; i < x.length; i++) sums.push(sums[i - 1] + Math.sqrt(x[i] - x[i - 1]));
  return sums.map((v) => v / sums[sums.length - 1]);
}

/** The piece of rising knots that holds v: knots[i] ≤ v < knots[i + 1], clamped to the ends. */
export function pieceOf(knots: ArrayLike<number>, v: number): number {
  let low = 0;
  let high = knots.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (v >= knots[middle]) low = middle;
    else high = middle;
  }
  return low;
}

/** The value of straight lines through (from, to) at v, constant beyond the ends. */
export function straight(from: ArrayLike<number>, to: ArrayLike<number>, v: number): number {
  const n = from.length - 1;
  if (v <= from[0]) return to[0];
  if (v >= from[n]) return to[n];
  const i = pieceOf(from, v);
  return to[i] + ((v - from[i]) / (from[i + 1] - from[i])) * (to[i + 1] - to[i]);
}

/** `normalise` for many values: a table of even steps says between which knots to look. */
export function normaliserOf({ x: knots, y: heights }: Normaliser): (v: number) => number {
  const [x, y] = [Float64Array.from(knots), Float64Array.from(heights)];
  const n = x.length - 1;
  const steps = 4 * (n + 1);
  const scale = steps / (x[n] - x[0]);
  // A step more on both sides: rounding may put a value into the next one.
  const piece = Int32Array.from({ length: steps + 3 }, (_, i) => pieceOf(x, x[0] + (i - 1) / scale));
  return (v) => {
    if (v <= x[0]) return y[0];
    if (v >= x[n]) return y[n];
    const step = Math.floor((v - x[0]) * scale);
    let low = piece[step];
    let high = Math.min(n, piece[step + 2] + 1);
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (v >= x[middle]) low = middle;
      else high = middle;
    }
    return y[low] + ((v - x[low]) / (x[low + 1] - x[low])) * (y[low + 1] - y[low]);
  };
}

/** y of x; values beyond the range go to its ends. */
export const normalise = ({ x, y }: Normaliser, v: number): number => straight(x, y, v);

/** x of y, the inverse of `normalise` inside the range. */
export const denormalise = ({ x, y }: Normaliser, v: number): number => straight(y, x, v);

/** dy/dx at x. */
export function normaliserSlope({ x, y }: Normaliser, v: number): number {
  const i = pieceOf(x, v);
  return (y[i + 1] - y[i]) / (x[i + 1] - x[i]);
}
