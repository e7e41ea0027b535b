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
  const flat = new Float64Array(n * n);
  matrix.forEach((row, i) => flat.set(Array.from(row), i * n));
  const found = choleskyInverse(flat, n, 1e-13);
  if ('singular' in found) throw singular(names[found.singular]);
  return {
    matrix: matrix.map((_, i) => found.matrix.slice(i * n, (i + 1) * n)),
    independence: found.independence,
  };
}

/**
 * The same of a matrix row by row in one array, without an error.
 *
 * @param least the least share of a row that the ones before it may leave unexplained
 * @returns `singular`: the first row that leaves less, or whose diagonal is not positive and finite
 */
export function choleskyInverse(
  matrix: Float64Array,
  n: number,
  least: number,
): { readonly matrix: Float64Array; readonly independence: number } | { readonly singular: number } {
  const scale = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const d = matrix[i * n + i];
    if (!(d > 0 && d < Infinity)) return { singular: i };
    scale[i] = 1 / Math.sqrt(d);
  }
  const l = new Float64Array(n * n);
  let independence = 1;
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j] * scale[i] * scale[j];
      for (let k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k];
      if (i !== j) l[i * n + j] = sum / l[j * n + j];
      else if (sum > least) l[i * n + i] = Math.sqrt(sum);
      else return { singular: i };
      if (i === j) independence = Math.min(independence, sum);
    }
  // Inverse of L, then LᵀL of it.
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    inverse[i * n + i] = 1 / l[i * n + i];
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= l[i * n + k] * inverse[k * n + j];
      inverse[i * n + j] = sum / l[i * n + i];
    }
  }
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += inverse[k * n + i] * inverse[k * n + j];
      out[i * n + j] = out[j * n + i] = sum * scale[i] * scale[j];
    }
  return { matrix: out, independence };
}

const singular = (name: string) =>
  userError({
    code: 'stats.singular',
    message: `"${name}" cannot be told from the others: the matrix has no inverse`,
    hint: 'leave it out, or make it differ',
  });
