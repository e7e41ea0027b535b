import { userError } from '../base/error.js';
import { symmetricEigen } from '../stats/jacobi.js';

/** A histogram's variations as independent ones. */
export interface EigenTemplates {
  /** Covariance of the bins, row by row: C = Γ Γᵀ, Γ_ji = (h_j^(i) − h_j)/√n. */
  readonly covariance: readonly Float64Array[];
  /** Eigenvalues, largest first. */
  readonly eigenvalues: Float64Array;
  /** Kept columns of V √U, largest first: what +1σ of each nuisance adds to the bins. */
  readonly templates: readonly Float64Array[];
  /** Share of the total variance that the kept templates have. */
  readonly kept: number;
}

/**
 * Eigenvector templates of a histogram: nominal contents and their values under n variations → a few independent shifts.
 * Together they have the covariance of the variations about the nominal contents.
 *
 * Source: the method of belle2/SysVar; docs/pid-formats.md, "From variations to a fit".
 *
 * @param nominal contents, length m
 * @param variations n arrays of length m
 * @param options.keep at most so many; all that have variance by default
 * @param options.share keep as few as have this share of the variance, such as 0.99
 */
export function eigenTemplates(
  nominal: ArrayLike<number>,
  variations: readonly ArrayLike<number>[],
  options: { readonly keep?: number | undefined; readonly share?: number | undefined } = {},
): EigenTemplates {
  const [m, n] = [nominal.length, variations.length];
  if (n === 0 || variations.some((v) => v.length !== m))
    throw userError({
      code: 'hist.variations',
      message:
        n === 0 ? 'a histogram without variations has no templates' : 'variations have other bins than the histogram',
      got:
        n === 0
          ? '0'
          : variations
              .map((v) => v.length)
              .find((l) => l !== m)
              ?.toString(),
      expected: n === 0 ? 'one variation at least' : `${m} bins`,
    });
  const covariance = Array.from({ length: m }, () => new Float64Array(m));
  for (const variation of variations) {
    for (let j = 0; j < m; j++) {
      const d = variation[j] - nominal[j];
      for (let k = 0; k <= j; k++) covariance[j][k] += (d * (variation[k] - nominal[k])) / n;
    }
  }
  for (let j = 0; j < m; j++) for (let k = 0; k < j; k++) covariance[k][j] = covariance[j][k];
  const { values, vectors } = symmetricEigen(covariance);
  const total = values.reduce((sum, l) => sum + Math.max(l, 0), 0);
  // At most n of them can differ from 0; what rounding left of the others is no template.
  const real = values.filter((l, k) => k < n && l > 1e-13 * values[0]).length;
  let count = Math.min(options.keep ?? real, real);
  if (options.share !== undefined) {
    let sum = 0;
    const enough = values.findIndex((l) => (sum += l) >= (options.share as number) * total);
    count = Math.min(count, enough < 0 ? real : enough + 1);
  }
  const templates = vectors.slice(0, count).map((v, k) => v.map((x) => x * Math.sqrt(values[k])));
  const keptVariance = values.slice(0, count).reduce((sum, l) => sum + l, 0);
  return { covariance, eigenvalues: values, templates, kept: total > 0 ? keptVariance / total : 1 };
}
