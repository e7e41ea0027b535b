import type { Algebra } from '../algebra.js';
import type { Density, DensityParameter, Range } from '../density.js';
import { gaussLegendre } from '../normalise.js';
import { gaussianArea } from './gaussian-area.js';

const POINTS = 80;
const RULE = gaussLegendre(POINTS);
/** So many resolutions beyond the range the density still counts. */
const REACH = 6;

/**
 * ARGUS's density convoluted with a Gaussian: a sum of Gaussians at masses m = m0 √(1 − t), t = s² t_max, from the endpoint
 * down to six resolutions below the range, at the nodes of Gauss's rule in s: smooth in every parameter, the endpoint
 * too, which a sum over fixed shifts is not. Right to 10⁻⁶ for a resolution of a fortieth of the range and above, which
 * is its lower limit.
 */
export function smearedArgus(
  range: Range,
  parameters: readonly DensityParameter[],
  resolution: DensityParameter,
): Density {
  const [low, high] = range;
  /** Places and weights of the Gaussians. */
  function points<T>(a: Algebra<T>, [m0, c, p, sigma]: readonly T[]): readonly { place: T; weight: T }[] {
    const one = a.constant(1);
    const from = a.div(a.sub(a.constant(low), a.mul(a.constant(REACH), sigma)), m0);
    const most = a.sub(one, a.mul(from, from));
    const power = a.add(a.mul(a.constant(2), p), one);
    const scale = a.exp(a.mul(a.add(p, one), a.log(most)));
    return [...RULE.nodes].map((node, i) => {
      const s = 0.5 * (1 + node);
      const t = a.mul(most, a.constant(s * s));
      const law = a.exp(a.add(a.mul(power, a.constant(Math.log(s))), a.mul(c, t)));
      const weight = a.mul(a.mul(scale, a.constant(RULE.weights[i])), law);
      return { place: a.mul(m0, a.sqrt(a.sub(one, t))), weight };
    });
  }
  const least = (high - low) / 40;
  const limited: DensityParameter = {
    ...resolution,
    low: Math.max(resolution.low, least),
    high: Math.max(resolution.high, 3 * least),
    start: (data) => Math.max(resolution.start(data), 1.2 * least),
  };
  return {
    name: 'argus',
    range,
    parameters: [...parameters, limited],
    shape(a, x, own) {
      const inverse = a.div(a.constant(1), own[3]);
      return points(a, own)
        .map(({ place, weight }) => {
          const z = a.mul(a.sub(x, place), inverse);
          return a.mul(weight, a.exp(a.mul(a.constant(-0.5), a.mul(z, z))));
        })
        .reduce((sum, y) => a.add(sum, y));
    },
    integral: (a, from, to, own) =>
      points(a, own)
        .map(({ place, weight }) => a.mul(weight, gaussianArea(a, place, own[3], from, to)))
        .reduce((sum, y) => a.add(sum, y)),
    breaks: ([m0, , , sigma]) => [m0 - 2 * sigma, m0, m0 + 2 * sigma],
  };
}
