import { userError } from '../base/error.js';
import { invertSymmetric } from '../stats/symmetric.js';

/** A fit to weighted events, at its minimum: −Σ w ln h(t; θ) with weights that were made beforehand. */
export interface WeightedFit {
  /** ∂ ln h/∂θ_j at every event: one array a parameter. */
  readonly scores: readonly Float64Array[];
  /** −∂²(Σ w ln h)/∂θ∂θ; Σ w ∂ln h ∂ln h where absent, the same for many events if h describes the data. */
  readonly hessian?: readonly ArrayLike<number>[] | undefined;
  /** The weights of the fit, event weights included. */
  readonly weights: Float64Array;
}

/**
 * What the weights were estimated from: estimating equations Σ_e ψ_a(e; φ) = const for its parameters φ (yields, shapes, the
 * elements of V⁻¹), so that their uncertainty enters the fit's.
 */
export interface FirstStage {
  /** J⁻¹ψ_a at every event, J = ∂Σψ/∂φ: one array a parameter. */
  readonly influence: readonly Float64Array[];
  /** ∂w/∂φ_a at every event, event weight included: one array a parameter. */
  readonly slopes: readonly Float64Array[];
}

/**
 * Covariance of θ in a fit to weighted events: H⁻¹ (Σ u uᵀ) H⁻¹ with u = w ∂ln h and, where the weights' own estimation is
 * given, u = w ∂ln h − G J⁻¹ψ, G = Σ_e ∂w/∂φ ∂ln h: the sandwich of both estimations stacked (C. Langenbruch,
 * arXiv:1911.01303; arXiv:2112.04574 section 5). Products are matrix products throughout.
 *
 * @throws userError `fit.scores` for columns of unequal length, `stats.singular`
 * @example weightedCovariance({ scores: [dlnh], weights: sWeight }, sPlotStage({ … }))
 */
export function weightedCovariance(fit: WeightedFit, first?: FirstStage): Float64Array[] {
  const { scores, weights } = fit;
  const n = weights.length;
  const uneven = [...scores, ...(first ? [...first.influence, ...first.slopes] : [])].find((c) => c.length !== n);
  if (uneven)
    throw userError({
      code: 'fit.scores',
      message: 'scores and weights differ in length',
      got: String(uneven.length),
      expected: String(n),
    });
  const hessian = fit.hessian ?? products(scores, weights);
  const inverse = invertSymmetric(hessian).matrix;
  const u = scores.map((score) => score.map((v, e) => weights[e] * v));
  first?.influence.forEach((influence, a) => {
    const slope = first.slopes[a];
    scores.forEach((score, j) => {
      let g = 0;
      for (let e = 0; e < n; e++) g += slope[e] * score[e];
      for (let e = 0; e < n; e++) u[j][e] -= g * influence[e];
    });
  });
  const middle = products(u);
  return multiply(multiply(inverse, middle), inverse);
}

/**
 * Covariance of sums Σ_e w_e c_j(e), such as the contents of bins: the same with c for scores and no Hessian.
 *
 * @example sumCovariance([inFirstBin, inSecondBin], sWeight, sPlotStage(splot, { x: mass })) // 2 × 2
 */
export function sumCovariance(
  columns: readonly Float64Array[],
  weights: Float64Array,
  first?: FirstStage,
): Float64Array[] {
  const unit = columns.map((_, i) => Float64Array.from(columns, (__, j) => (i === j ? 1 : 0)));
  return weightedCovariance({ scores: columns, weights, hessian: unit }, first);
}

/** Σ w a aᵀ of columns. */
export function products(columns: readonly Float64Array[], weights?: Float64Array): Float64Array[] {
  const out = columns.map(() => new Float64Array(columns.length));
  columns.forEach((a, i) => {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let e = 0; e < a.length; e++) sum += (weights ? weights[e] : 1) * a[e] * columns[j][e];
      out[i][j] = out[j][i] = sum;
    }
  });
  return out;
}

function multiply(a: readonly ArrayLike<number>[], b: readonly Float64Array[]): Float64Array[] {
  return a.map((row) =>
    Float64Array.from(b[0], (_, j) => {
      let sum = 0;
      for (let k = 0; k < b.length; k++) sum += row[k] * b[k][j];
      return sum;
    }),
  );
}
