/** Points at which a curve is tried and accepted: within `allowed` of its chords. */
export interface KnotRequest {
  /** Where to start; the outermost stay the outermost. */
  readonly start: Float64Array;
  /**
   * For each proposed point (the middle of an interval) between its neighbours: the largest ratio of deviation from the
   * chord to what is allowed, over all curves.
   */
  excess(low: Float64Array, middle: Float64Array, high: Float64Array): Promise<Float64Array>;
  readonly most: number;
}

export interface Knots {
  readonly x: Float64Array;
  /** The largest remaining ratio at the points tried: ≤ 1 unless `most` was reached. */
  readonly excess: number;
}

/**
 * Splits intervals at points of a quarter, half and three quarters until the chords follow the curves there; the curves
 * are asked once per round, for all points together.
 */
export async function refineKnots({ start, excess, most }: KnotRequest): Promise<Knots> {
  let x = start;
  for (;;) {
    const intervals = x.length - 1;
    const fractions = [0.25, 0.5, 0.75];
    const [low, middle, high] = [0, 0, 0].map(() => new Float64Array(3 * intervals));
    for (let i = 0; i < intervals; i++) {
      fractions.forEach((f, k) => {
        low[3 * i + k] = x[i];
        middle[3 * i + k] = x[i] + f * (x[i + 1] - x[i]);
        high[3 * i + k] = x[i + 1];
      });
    }
    const tried = await excess(low, middle, high);
    const worst = Float64Array.from({ length: intervals }, (_, i) =>
      Math.max(tried[3 * i], tried[3 * i + 1], tried[3 * i + 2]),
    );
    const largest = worst.reduce((a, b) => Math.max(a, b), 0);
    // The worst intervals first, if not all can be split.
    const split = new Set(
      [...worst.keys()]
        .filter((i) => worst[i] > 1 && x[i] + 0.5 * (x[i + 1] - x[i]) > x[i])
        .sort((a, b) => worst[b] - worst[a])
        .slice(0, Math.max(0, most - x.length)),
    );
    if (split.size === 0) return { x, excess: largest };
    x = Float64Array.from([...x].flatMap((v, i) => (split.has(i) ? [v, v + 0.5 * (x[i + 1] - v)] : [v])));
  }
}
