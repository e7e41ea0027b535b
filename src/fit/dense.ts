import { choleskyInverse } from '../stats/symmetric.js';

/** Small symmetric matrices, row by row in one array. */

/** The inverse of a positive definite matrix; undefined where it is not positive definite to rounding. */
export function inverse(matrix: Float64Array, n: number): Float64Array | undefined {
  const found = choleskyInverse(matrix, n, 1e-14);
  return 'singular' in found ? undefined : found.matrix;
}

/** M v */
export function apply(matrix: Float64Array, v: ArrayLike<number>): Float64Array {
  const n = v.length;
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i] += matrix[i * n + j] * v[j];
  return out;
}

/** A B C of n × n matrices. */
export function sandwich(a: Float64Array, b: Float64Array, c: Float64Array, n: number): Float64Array {
  return multiply(multiply(a, b, n), c, n);
}

function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      const x = a[i * n + k];
      for (let j = 0; j < n; j++) out[i * n + j] += x * b[k * n + j];
    }
  return out;
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** The rows and columns at `places` of an n × n matrix. */
export function submatrix(matrix: Float64Array, n: number, places: readonly number[]): Float64Array {
  return Float64Array.from(places.flatMap((i) => places.map((j) => matrix[i * n + j])));
}
