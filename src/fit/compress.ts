import type { Range } from './density.js';

/** Weighted points that stand for events. */
export interface Points {
  readonly x: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Events as a few weighted points with almost the same likelihood: in each bin the two-point Gauss rule with the moments
 * 0 … 3 of the bin's events. The likelihood of a density that is smooth on the scale h of the bins then agrees with that of
 * the events to (h/σ)⁴. Events of negative weight are points of their own.
 *
 * @param values inside the range
 */
export function compress(
  [low, high]: Range,
  values: Float64Array,
  weights: Float64Array | undefined,
  bins: number,
): Points {
  if (!weights?.some((w) => w < 0)) return rule(low, high, values, weights, bins, 1);
  const [plus, minus] = [1, -1].map((sign) => rule(low, high, values, weights, bins, sign as 1 | -1));
  return {
    x: Float64Array.from([...plus.x, ...minus.x]),
    weights: Float64Array.from([...plus.weights, ...minus.weights.map((w) => -w)]),
  };
}

function rule(
  low: number,
  high: number,
  values: Float64Array,
  weights: Float64Array | undefined,
  bins: number,
  sign: 1 | -1,
): Points {
  const moments = new Float64Array(4 * bins);
  const scale = bins / (high - low);
  for (let i = 0; i < values.length; i++) {
    const w = weights ? sign * weights[i] : 1;
    if (!(w > 0)) continue;
    const t = (values[i] - low) * scale;
    const bin = t >= bins ? bins - 1 : t | 0;
    const z = t - bin - 0.5;
    const at = 4 * bin;
    const wz = w * z;
    const wzz = wz * z;
    moments[at] += w;
    moments[at + 1] += wz;
    moments[at + 2] += wzz;
    moments[at + 3] += wzz * z;
  }
  const x: number[] = [];
  const out: number[] = [];
  const place = (bin: number, z: number): number => Math.min(high, Math.max(low, low + (bin + 0.5 + z) / scale));
  for (let bin = 0; bin < bins; bin++) {
    const [sum, m1, m2, m3] = moments.subarray(4 * bin, 4 * bin + 4);
    if (!(sum > 0)) continue;
    const mean = m1 / sum;
    const variance = m2 / sum - mean * mean;
    if (variance < 1e-12) {
      x.push(place(bin, mean));
      out.push(sum);
      continue;
    }
    const skew = (m3 / sum - 3 * mean * variance - mean ** 3) / variance ** 1.5;
    const root = Math.sqrt(1 + (skew * skew) / 4);
    const deviation = Math.sqrt(variance);
    const [above, below] = [skew / 2 + root, skew / 2 - root];
    x.push(place(bin, mean + deviation * above), place(bin, mean + deviation * below));
    out.push((-sum * below) / (above - below), (sum * above) / (above - below));
  }
  return { x: Float64Array.from(x), weights: Float64Array.from(out) };
}
