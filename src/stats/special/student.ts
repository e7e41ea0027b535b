import { betaUpperInverse } from './beta.js';

/**
 * Quantile of Student's t distribution with `ndf` degrees of freedom at probability `p` in [½, 1), by the regularised
 * incomplete beta function: P(|t| > q) = I_x(ndf/2, ½) with x = ndf/(ndf + q²) (Abramowitz & Stegun 26.7.1).
 *
 * @example studentQuantile(0.975, 10) // 2.228
 */
export function studentQuantile(p: number, ndf: number): number {
  if (p === 0.5) return 0;
  // 1 − x is beta-distributed with the parameters swapped, and small where t is: no cancellation on either side.
  const rest = betaUpperInverse(0.5, ndf / 2, 2 * (1 - p));
  return Math.sqrt((ndf * rest) / (1 - rest));
}
