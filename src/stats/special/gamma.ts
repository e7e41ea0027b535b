import { userError } from '../../base/error.js';

/** ζ(k) − 1 for k = 2, 3, … (scipy 1.17: special.zetac(range(2, 34))). */
const ZETA_LESS_ONE = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
  0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853, 0.0004941886041194645,
  0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-5, 3.058823630702049e-5, 1.528225940865187e-5,
  7.637197637899763e-6, 3.81729326499984e-6, 1.908212716553939e-6, 9.539620338727962e-7, 4.769329867878064e-7,
  2.38450502727733e-7, 1.1921992596531106e-7, 5.960818905125948e-8, 2.980350351465228e-8, 1.4901554828365043e-8,
  7.45071178983543e-9, 3.725334024788457e-9, 1.862659723513049e-9, 9.313274324196682e-10, 4.656629065033784e-10,
  2.3283118336765053e-10, 1.164155017270052e-10,
];
const EULER = 0.5772156649015329;
const HALF_LOG_2PI = 0.9189385332046728;
/** Stirling's series: B₂ₖ / (2k (2k−1)). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];

/** log Γ(2 + z) for |z| ≤ ½, by its Taylor series: full relative precision at the zero z = 0. */
function logGammaNearTwo(z: number): number {
  let sum = 0;
  for (let k = ZETA_LESS_ONE.length + 1; k >= 2; k--) sum = -z * sum + ZETA_LESS_ONE[k - 2] / k;
  return z * (1 - EULER + z * sum);
}

/**
 * The natural logarithm of Γ(x) for x > 0, with full relative precision also at its zeros x = 1 and x = 2.
 *
 * @example logGamma(0.5) // log √π = 0.5723649429247001
 */
export function logGamma(x: number): number {
  if (!(x > 0)) throw domain('logGamma', 'x > 0', x);
  if (x === Infinity) return Infinity;
  if (x < 0.5) return logGammaNearTwo(x) - Math.log(x) - Math.log1p(x);
  if (x <= 1.5) return logGammaNearTwo(x - 1) - Math.log1p(x - 1);
  if (x <= 2.5) return logGammaNearTwo(x - 2);
  if (x < 12) {
    let product = 1;
    let y = x;
    while (y > 2.5) product *= --y;
    return Math.log(product) + logGammaNearTwo(y - 2);
  }
  return (x - 0.5) * Math.log(x) - x + HALF_LOG_2PI + stirlingSeries(x);
}

function stirlingSeries(x: number): number {
  const r = 1 / (x * x);
  return STIRLING.reduceRight((sum, c) => sum * r + c, 0) / x;
}

/** log Γ(a + 1) − [(a + ½) log a − a + ½ log 2π]: the error of Stirling's formula (Loader, 2000). */
export function stirlingError(a: number): number {
  return a >= 12 ? stirlingSeries(a) : logGamma(a + 1) - (a + 0.5) * Math.log(a) + a - HALF_LOG_2PI;
}

/** a log(a/x) + x − a without cancellation (Loader's deviance). */
export function devianceTerm(a: number, x: number): number {
  const d = a - x;
  if (Math.abs(d) < 0.1 * (a + x)) {
    const v = d / (a + x);
    let sum = d * v;
    let term = 2 * a * v;
    for (let j = 1; j < 200; j++) {
      term *= v * v;
      const next = sum + term / (2 * j + 1);
      if (next === sum) break;
      sum = next;
    }
    return sum;
  }
  return a * Math.log(a / x) + x - a;
}

/** xᵃ e⁻ˣ / Γ(a + 1). */
function poissonTerm(a: number, x: number): number {
  if (a < 1e-3) return Math.exp(a * Math.log(x) - x - logGamma(a + 1));
  return Math.exp(-stirlingError(a) - devianceTerm(a, x)) / Math.sqrt(2 * Math.PI * a);
}

