import { userError } from '../base/error.js';

/** Eigenvalues, largest first, and their vectors of length 1: `vectors[k]` belongs to `values[k]`. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: readonly Float64Array[];
}

const SWEEPS = 60;

/**
 * Eigen-decomposition of a symmetric matrix by cyclic Jacobi rotations: exact to rounding also for small eigenvalues, for up to a few
 * hundred rows. The largest component of each vector is positive, so that the answer does not depend on the way to it.
 *
 * Source: Golub, Van Loan, Matrix Computations (4th ed.), section 8.5.
 *
 * @throws userError `stats.matrix` if the matrix is not square, symmetric and finite
 * @example symmetricEigen([[2, 1], [1, 2]]).values // [3, 1]
 */
export function symmetricEigen(matrix: readonly ArrayLike<number>[]): Eigen {
  const n = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  check(a, n);
  const v = Array.from({ length: n }, (_, i) => {
    const row = new Float64Array(n);
    row[i] = 1;
    return row;
  });
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let rotated = false;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        // Below the rounding of both neighbours on the diagonal nothing is left to do.
        if (Math.abs(a[p][q]) <= 1e-17 * Math.sqrt(Math.abs(a[p][p] * a[q][q])) || a[p][q] === 0) continue;
        rotated = true;
        rotate(a, v, p, q);
      }
    }
    if (!rotated) break;
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j][j] - a[i][i] || i - j);
  return {
    values: Float64Array.from(order, (i) => a[i][i]),
    vectors: order.map((i) => withSign(Float64Array.from(v, (row) => row[i]))),
  };
}

/** Makes a[p][q] vanish. */
function rotate(a: Float64Array[], v: Float64Array[], p: number, q: number): void {
  const n = a.length;
  const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  const off = a[p][q];
  a[p][p] -= t * off;
  a[q][q] += t * off;
  a[p][q] = a[q][p] = 0;
  for (let k = 0; k < n; k++) {
    if (k === p || k === q) continue;
    const [x, y] = [a[k][p], a[k][q]];
    a[k][p] = a[p][k] = c * x - s * y;
    a[k][q] = a[q][k] = s * x + c * y;
  }
  for (const row of v) {
    const [x, y] = [row[p], row[q]];
    row[p] = c * x - s * y;
    row[q] = s * x + c * y;
  }
}

function withSign(vector: Float64Array): Float64Array {
  let largest = 0;
  for (const x of vector) if (Math.abs(x) > Math.abs(largest) * (1 + 1e-9)) largest = x;
  return largest < 0 ? vector.map((x) => -x) : vector;
}

function check(a: readonly Float64Array[], n: number): void {
  const scale = a.reduce((m, row) => row.reduce((l, x) => Math.max(l, Math.abs(x)), m), 0);
  const bad = a.findIndex(
    (row, i) => row.length !== n || row.some((x, j) => !Number.isFinite(x) || Math.abs(x - a[j][i]) > 1e-10 * scale),
  );
  if (bad < 0) return;
  throw userError({
    code: 'stats.matrix',
    message: 'eigenvalues are taken of symmetric matrices of finite numbers',
    path: `row ${bad}`,
    got: Array.from(a[bad]).slice(0, 6).join(', '),
  });
}
