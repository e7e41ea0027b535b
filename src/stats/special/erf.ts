import { userError } from '../../base/error.js';

/*
 * Error function and normal distribution.
 * Sources: W. J. Cody, Math. Comp. 23 (1969) 631 (rational Chebyshev approximations of erf and erfc);
 * M. J. Wichura, Algorithm AS 241, Appl. Statist. 37 (1988) 477 (normal quantile). Both reach double precision.
 */

const SMALL_P = [3.16112374387056560e0, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3, 1.85777706184603153e-1];
const SMALL_Q = [2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3];
const MIDDLE_P = [
  5.64188496988670089e-1, 8.88314979438837594e0, 6.61191906371416295e1, 2.98635138197400131e2, 8.81952221241769090e2,
  1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3, 2.15311535474403846e-8,
];
const MIDDLE_Q = [
  1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3, 3.29079923573345963e3,
  4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
];
const LARGE_P = [3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4, 1.63153871373020978e-2];
const LARGE_Q = [2.56852019228982242e0, 1.87295284992346725e0, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3];

/** Cody's shape: the last coefficient of `p` leads, then Horner over the others. */
function rational(p: readonly number[], q: readonly number[], y: number): number {
  const n = q.length;
  let top = p[n] * y;
  let bottom = y;
  for (let i = 0; i < n - 1; i++) {
    top = (top + p[i]) * y;
    bottom = (bottom + q[i]) * y;
  }
  return (top + p[n - 1]) / (bottom + q[n - 1]);
}

/** exp(−y²) without the rounding of y²: y is split at 1/16. */
function expMinusSquare(y: number): number {
  const head = Math.trunc(y * 16) / 16;
  return Math.exp(-head * head) * Math.exp(-(y - head) * (y + head));
}

/** exp(y²)·erfc(y) for y ≥ 0.46875. */
function scaledTail(y: number): number {
  if (y <= 4) return rational(MIDDLE_P, MIDDLE_Q, y);
  const inverse = 1 / (y * y);
  return (Math.sqrt(1 / Math.PI) - inverse * rational(LARGE_P, LARGE_Q, inverse)) / y;
}

/**
 * The error function erf(x) = 2/√π ∫₀ˣ exp(−t²) dt, to a few units of the last place.
 *
 * @example erf(1) // 0.8427007929497149
 */
export function erf(x: number): number {
  const y = Math.abs(x);
  if (y <= 0.46875) return x * rational(SMALL_P, SMALL_Q, y * y);
  return Math.sign(x) * (1 - erfc(y));
}

/** The complement 1 − erf(x), with its full relative precision in the far tail (0 beyond x = 26.5). */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return NaN;
  const y = Math.abs(x);
  if (y <= 0.46875) return 1 - x * rational(SMALL_P, SMALL_Q, y * y);
  const tail = y > 27 ? 0 : expMinusSquare(y) * scaledTail(y);
  return x < 0 ? 2 - tail : tail;
}

/** The standard normal distribution function Φ(z). */
export const normalCdf = (z: number): number => 0.5 * erfc(-z * Math.SQRT1_2);

/** The probability 1 − Φ(z) above z. */
export const normalSurvival = (z: number): number => 0.5 * erfc(z * Math.SQRT1_2);

const CENTRE_P = [
  2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457, 13731.693765509461125,
  1971.5909503065514427, 133.14166789178437745, 3.387132872796366608,
];
const CENTRE_Q = [
  5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867, 5394.1960214247511077,
  687.1870074920579083, 42.313330701600911252, 1,
];
const TAIL_P = [
  7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
  3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
];
const TAIL_Q = [
  1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
  0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1,
];
const FAR_P = [
  2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
  0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772,
];
const FAR_Q = [
  2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
  0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1,
];
const horner = (c: readonly number[], x: number): number => c.reduce((sum, ci) => sum * x + ci, 0);

/**
 * The standard normal quantile Φ⁻¹(p).
 *
 * @throws if p is not in [0, 1]
 * @example normalQuantile(0.975) // 1.959963984540054
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw notProbability(p);
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * horner(CENTRE_P, r)) / horner(CENTRE_Q, r);
  }
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const z = r <= 5 ? horner(TAIL_P, r - 1.6) / horner(TAIL_Q, r - 1.6) : horner(FAR_P, r - 5) / horner(FAR_Q, r - 5);
  return q < 0 ? -z : z;
}

/** The inverse error function, for −1 ≤ y ≤ 1. */
export function erfinv(y: number): number {
  if (!(y >= -1 && y <= 1)) throw notProbability(y);
  if (Math.abs(y) < 1e-4) {
    // The quantile's argument ½(1 + y) would round y away; the series does not.
    const a = Math.sqrt(Math.PI) / 2;
    const t = a * y;
    return t + (t * t * t) / 3 + (7 / 30) * t ** 5;
  }
  return y < 0 ? normalQuantile(0.5 * (1 + y)) * Math.SQRT1_2 : -normalQuantile(0.5 * (1 - y)) * Math.SQRT1_2;
}

/** The names SciPy uses. */
export { normalCdf as ndtr, normalQuantile as ndtri };

export const notProbability = (got: number) =>
  userError({ code: 'stats.probability', message: 'a probability outside its range', got: String(got), expected: 'a number from 0 to 1' });
