/** Σw and Σw² per bin of one sample, all on the same bins. */
export interface BinnedShape {
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

export interface ShapeChi2 {
  readonly chi2: number;
  readonly ndf: number;
}

/** Bins of the same edges filled with weights; under- and overflow go to the first and last bin. */
export function fillShape(values: Float64Array, weights: Float64Array, edges: Float64Array): BinnedShape {
  const bins = edges.length - 1;
  const sums = new Float64Array(bins);
  const squares = new Float64Array(bins);
  values.forEach((value, i) => {
    let low = 0;
    let high = bins;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (edges[middle] <= value) low = middle;
      else high = middle;
    }
    sums[low] += weights[i];
    squares[low] += weights[i] * weights[i];
  });
  return { sums, squares };
}

/** Joins neighbours until each bin holds this many effective events of either sample. */
function joinSparse(a: BinnedShape, b: BinnedShape, least: number): number[][] {
  const effective = ({ sums, squares }: BinnedShape, bins: readonly number[]): number => {
    const w = bins.reduce((s, i) => s + sums[i], 0);
    const w2 = bins.reduce((s, i) => s + squares[i], 0);
    return w2 > 0 && w > 0 ? (w * w) / w2 : 0;
  };
  const groups: number[][] = [];
  let open: number[] = [];
  for (let i = 0; i < a.sums.length; i++) {
    open.push(i);
    if (Math.min(effective(a, open), effective(b, open)) < least) continue;
    groups.push(open);
    open = [];
  }
  if (open.length && groups.length) groups[groups.length - 1].push(...open);
  else if (open.length) groups.push(open);
  return groups;
}

/** Solves a symmetric positive-definite system by Gaussian elimination; small matrices only. */
function solve(matrix: number[][], right: number[]): number[] {
  const n = right.length;
  const m = matrix.map((row, i) => [...row, right[i]]);
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) {
      const factor = m[j][i] / m[i][i];
      for (let k = i; k <= n; k++) m[j][k] -= factor * m[i][k];
    }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let sum = m[i][n];
    for (let k = i + 1; k < n; k++) sum -= m[i][k] * x[k];
    x[i] = sum / m[i][i];
  }
  return x;
}

/**
 * χ² of the difference of two shapes, each normalised to one: statistical variances of both (Σw²), and, where replicas of
 * the second are given, the covariance of its bins under them, so that the uncertainty of a map that moved its events counts.
 *
 * With D the diagonal of the statistical variances and U the replicas' deviations over √(R − 1), the covariance is D + UUᵀ;
 * its inverse comes from an R × R system (Woodbury). Neighbouring bins are joined until each holds ten effective events of
 * both. The normalisation takes one degree of freedom.
 *
 * @param replicas shapes of the second sample under each replica of the map
 */
export function shapeChi2(
  data: BinnedShape,
  simulation: BinnedShape,
  replicas: readonly BinnedShape[] = [],
): ShapeChi2 {
  const groups = joinSparse(data, simulation, 10);
  const fractions = ({ sums }: BinnedShape): number[] => {
    const total = sums.reduce((s, w) => s + w, 0);
    return groups.map((bins) => bins.reduce((s, i) => s + sums[i], 0) / total);
  };
  const variances = ({ sums, squares }: BinnedShape): number[] => {
    const total = sums.reduce((s, w) => s + w, 0);
    return groups.map((bins) => bins.reduce((s, i) => s + squares[i], 0) / (total * total));
  };
  const inData = fractions(data);
  const inSimulation = fractions(simulation);
  const simulated = variances(simulation);
  const diagonal = variances(data).map((v, i) => v + simulated[i]);
  const difference = inData.map((f, i) => f - inSimulation[i]);
  const scaled = difference.map((d, i) => d / diagonal[i]);
  let chi2 = difference.reduce((sum, d, i) => sum + d * scaled[i], 0);

  const R = replicas.length;
  if (R > 1) {
    const shapes = replicas.map(fractions);
    const mean = inData.map((_, i) => shapes.reduce((s, f) => s + f[i], 0) / R);
    const u = shapes.map((f) => f.map((v, i) => (v - mean[i]) / Math.sqrt(R - 1)));
    const projected = u.map((row) => row.reduce((s, v, i) => s + v * scaled[i], 0));
    const inner = u.map((a, r) =>
      u.map((b, q) => (r === q ? 1 : 0) + a.reduce((s, v, i) => s + (v * b[i]) / diagonal[i], 0)),
    );
    const weights = solve(inner, projected);
    chi2 -= projected.reduce((s, p, r) => s + p * weights[r], 0);
  }
  return { chi2, ndf: Math.max(1, groups.length - 1) };
}
