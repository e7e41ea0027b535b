import type { Density, Range } from '../density.js';
import { peakParameter, widthParameter } from './parameter.js';

/**
 * A relativistic Breit–Wigner of constant width in the mass m > 0: 1/((m² − mean²)² + mean²·width²), as in the review
 * of resonances by the Particle Data Group. `width` is the full width.
 */
export const breitWigner = (range: Range): Density => ({
  name: 'breitWigner',
  range,
  parameters: [peakParameter('mean', range), widthParameter('width', range, 2)],
  shape(a, m, [mean, width]) {
    // In units of the height at the peak, so that the numbers stay near 1 whatever the unit of mass.
    const strength = a.mul(mean, width);
    const d = a.div(a.sub(a.mul(m, m), a.mul(mean, mean)), strength);
    return a.div(a.constant(1), a.add(a.constant(1), a.mul(d, d)));
  },
  /*
   * (M Γ) Im ∫ dm/(m² − c²) with c² = M² + i M Γ, c = u + i v:
   * ∫ dm/(m² − c²) = (L + iθ)/(2c), L = ½ ln(((m−u)² + v²)/((m+u)² + v²)), θ = atan((m−u)/v) + atan((m+u)/v).
   */
  integral(a, low, high, [mean, width]) {
    const [half, square] = [a.constant(0.5), a.mul(mean, mean)];
    const strength = a.mul(mean, width);
    const size = a.sqrt(a.add(a.mul(square, square), a.mul(strength, strength)));
    const u = a.sqrt(a.mul(half, a.add(square, size)));
    const v = a.div(a.mul(half, strength), u);
    const far = (m: typeof low, sign: number) => {
      const shifted = sign < 0 ? a.sub(m, u) : a.add(m, u);
      return a.add(a.mul(shifted, shifted), a.mul(v, v));
    };
    const at = (m: typeof low) => {
      const angle = a.add(a.atan(a.div(a.sub(m, u), v)), a.atan(a.div(a.add(m, u), v)));
      const log = a.mul(half, a.log(a.div(far(m, -1), far(m, 1))));
      return a.sub(a.mul(u, angle), a.mul(v, log));
    };
    return a.div(a.mul(a.mul(strength, half), a.sub(at(high), at(low))), size);
  },
  breaks: ([mean, width]) => [-50, -10, -3, -1, 0, 1, 3, 10, 50].map((t) => mean + 0.5 * t * width),
});
