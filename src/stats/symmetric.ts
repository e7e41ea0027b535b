import { userError } from '../base/error.js';

/** The inverse of a symmetric, positive definite matrix, and how well it is determined. */
export interface Inverse {
  readonly matrix: readonly Float64Array[];
  /** The smallest share of a row that the others do not explain, from 0 (singular) to 1 (all rows orthogonal). */
  readonly independence: number;
}

/**
 * Inverts a symmetric, positive definite matrix by Cholesky's factorisation of it scaled to a unit diagonal, so that rows of
 * very different size do no harm.
 *
 * @param names of the rows, for the error
 * @throws userError `stats.singular` naming the row that the ones before it explain
 */
export function invertSymmetric(
  matrix: readonly ArrayLike<number>[],
  names: readonly string[] = matrix.map((_, i) => `row ${i}`),
): Inverse {
  const n = matrix.length;
  const scale = matrix.map((row, i) => Math.sqrt(row[i]));
  const l = matrix.map(() => new Float64Array(n));
  let independence = 1;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i][j] / (scale[i] * scale[j]);
      for (let k = 0; k < j; k++) sum -= l[i][k] * l[j][k];
      if (i === j) {
        independence = Math.min(independence, sum);
        if (!(sum > 1e-13)) throw singular(names[i]);
        l[i][i] = Math.sqrt(sum);
      } else l[i][j] = sum / l[j][j];
    }
  }
  // Inverse of L, then LᵀL of it.
  const inverse = matrix.map(() => new Float64Array(n));
  for (let i = 0; i < n; i++) {
    inverse[i][i] = 1 / l[i][i];
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= l[i][k] * inverse[k][j];
      inverse[i][j] = sum / l[i][i];
    }
  }
  const out = matrix.map(() => new Float64Array(n));
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += inverse[k][i] * inverse[k][j];
      out[i][j] = out[j][i] = sum / (scale[i] * scale[j]);
    }
  return { matrix: out, independence };
}

const singular = (name: string) =>
  userError({
    code: 'stats.singular',
    message: `"${name}" cannot be told from the others: the matrix has no inverse`,
    hint: 'leave it out, or make it differ',
  });
