/**
 * The limiting probability that √n D exceeds `x`, D being the Kolmogorov distance of n values from their distribution.
 * Two series of theta functions, each where it converges in a few terms (Marsaglia, Tsang, Wang, J. Stat. Softw. 8 (2003) 18).
 *
 * @example kolmogorovSurvival(1.3580986) // 0.05
 */
export function kolmogorovSurvival(x: number): number {
  if (!(x > 0)) return 1;
  let sum = 0;
  if (x < 1) {
    for (let k = 1; k < 12; k += 2) sum += Math.exp((-k * k * Math.PI * Math.PI) / (8 * x * x));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  for (let k = 6; k >= 1; k--) sum = Math.exp(-2 * k * k * x * x) - sum;
  return 2 * sum;
}
