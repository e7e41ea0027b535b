import { userError } from '../../base/error.js';

/*
 * Error function and normal distribution.
 * Sources: W. J. Cody, Math. Comp. 23 (1969) 631 (rational Chebyshev approximations of erf and erfc);
 * M. J. Wichura, Algorithm AS 241, Appl. Statist. 37 (1988) 477 (normal quantile). Both reach double precision.
 */

const SMALL_P = [3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694, 0.18577770618460315];
const SMALL_Q = [23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171];
const MIDDLE_P = [
  0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769, 1712.0476126340707,
  2051.0783778260716, 1230.3393547979972, 2.1531153547440383e-8,
];
const MIDDLE_Q = [
  15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597, 4362.619090143247,
  3439.3676741437216, 1230.3393548037495,
];
const LARGE_P = [
  0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275, 0.0006587491615298378,
  0.016315387137302097,
];
const LARGE_Q = [2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918];

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
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
  133.14166789178438, 3.3871328727963665,
];
const CENTRE_Q = [
  5226.495278852546, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
  42.31333070160091, 1,
];
const TAIL_P = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
  5.769497221460691, 4.630337846156546, 1.4234371107496835,
];
const TAIL_Q = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
  1.6763848301838038, 2.053191626637759, 1,
];
const FAR_P = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
  1.7848265399172913, 5.463784911164114, 6.657904643501103,
];
const FAR_Q = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
  0.1369298809227358, 0.599832206555888, 1,
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
  if (Math.abs(y) < 3e-3) {
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
  userError({
    code: 'stats.probability',
    message: 'a probability outside its range',
    got: String(got),
    expected: 'a number from 0 to 1',
  });
