import { inverse, sandwich, submatrix } from './dense.js';
import { dualAlgebra, variableDual } from './dual-algebra.js';
import type { Minimum } from './newton.js';
import type { PreparedFit } from './prepare.js';
import type { Covariance, FittedParameter } from './result.js';

/** What the minimum says of the parameters. */
export interface Uncertainty {
  readonly covariance: Covariance;
  /** By name; expressions with their propagated errors. */
  readonly parameters: Readonly<Record<string, FittedParameter>>;
  /** Whether the Hessian is positive definite in what is not held at a limit. */
  readonly definite: boolean;
}

/**
 * Errors from the inverse Hessian; for weighted data H⁻¹ (Σ w² u uᵀ) H⁻¹ with u = ∂ln f (the sandwich: Langenbruch,
 * Eur. Phys. J. C 82 (2022) 393, eq. 18). Parameters at a limit keep their error where the Hessian gives one.
 */
export async function uncertainty(fit: PreparedFit, minimum: Minimum): Promise<Uncertainty> {
  const { table } = fit;
  const n = minimum.x.length;
  const all = [...minimum.x.keys()];
  const whole = inverse(minimum.hessian, n);
  const places = whole ? all : all.filter((i) => !minimum.held.includes(i) && !minimum.idle.includes(i));
  const part = whole ?? inverse(submatrix(minimum.hessian, n, places), places.length);
  const size = places.length;
  let matrix = part ?? new Float64Array(size * size).fill(Number.NaN);
  if (part && fit.weighted) {
    const scatter = await fit.full.scatter(minimum.x, fit.variances());
    matrix = sandwich(part, submatrix(scatter, n, places), part, size);
  }
  const values = table.values(dualAlgebra, Array.from(minimum.x, variableDual));
  const parameters: Record<string, FittedParameter> = {};
  table.entries.forEach(({ name, fixed, formula }, i) => {
    const { value, on, gradient } = values[i];
    if (fixed && !formula) return void (parameters[name] = { value, error: 0, fixed: true });
    const at = on.map((p) => places.indexOf(p));
    let variance = 0;
    at.forEach((r, k) => at.forEach((c, l) => (variance += gradient[k] * gradient[l] * matrix[r * size + c])));
    if (at.includes(-1)) variance = Number.NaN;
    const free = table.free.indexOf(i);
    const atLimit = free >= 0 && minimum.held.includes(free) ? limitOf(fit, minimum, free) : undefined;
    parameters[name] = { value, error: Math.sqrt(variance), ...(atLimit ? { atLimit } : {}) };
  });
  const names = places.map((p) => table.entries[table.free[p]].name);
  const rows = places.map((_, r) => matrix.slice(r * size, (r + 1) * size));
  return { covariance: { names, matrix: rows }, parameters, definite: part !== undefined };
}

const limitOf = ({ limits }: PreparedFit, { x }: Minimum, i: number): 'low' | 'high' =>
  x[i] <= limits.low[i] ? 'low' : 'high';

/**
 * Correlations of a covariance; NaN where an error is not positive.
 *
 * @example correlationOf(result.covariance)[0][1]
 */
export function correlationOf({ matrix }: Covariance): readonly Float64Array[] {
  return matrix.map((row, i) => row.map((v, j) => v / Math.sqrt(matrix[i][i] * matrix[j][j])));
}
