import { userError } from '../../base/error.js';
import { weightedMean } from '../../stats/moments.js';
import { weightedQuantile } from '../../stats/quantile.js';
import type { Density, Range } from '../density.js';
import { kernelSum, kernelValues, REACH, type Kernel } from './kernel-sum.js';

const MOST_KERNELS = 1000;
const EMPTY = 1e-6;

export interface KernelOptions {
  readonly weights?: Float64Array | undefined;
  /** Width of the kernels; default: Silverman's rule, 0.9 min(deviation, IQR/1.349) n^(−1/5). */
  readonly bandwidth?: number | undefined;
  /** Times the width of the rule, default 1. */
  readonly factor?: number | undefined;
}

/**
 * A Gaussian kernel density of a sample on a range. The events are gathered on a grid of half the kernels' width
 * (linearly, and the kernels narrowed by what that adds to the variance) and mirrored at the ends of the range, so that
 * nothing leaks out. Grid points of negative sum count as empty; everywhere 10⁻⁶ of the mean is added.
 *
 * @param values events; those outside the range and NaN are left out
 * @throws userError `fit.template` where nothing is left
 */
export function kernelTemplate(range: Range, values: Float64Array, options: KernelOptions = {}): Density {
  const [low, high] = range;
  const inside = Uint32Array.from([...values.keys()].filter((i) => values[i] >= low && values[i] <= high));
  const x = Float64Array.from(inside, (i) => values[i]);
  const { weights } = options;
  const w = weights && Float64Array.from(inside, (i) => weights[i]);
  const sum = w ? w.reduce((s, v) => s + v, 0) : x.length;
  if (!(sum > 0 && sum < Infinity)) throw empty(low, high, x.length);
  const rule = options.bandwidth ?? (options.factor ?? 1) * silverman(x, w, range);
  const steps = Math.max(4, Math.min(MOST_KERNELS, Math.ceil((2 * (high - low)) / rule)));
  const step = (high - low) / steps;
  const grid = gathered(x, w, range, steps);
  // Sharing an event between two grid points adds a sixth of the squared step, on average.
  const width = Math.sqrt(Math.max(rule * rule - (step * step) / 6, (0.25 * step) ** 2));
  const kernels = mirrored(grid, range, step, REACH * width);
  const total = kernels.reduce((s, k) => s + k.weight, 0);
  const whole = { name: 'kde', range, kernels, width, floor: (EMPTY * total) / (high - low) };
  return {
    ...kernelSum(whole),
    values: (column) => kernelValues(kernels, width, whole.floor, column),
    smeared: (resolution) => kernelSum({ ...whole, resolution }),
  };
}

function silverman(values: Float64Array, weights: Float64Array | undefined, [low, high]: Range): number {
  const { variance, effectiveSize } = weightedMean({ values, weights });
  const [q1, q3] = weightedQuantile({ values, weights }, [0.25, 0.75]);
  const spreads = [Math.sqrt(variance), (q3 - q1) / 1.349].filter((s) => s > 0);
  const spread = spreads.length ? Math.min(...spreads) : 0.1 * (high - low);
  return 0.9 * spread * effectiveSize ** -0.2;
}

/** Each event shared between its two neighbours on the grid. */
function gathered(x: Float64Array, w: Float64Array | undefined, [low, high]: Range, steps: number): Float64Array {
  const grid = new Float64Array(steps + 1);
  for (let i = 0; i < x.length; i++) {
    const t = ((x[i] - low) / (high - low)) * steps;
    const at = Math.min(steps - 1, Math.floor(t));
    const weight = w ? w[i] : 1;
    grid[at] += weight * (1 - t + at);
    grid[at + 1] += weight * (t - at);
  }
  return grid;
}

function mirrored(grid: Float64Array, [low, high]: Range, step: number, reach: number): readonly Kernel[] {
  const own = [...grid].map((weight, i) => ({ place: low + i * step, weight })).filter(({ weight }) => weight > 0);
  const left = own.filter(({ place }) => place - low < reach).map((k) => ({ ...k, place: 2 * low - k.place }));
  const right = own.filter(({ place }) => high - place < reach).map((k) => ({ ...k, place: 2 * high - k.place }));
  return [...own, ...left, ...right].sort((a, b) => a.place - b.place);
}

const empty = (low: number, high: number, n: number) =>
  userError({
    code: 'fit.template',
    message: `a kernel density has nothing to stand on in [${low}, ${high}]`,
    got: `${n} events`,
    expected: 'events with Σw > 0',
  });
