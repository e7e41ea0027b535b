const NODES = 24;

/**
 * The probability that the limiting Anderson–Darling statistic A² = Σ χ²₁ / (j (j + 1)) exceeds `z`.
 *
 * Smirnov's formula for quadratic forms with simple eigenvalues, with the product of Anderson and Darling (Ann. Math.
 * Stat. 23 (1952) 193), ∏(1 − 2u / j(j+1)) = −cos(½π√(1 + 8u)) / 2πu, integrated by Gauss–Chebyshev between its zeros:
 * full relative precision in the upper tail.
 *
 * @example andersonDarlingSurvival(2.492) // 0.0500
 */
export function andersonDarlingSurvival(z: number): number {
  if (!(z > 0.01)) return 1;
  let total = 0;
  for (let k = 1; k < 200; k++) {
    let part = 0;
    for (let i = 1; i <= NODES; i++) {
      const t = Math.cos((Math.PI * (2 * i - 1)) / (2 * NODES));
      const s = 4 * k + t;
      const u = (s * s - 1) / 8;
      // cos(½π t)/(1 − t²) is smooth: it carries the square-root singularities of both ends.
      const smooth = Math.cos((Math.PI * t) / 2) / (1 - t * t);
      part += Math.exp(-u * z) * Math.sqrt((2 * Math.PI) / (u * smooth)) * (s / 4);
    }
    total += (k % 2 ? 1 : -1) * part;
    if (Math.abs(part) < 1e-18 * Math.abs(total)) break;
  }
  return Math.min(1, total / NODES);
}
