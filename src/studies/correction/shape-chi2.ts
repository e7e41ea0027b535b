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
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
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
 * χ² of the difference of two shapes: statistical variances of both (Σw²), and, where replicas of the second are given, the
 * covariance of its bins under them, so that the uncertainty of a map that moved its events counts.
 *
 * With D the diagonal of the statistical variances and U the replicas' deviations over √(R − 1), the covariance is
 * C = D + UUᵀ; its inverse comes from an R × R system (Woodbury). Neighbouring bins are joined until each holds ten effective
 * events of both. The relative normalisation is free, for sums of weights fluctuate too: the difference d may take up any
 * multiple of the pooled shape m, χ² = dᵀC⁻¹d − (dᵀC⁻¹m)² / mᵀC⁻¹m. That takes one degree of freedom, and for two samples
 * of n unweighted events each it is Pearson's χ² exactly.
 *
 * @param replicas shapes of the second sample under each replica of the map
 */
export function shapeChi2(
  data: BinnedShape,
  simulation: BinnedShape,
  replicas: readonly BinnedShape[] = [],
): ShapeChi2 {
  const groups = joinSparse(data, simulation, 10);
  if (groups.length < 2) return { chi2: 0, ndf: 1 };
  const joined = (contents: Float64Array, scale: number): number[] =>
    groups.map((bins) => bins.reduce((s, i) => s + contents[i], 0) / scale);
  const fractions = ({ sums }: BinnedShape): number[] => joined(sums, total(sums));
  const variances = ({ sums, squares }: BinnedShape): number[] => joined(squares, total(sums) ** 2);
  const [inData, inSimulation] = [fractions(data), fractions(simulation)];
  const [ofData, ofSimulation] = [variances(data), variances(simulation)];
  const diagonal = ofData.map((v, i) => v + ofSimulation[i]);
  const inverse = inverseOf(diagonal, replicas.length > 1 ? deviations(replicas.map(fractions)) : []);
  const sizes = [data, simulation].map(({ sums, squares }) => total(sums) ** 2 / total(squares));
  const common = inData.map((f, i) => (sizes[0] * f + sizes[1] * inSimulation[i]) / (sizes[0] + sizes[1]));
  const difference = inData.map((f, i) => f - inSimulation[i]);
  const weighted = inverse(difference);
  const taken = dot(weighted, common) ** 2 / dot(inverse(common), common);
  return { chi2: Math.max(0, dot(weighted, difference) - taken), ndf: groups.length - 1 };
}

const total = (contents: Float64Array): number => contents.reduce((sum, w) => sum + w, 0);

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, v, i) => sum + v * b[i], 0);

/** Deviations of each row from the mean row, over √(rows − 1). */
function deviations(rows: readonly (readonly number[])[]): number[][] {
  const mean = rows[0].map((_, i) => rows.reduce((s, row) => s + row[i], 0) / rows.length);
  return rows.map((row) => row.map((v, i) => (v - mean[i]) / Math.sqrt(rows.length - 1)));
}

/** (D + UUᵀ)⁻¹ as a function of a vector; `diagonal` is D, the rows of `u` are the columns of U. */
function inverseOf(diagonal: readonly number[], u: readonly (readonly number[])[]) {
  const scaled = u.map((row) => row.map((v, i) => v / diagonal[i]));
  const inner = scaled.map((a, r) => u.map((b, q) => (r === q ? 1 : 0) + dot(a, b)));
  return (vector: readonly number[]): number[] => {
    const share = solve(
      inner,
      scaled.map((row) => dot(row, vector)),
    );
    return vector.map((v, i) => v / diagonal[i] - scaled.reduce((s, row, r) => s + row[i] * share[r], 0));
  };
}
