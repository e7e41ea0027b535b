/** A distribution on an interval that is drawn by inverting its distribution function. */
export interface Shape {
  readonly low: number;
  readonly high: number;
  density(x: number): number;
  /** The quantile at u in [0, 1]. */
  quantile(u: number): number;
}

/** Kumaraswamy's distribution on [low, high]: 1 − F = (1 − t^a)^b with t the place in the interval. */
export function kumaraswamy(low: number, high: number, a: number, b: number): Shape {
  const width = high - low;
  return {
    low,
    high,
    density: (x) => {
      const t = (x - low) / width;
      return t < 0 || t > 1 ? 0 : (a * b * t ** (a - 1) * (1 - t ** a) ** (b - 1)) / width;
    },
    quantile: (u) => low + width * (1 - (1 - u) ** (1 / b)) ** (1 / a),
  };
}

/** Density proportional to 1 + slope · t on [low, high], t = −1 … 1 over the interval; |slope| ≤ 1. */
export function linear(low: number, high: number, slope: number): Shape {
  const half = (high - low) / 2;
  return {
    low,
    high,
    density: (x) => (x < low || x > high ? 0 : (1 + slope * ((x - low) / half - 1)) / (2 * half)),
    // slope t²/2 + t + 1 − slope/2 = 2u, solved without a difference of nearly equal numbers.
    quantile: (u) => {
      const c = 1 - slope / 2 - 2 * u;
      return low + half * (1 + (-2 * c) / (1 + Math.sqrt(Math.max(0, 1 - 2 * slope * c))));
    },
  };
}

/**
 * Quantile of the density 1 + c₁x + c₂(2x² − 1) on [−1, 1] (Chebyshev polynomials), which must be ≥ 0 there.
 * Newton's steps, kept inside a shrinking bracket.
 */
export function chebyshevQuantile(u: number, c1: number, c2: number): number {
  const norm = 2 * (1 - c2 / 3);
  let [low, high] = [-1, 1];
  let x = 2 * u - 1;
  for (let step = 0; step < 60; step++) {
    const f = (x + 1 + (c1 / 2) * (x * x - 1) + c2 * ((2 / 3) * (x * x * x + 1) - (x + 1))) / norm - u;
    if (f > 0) high = x;
    else low = x;
    const slope = (1 + c1 * x + c2 * (2 * x * x - 1)) / norm;
    let next = x - f / slope;
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (Math.abs(next - x) < 1e-14) return next;
    x = next;
  }
  return x;
}
