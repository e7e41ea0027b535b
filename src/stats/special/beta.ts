import { devianceTerm, domain, stirlingError } from './gamma.js';

/** xᵃ yᵇ / B(a, b) with y = 1 − x, by Loader's saddle-point form of the binomial density. */
function front(a: number, b: number, x: number, y: number): number {
  const n = a + b;
  const exponent =
    stirlingError(n) - stirlingError(a) - stirlingError(b) - devianceTerm(a, n * x) - devianceTerm(b, n * y);
  return Math.exp(exponent) * Math.sqrt((a * b) / (2 * Math.PI * n));
}

/** The continued fraction of the incomplete beta function (Numerical Recipes, 6.4.5), by Lentz's method. */
function fraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  const safe = (v: number): number => (Math.abs(v) < tiny ? tiny : v);
  let c = 1;
  let d = 1 / safe(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m < 1e6; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / safe(1 + even * d);
    c = safe(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / safe(1 + odd * d);
    c = safe(1 + odd / c);
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return h;
}

function both(a: number, b: number, x: number, y: number): [lower: number, upper: number] {
  if (!(a > 0 && b > 0)) throw domain('beta function', 'a > 0 and b > 0', a > 0 ? b : a);
  if (!(x >= 0 && y >= 0)) throw domain('beta function', 'x from 0 to 1', x);
  if (x === 0) return [0, 1];
  if (y === 0) return [1, 0];
  const f = front(a, b, x, y);
  if (x < (a + 1) / (a + b + 2)) {
    const lower = (f * fraction(a, b, x)) / a;
    return [lower, 1 - lower];
  }
  const upper = (f * fraction(b, a, y)) / b;
  return [1 - upper, upper];
}

/**
 * The regularised incomplete beta function Iₓ(a, b), for a, b > 0 and 0 ≤ x ≤ 1.
 *
 * @example betaLower(2, 3, 0.5) // 0.6875
 */
export const betaLower = (a: number, b: number, x: number): number => both(a, b, x, 1 - x)[0];

/** The complement 1 − Iₓ(a, b), with its own precision. */
export const betaUpper = (a: number, b: number, x: number): number => both(a, b, x, 1 - x)[1];

/** The x at which Iₓ(a, b) = p. */
export const betaLowerInverse = (a: number, b: number, p: number): number => invert(a, b, p, 1 - p);

/** The x at which 1 − Iₓ(a, b) = q: keeps its precision for tiny q. */
export const betaUpperInverse = (a: number, b: number, q: number): number => invert(a, b, 1 - q, q);

/** Newton's method in logit x on the smaller tail, kept within a shrinking bracket. */
function invert(a: number, b: number, p: number, q: number): number {
  if (!(p >= 0 && q >= 0)) throw domain('beta quantile', 'a probability from 0 to 1', p);
  if (p === 0) return 0;
  if (q === 0) return 1;
  const lowerTail = p < q;
  const target = Math.log(lowerTail ? p : q);
  let low = -745;
  let high = 745;
  let t = Math.log(a / b);
  for (let step = 0; step < 300; step++) {
    if (!(t > low && t < high)) t = 0.5 * (low + high);
    const x = 1 / (1 + Math.exp(-t));
    const y = 1 / (1 + Math.exp(t));
    const [lower, upper] = both(a, b, x, y);
    const value = lowerTail ? lower : upper;
    const excess = Math.log(value) - target;
    if (excess > 0 === lowerTail) high = t;
    else low = t;
    const next = t + ((lowerTail ? -1 : 1) * excess * value) / front(a, b, x, y);
    if (Number.isFinite(next) && (Math.abs(next - t) < 4e-16 * Math.max(1, Math.abs(t)) || high - low < 1e-15)) {
      return 1 / (1 + Math.exp(-next));
    }
    t = Number.isFinite(next) ? next : 0.5 * (low + high);
  }
  return 1 / (1 + Math.exp(-t));
}