/** The pair of regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 − P, each with its own precision. */
function both(a: number, x: number): [lower: number, upper: number] {
  if (!(a > 0) || !(x >= 0)) throw domain('gamma function', 'a > 0 and x ≥ 0', !(a > 0) ? a : x);
  if (x === 0) return [0, 1];
  if (x === Infinity) return [1, 0];
  const factor = poissonTerm(a, x);
  if (a < 1 && x < 1.5) return smallShape(a, x);
  if (x < a + 1) {
    let term = 1;
    let sum = 1;
    for (let k = 1; term > sum * 1e-17; k++) sum += term *= x / (a + k);
    return [sum * factor, 1 - sum * factor];
  }
  // Lentz's evaluation of the continued fraction for Γ(a, x) (Numerical Recipes, 6.2.7).
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 1e6; i++) {
    const an = -i * (i - a);
    b += 2;
    d = an * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + an / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return [1 - factor * a * h, factor * a * h];
}

/** P = xᵃ/Γ(a+1) [1 + a Σ (−x)ᵏ/((a+k) k!)], so that 1 − P of a small shape is not a difference of equal numbers. */
function smallShape(a: number, x: number): [lower: number, upper: number] {
  const logHead = a * Math.log(x) - logGamma(a + 1);
  let sum = 0;
  let term = 1;
  for (let k = 1; k < 60; k++) {
    term *= -x / k;
    sum += term / (a + k);
  }
  const head = Math.exp(logHead);
  return [head * (1 + a * sum), -Math.expm1(logHead) - head * a * sum];
}

/** The regularised lower incomplete gamma function P(a, x), for a > 0, x ≥ 0. */
export const gammaLower = (a: number, x: number): number => both(a, x)[0];

/** The regularised upper incomplete gamma function Q(a, x) = 1 − P(a, x). */
export const gammaUpper = (a: number, x: number): number => both(a, x)[1];

/** The x at which P(a, x) = p. */
export const gammaLowerInverse = (a: number, p: number): number => invert(a, p, 1 - p);

/** The x at which Q(a, x) = q: keeps its precision for tiny q. */
export const gammaUpperInverse = (a: number, q: number): number => invert(a, 1 - q, q);

/** Newton's method in log x on the smaller of the two tails, kept within a shrinking bracket. */
function invert(a: number, p: number, q: number): number {
  if (!(a > 0)) throw domain('gamma quantile', 'a > 0', a);
  if (!(p >= 0 && q >= 0)) throw domain('gamma quantile', 'a probability from 0 to 1', p);
  if (p === 0) return 0;
  if (q === 0) return Infinity;
  const lowerTail = p < q;
  const target = Math.log(lowerTail ? p : q);
  let low = -745;
  let high = Math.log(a + 50 * Math.sqrt(a) + 1500);
  let t = Math.log(a);
  if (lowerTail && a < 1) t = (target + logGamma(a + 1)) / a;
  for (let step = 0; step < 200; step++) {
    if (!(t > low && t < high)) t = 0.5 * (low + high);
    const x = Math.exp(t);
    const [lower, upper] = both(a, x);
    const value = lowerTail ? lower : upper;
    const excess = Math.log(value) - target;
    if (excess > 0 === lowerTail) high = t;
    else low = t;
    if (value === 0) {
      t = 0.5 * (low + high);
      continue;
    }
    // d log P / d log x = a · xᵃe⁻ˣ/Γ(a+1) / P
    const slope = (a * poissonTerm(a, x)) / value;
    const next = lowerTail ? t - excess / slope : t + excess / slope;
    if (Math.abs(next - t) < 1e-15 * Math.max(1, Math.abs(t)) || high - low < 1e-15) return Math.exp(next);
    t = next;
  }
  return Math.exp(t);
}

/** The probability that χ² with `ndf` degrees of freedom exceeds x. */
export const chi2Survival = (x: number, ndf: number): number => (x <= 0 ? 1 : gammaUpper(ndf / 2, x / 2));

/** The χ² exceeded with probability q. */
export const chi2SurvivalInverse = (q: number, ndf: number): number => 2 * gammaUpperInverse(ndf / 2, q);

export const domain = (what: string, expected: string, got: number) =>
  userError({ code: 'stats.domain', message: `${what}: argument outside its domain`, got: String(got), expected });
