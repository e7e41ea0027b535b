/** Small symmetric matrices, row by row in one array. */

/**
 * The inverse of a positive definite matrix by Cholesky's method after scaling to a unit diagonal; undefined where it is
 * not positive definite to rounding.
 */
export function inverse(matrix: Float64Array, n: number): Float64Array | undefined {
  const scale = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const d = matrix[i * n + i];
    if (!(d > 0) || !Number.isFinite(d)) return undefined;
    scale[i] = 1 / Math.sqrt(d);
  }
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let s = matrix[i * n + j] * scale[i] * scale[j];
      for (let k = 0; k < j; k++) s -= l[i * n + k] * l[j * n + k];
      if (i !== j) l[i * n + j] = s / l[j * n + j];
      else if (s > 1e-14) l[i * n + i] = Math.sqrt(s);
      else return undefined;
    }
  }
  const out = new Float64Array(n * n);
  const column = new Float64Array(n);
  for (let c = 0; c < n; c++) {
    column.fill(0);
    column[c] = 1;
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < i; k++) column[i] -= l[i * n + k] * column[k];
      column[i] /= l[i * n + i];
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) column[i] -= l[k * n + i] * column[k];
      column[i] /= l[i * n + i];
    }
    for (let i = 0; i < n; i++) out[i * n + c] = column[i] * scale[i] * scale[c];
  }
  return out;
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
