import { userError } from '../../base/error.js';
import type { Algebra, ScalarAlgebra } from '../algebra.js';
import type { Density, DensityParameter, Range } from '../density.js';
import { gaussLegendre } from '../normalise.js';
import { kernelSum } from './kernel-sum.js';

/** What an empty bin has, as a share of the mean: one event there must not make a likelihood infinite. */
const EMPTY = 1e-6;

/**
 * A histogram as a density: constant in each bin. Negative contents (of sWeights) and empty bins count as 10⁻⁶ of the
 * mean.
 *
 * @param edges n + 1, rising, covering the range
 * @param contents n sums of weights
 * @throws userError `fit.template` where the range is not covered or nothing is positive
 */
export function histogramTemplate(range: Range, edges: ArrayLike<number>, contents: ArrayLike<number>): Density {
  const heights = checked(range, edges, contents);
  const last = heights.length - 1;
  const cumulative = new Float64Array(heights.length + 1);
  heights.forEach((h, i) => (cumulative[i + 1] = cumulative[i] + h * (edges[i + 1] - edges[i])));
  const binOf = (x: number): number => {
    let [left, right] = [0, heights.length];
    while (right - left > 1) {
      const middle = (left + right) >> 1;
      if (edges[middle] <= x) left = middle;
      else right = middle;
    }
    return left;
  };
  const upTo = <T>(a: ScalarAlgebra<T>, x: T): T => {
    const i = binOf(a.valueOf(x));
    return a.add(a.constant(cumulative[i]), a.mul(a.constant(heights[i]), a.sub(x, a.constant(edges[i]))));
  };
  return {
    name: 'histogram',
    range,
    parameters: [],
    shape<T>(a: Algebra<T>, x: T): T {
      let y = a.constant(heights[last]);
      for (let i = last; i > 0; i--) y = a.choose(a.sub(x, a.constant(edges[i])), a.constant(heights[i - 1]), y);
      return y;
    },
    integral: (a, low, high) => a.sub(upTo(a, high), upTo(a, low)),
    breaks: () => Array.from(edges),
    values: (x) => x.map((v) => heights[binOf(v)]),
    smeared: (resolution) => smeared(range, edges, heights, resolution),
  };
}

const RULE = gaussLegendre(5);

/**
 * Each bin as five kernels without width, by Gauss's rule: right to 10⁻⁴ of its height for a resolution of a third of
 * the widest bin, which is the lower limit of the parameter, and better from there on. Nothing comes in from beyond the
 * histogram's edges.
 */
function smeared(
  range: Range,
  edges: ArrayLike<number>,
  heights: readonly number[],
  resolution: DensityParameter,
): Density {
  const widths = heights.map((_, i) => edges[i + 1] - edges[i]);
  const kernels = heights.flatMap((height, i) =>
    [...RULE.nodes].map((node, k) => ({
      place: edges[i] + 0.5 * widths[i] * (1 + node),
      weight: 0.5 * widths[i] * RULE.weights[k] * height,
    })),
  );
  const low = Math.max(resolution.low, Math.max(...widths) / 3);
  const high = Math.max(resolution.high, 3 * low);
  const start: DensityParameter['start'] = (data) => Math.max(resolution.start(data), 1.2 * low);
  return kernelSum({
    name: 'histogram',
    range,
    kernels,
    width: 0,
    floor: 0,
    resolution: { ...resolution, low, high, start },
  });
}

function checked(range: Range, edges: ArrayLike<number>, contents: ArrayLike<number>): readonly number[] {
  const n = contents.length;
  const rising = Array.from(edges).every((edge, i, all) => Number.isFinite(edge) && (i === 0 || edge > all[i - 1]));
  if (edges.length !== n + 1 || n === 0 || !rising)
    throw bad('its edges must rise, one more than there are contents', `${edges.length} edges, ${n} contents`);
  const slack = 1e-9 * (range[1] - range[0]);
  if (edges[0] > range[0] + slack || edges[n] < range[1] - slack)
    throw bad('it does not cover the range of the fit', `[${edges[0]}, ${edges[n]}]`, `[${range[0]}, ${range[1]}]`);
  const sum = Array.from(contents).reduce((s, c) => s + Math.max(c, 0), 0);
  if (!(sum > 0 && sum < Infinity)) throw bad('nothing in it is positive and finite', `Σ ${sum}`);
  const mean = sum / (edges[n] - edges[0]);
  return Array.from(contents, (c, i) => Math.max(c / (edges[i + 1] - edges[i]) / mean, EMPTY));
}

const bad = (message: string, got: string, expected?: string) =>
  userError({ code: 'fit.template', message: `a histogram cannot be a density: ${message}`, got, expected });
