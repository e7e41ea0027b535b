import type { Algebra, ScalarAlgebra } from '../algebra.js';
import type { Density, Range } from '../density.js';
import { gaussianArea } from './gaussian-area.js';
import { growth } from './growth.js';
import { peakParameter, plainParameter, widthParameter } from './parameter.js';

const alphaParameter = (name: string) => plainParameter(name, 1.5, 0.05, 10);
const exponentParameter = (name: string) => plainParameter(name, 3, 0.1, 150);

/**
 * Logarithm of the power law that follows a Gaussian from t = −alpha downwards, exp(−alpha²/2) (1 + alpha s/n)⁻ⁿ with
 * s = −alpha − t; for t above, its value at −alpha.
 */
function logTail<T>(a: Algebra<T>, t: T, alpha: T, n: T): T {
  const edge = a.neg(alpha);
  const s = a.sub(edge, a.choose(a.add(t, alpha), t, edge));
  const power = a.mul(n, a.log(a.add(a.constant(1), a.div(a.mul(alpha, s), n))));
  return a.sub(a.mul(a.constant(-0.5), a.mul(alpha, alpha)), power);
}

/** ∫ over t of the tail, for low ≤ high ≤ −alpha. */
function tailArea<T>(a: ScalarAlgebra<T>, low: T, high: T, alpha: T, n: T): T {
  const one = a.constant(1);
  const steepness = a.div(alpha, n);
  const at = (t: T): T => a.log(a.sub(one, a.mul(steepness, a.add(alpha, t))));
  const [near, far] = [at(high), at(low)];
  const [flat, length] = [a.sub(one, n), a.sub(far, near)];
  // ∫ v⁻ⁿ dv written so that n = 1, a logarithm, is no special case.
  const law = a.mul(a.exp(a.mul(flat, near)), a.mul(length, growth(a, a.mul(flat, length))));
  return a.div(a.mul(a.exp(a.mul(a.constant(-0.5), a.mul(alpha, alpha))), law), steepness);
}

/** ∫ over t ∈ [low, high] of a Gaussian whose tail below −alpha is a power law. */
function leftArea<T>(a: ScalarAlgebra<T>, low: T, high: T, alpha: T, n: T): T {
  const edge = a.neg(alpha);
  const [zero, one] = [a.constant(0), a.constant(1)];
  if (a.valueOf(high) <= a.valueOf(edge)) return tailArea(a, low, high, alpha, n);
  if (a.valueOf(low) >= a.valueOf(edge)) return gaussianArea(a, zero, one, low, high);
  return a.add(tailArea(a, low, edge, alpha, n), gaussianArea(a, zero, one, edge, high));
}

/**
 * A Gaussian with a power-law tail at one side (J. Gaiser, SLAC-R-255 (1982), appendix F): below mean − alpha·sigma
 * it goes on as (1 + alpha s/n)⁻ⁿ, with the same value and slope. `tail: 'right'` turns it round.
 *
 * @example crystalBall([5.1, 5.5], 'right')
 */
export function crystalBall(range: Range, tail: 'left' | 'right' = 'left'): Density {
  const right = tail === 'right';
  return {
    name: 'crystalBall',
    range,
    parameters: [
      peakParameter('mean', range),
      widthParameter('sigma', range),
      alphaParameter('alpha'),
      exponentParameter('n'),
    ],
    shape(a, x, [mean, sigma, alpha, n]) {
      const t = a.div(right ? a.sub(mean, x) : a.sub(x, mean), sigma);
      const core = a.mul(a.constant(-0.5), a.mul(t, t));
      return a.exp(a.choose(a.add(t, alpha), logTail(a, t, alpha, n), core));
    },
    integral(a, low, high, [mean, sigma, alpha, n]) {
      const ends = [low, high].map((x) => a.div(right ? a.sub(mean, x) : a.sub(x, mean), sigma));
      if (right) ends.reverse();
      return a.mul(sigma, leftArea(a, ends[0], ends[1], alpha, n));
    },
    breaks: ([mean, sigma, alpha]) => [-40, -12, -6, -alpha, 0, 2, 6].map((t) => mean + (right ? -t : t) * sigma),
  };
}

/**
 * A Gaussian with a power-law tail at each side: alphaL and nL below the mean, alphaR and nR above it.
 *
 * @example doubleCrystalBall([5.1, 5.5]).parameters.map((p) => p.name) // ['mean', 'sigma', 'alphaL', 'nL', 'alphaR', 'nR']
 */
export const doubleCrystalBall = (range: Range): Density => ({
  name: 'doubleCrystalBall',
  range,
  parameters: [
    peakParameter('mean', range),
    widthParameter('sigma', range),
    alphaParameter('alphaL'),
    exponentParameter('nL'),
    alphaParameter('alphaR'),
    exponentParameter('nR'),
  ],
  shape(a, x, [mean, sigma, alphaL, nL, alphaR, nR]) {
    const t = a.div(a.sub(x, mean), sigma);
    const core = a.mul(a.constant(-0.5), a.mul(t, t));
    const right = a.choose(a.sub(alphaR, t), logTail(a, a.neg(t), alphaR, nR), core);
    return a.exp(a.choose(a.add(t, alphaL), logTail(a, t, alphaL, nL), right));
  },
  integral(a, low, high, [mean, sigma, alphaL, nL, alphaR, nR]) {
    const [from, to] = [a.div(a.sub(low, mean), sigma), a.div(a.sub(high, mean), sigma)];
    const zero = a.constant(0);
    if (a.valueOf(to) <= 0) return a.mul(sigma, leftArea(a, from, to, alphaL, nL));
    if (a.valueOf(from) >= 0) return a.mul(sigma, leftArea(a, a.neg(to), a.neg(from), alphaR, nR));
    const halves = a.add(leftArea(a, from, zero, alphaL, nL), leftArea(a, a.neg(to), zero, alphaR, nR));
    return a.mul(sigma, halves);
  },
  breaks: ([mean, sigma, alphaL, , alphaR]) =>
    [-40, -12, -6, -alphaL, 0, alphaR, 6, 12, 40].map((t) => mean + t * sigma),
});
