import { userError } from '../base/error.js';

/** `matrix[i][j]`, square. */
export type Matrix = readonly Float64Array[];

/**
 * L with L Lᵀ = the covariance, n × rank, by Cholesky's decomposition with pivots: also for matrices that are only
 * semidefinite (fully correlated). L z of independent standard normal z has that covariance.
 *
 * @param tolerance relative to the largest variance: a remainder below it counts as none, below its negative as an error
 * @throws userError `stats.covariance` where the matrix is not symmetric, not finite or has a negative eigenvalue
 */
export function covarianceRoot(covariance: Matrix, tolerance = 1e-10): Float64Array[] {
  const n = covariance.length;
  const work = covariance.map((row) => Float64Array.from(row));
  const scale = Math.max(0, ...work.map((row, i) => row[i]));
  for (let i = 0; i < n; i++) {
    if (work[i].length !== n)
      throw bad('the covariance matrix is not square', `row ${i} has ${work[i].length} numbers of ${n}`);
    for (let j = 0; j < n; j++) {
      const [a, b] = [work[i][j], work[j][i]];
      if (!Number.isFinite(a)) throw bad('the covariance matrix has a number that is not finite', `${a} at ${i}, ${j}`);
      if (Math.abs(a - b) > 1e-8 * scale)
        throw bad('the covariance matrix is not symmetric', `${a} at ${i}, ${j}; ${b} at ${j}, ${i}`);
    }
  }
  const root = Array.from({ length: n }, () => new Float64Array(n));
  const left = new Set(Array.from({ length: n }, (_, i) => i));
  let rank = 0;
  while (left.size > 0) {
    let pivot = -1;
    for (const i of left) if (pivot < 0 || work[i][i] > work[pivot][pivot]) pivot = i;
    const largest = work[pivot][pivot];
    for (const i of left)
      if (work[i][i] < -tolerance * scale * n)
        throw bad(
          'the covariance matrix is not positive: no variables have it',
          `remaining variance ${work[i][i]} at ${i}`,
        );
    if (!(largest > tolerance * scale)) break;
    const diagonal = Math.sqrt(largest);
    left.delete(pivot);
    root[pivot][rank] = diagonal;
    for (const i of left) root[i][rank] = work[i][pivot] / diagonal;
    for (const i of left) for (const j of left) work[i][j] -= root[i][rank] * root[j][rank];
    rank++;
  }
  // What is left has no variance, so it may have no covariance either.
  for (const i of left)
    for (const j of left)
      if (Math.abs(work[i][j]) > 1e3 * tolerance * scale * Math.max(1, n))
        throw bad(
          'the covariance matrix is not positive: no variables have it',
          `remaining covariance ${work[i][j]} at ${i}, ${j}`,
        );
  return root.map((row) => row.slice(0, rank));
}

const bad = (message: string, got: string) =>
  userError({ code: 'stats.covariance', message, got, expected: 'a symmetric matrix without negative eigenvalues' });
