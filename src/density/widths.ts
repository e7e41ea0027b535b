import { userError } from '../base/error.js';
import { axisEnds, slotCount, type GridAxis } from './grid-axis.js';
import { gridStrides, integrateLast, slotLengths } from './grid.js';
import { groundOf, relativeDensity, type KernelOptions } from './relative-density.js';

/** An Epanechnikov kernel smooths as much as a normal one of 1/2.214 of its half width. */
const CANONICAL = 2.214;

/**
 * The widths that would be best for a normal distribution of the sample's own spread: along axis d
 * h = 2.214 σ_d (4/((D + 2) n))^(1/(D + 4)), with the effective number of events (Σw)²/Σw² (Wand and Jones, Kernel Smoothing,
 * sections 2.7 and 4.3). In one dimension 2.345 σ n^(−1/5).
 */
export function referenceWidths(counts: Float64Array, effective: number, axes: readonly GridAxis[]): number[] {
  const d = axes.length;
  const factor = CANONICAL * (4 / ((d + 2) * Math.max(1, effective))) ** (1 / (d + 4));
  const strides = gridStrides(axes);
  return axes.map((axis, a) => {
    const n = slotCount(axis);
    let [s0, s1, s2] = [0, 0, 0];
    for (let i = 0; i < counts.length; i++) {
      const at = Math.floor(i / strides[a]) % n;
      if (at >= axis.nodes.length) continue;
      const y = axis.nodes[at];
      s0 += counts[i];
      s1 += counts[i] * y;
      s2 += counts[i] * y * y;
    }
    const variance = s2 / s0 - (s1 / s0) ** 2;
    const { low, high } = axisEnds(axis);
    const sigma = s0 > 0 && variance > 0 ? Math.sqrt(variance) : (high - low) / Math.sqrt(12);
    return limited(axis, factor * sigma);
  });
}

/** Between a kernel that reaches no other node and one that sees the whole axis. */
function limited(axis: GridAxis, width: number): number {
  const { low, high } = axisEnds(axis);
  return Math.min(high - low, Math.max((0.75 * (high - low)) / Math.max(1, axis.nodes.length - 1), width));
}

export interface WidthChoice {
  readonly widths: readonly number[];
  /** Mean log-likelihood of events that the estimate has not seen, per unit of weight. */
  readonly score: number;
  /** The same at the widths of a normal distribution. */
  readonly reference: { readonly widths: readonly number[]; readonly score: number };
  readonly tried: number;
}

/** The part of the uniform density that is mixed in before the logarithm: a fold's lonely event must not decide alone. */
const MIXED = 1e-3;

/**
 * Widths by cross-validation: each of k parts of the events is judged by the density of the others, Σ w ln f(x | k) / Σ w,
 * with weights of either sign. f is conditional on the first `given` axes (what is used later), joint where there are
 * none; `options.given` may be fewer, where the approximation has variables of a chain among them. First one factor for all widths, then each width in turn; 5 + 6 + 6 D trials.
 *
 * @param folds Σw by slot of each part
 * @throws userError `density.folds` where the parts cannot be judged
 */
export function chooseWidths(
  folds: readonly Float64Array[],
  axes: readonly GridAxis[],
  given: number,
  effective: number,
  options: Omit<KernelOptions, 'widths'>,
): WidthChoice {
  const total = folds[0].map((_, i) => folds.reduce((s, f) => s + f[i], 0));
  const sum = total.reduce((s, v) => s + v, 0);
  if (folds.length < 2 || !(sum > 0)) {
    throw userError({
      code: 'density.folds',
      message: 'the widths cannot be cross-validated',
      got: `${folds.length} parts, Σw = ${sum}`,
      expected: 'two parts or more and a positive sum of weights',
      hint: 'name the widths yourself',
    });
  }
  const parts = folds.map((fold) => {
    const training = total.map((v, i) => v - fold[i]);
    return {
      fold,
      training,
      ground: groundOf(
        options.approximation,
        training,
        axes,
        effective * (1 - 1 / folds.length),
        options.given ?? given,
      ),
    };
  });
  let tried = 0;
  const score = (widths: readonly number[]): number => {
    tried++;
    let value = 0;
    for (const { fold, training, ground } of parts) {
      const density = relativeDensity(training, axes, { ...options, widths }, ground);
      value += heldOut(density, fold, axes, given);
    }
    return value / sum;
  };
  const at = (widths: readonly number[]) => ({ widths, score: score(widths) });
  const reference = at(referenceWidths(total, effective, axes));
  let best = reference;
  const consider = (widths: readonly number[]): number => {
    const trial = at(widths.map((w, a) => limited(axes[a], w)));
    if (trial.score > best.score) best = trial;
    return trial.score;
  };
  for (const factor of [0.25, 0.5, 2, 4]) consider(reference.widths.map((w) => w * factor));
  const all = best.widths;
  golden(Math.log(0.6), Math.log(1.7), 5, (t) => consider(all.map((w) => w * Math.exp(t))));
  for (let a = 0; a < axes.length && axes.length > 1; a++) {
    const from = best.widths;
    golden(Math.log(0.35), Math.log(3), 6, (t) => consider(from.map((w, b) => (a === b ? w * Math.exp(t) : w))));
  }
  return { ...best, reference, tried };
}

/** Σ w ln f over the events of one part. */
function heldOut(density: Float64Array, fold: Float64Array, axes: readonly GridAxis[], given: number): number {
  const lengths = axes.slice(given).map((axis) => slotLengths(axis));
  const positive = density.map((v) => Math.max(0, v));
  const inside = integrateLast(positive, axes, axes.length - given);
  const norms = given > 0 ? inside : undefined;
  const row = positive.length / inside.length;
  const uniform = 1 / lengths.reduce((p, l) => p * l.reduce((s, v) => s + v, 0), 1);
  let sum = 0;
  for (let i = 0; i < fold.length; i++) {
    if (fold[i] === 0) continue;
    const norm = norms ? norms[Math.floor(i / row)] : inside[0];
    const f = norm > 0 ? positive[i] / norm : uniform;
    sum += fold[i] * Math.log((1 - MIXED) * f + MIXED * uniform);
  }
  return sum;
}

/** Looks for the highest point of a curve by `steps` sections of an interval. */
function golden(low: number, high: number, steps: number, value: (t: number) => number): void {
  const share = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [low, high];
  let [left, right] = [b - share * (b - a), a + share * (b - a)];
  let [atLeft, atRight] = [value(left), value(right)];
  for (let k = 2; k < steps; k++) {
    if (atLeft > atRight) {
      [b, right, atRight] = [right, left, atLeft];
      left = b - share * (b - a);
      atLeft = value(left);
    } else {
      [a, left, atLeft] = [left, right, atRight];
      right = a + share * (b - a);
      atRight = value(right);
    }
  }
}
