import type { Density, Range } from '../density.js';
import { gaussianArea } from './gaussian-area.js';
import { peakParameter, widthParameter } from './parameter.js';

/**
 * A normal density, exp(−((x − mean)/sigma)²/2).
 *
 * @example gaussian([1.8, 1.95]).parameters.map((p) => p.name) // ['mean', 'sigma']
 */
export const gaussian = (range: Range, widths = 1): Density => ({
  name: 'gaussian',
  range,
  parameters: [peakParameter('mean', range), widthParameter('sigma', range, widths)],
  shape(a, x, [mean, sigma]) {
    const z = a.div(a.sub(x, mean), sigma);
    return a.exp(a.mul(a.constant(-0.5), a.mul(z, z)));
  },
  integral: (a, low, high, [mean, sigma]) => gaussianArea(a, mean, sigma, low, high),
  smeared: 'it has its own, sigma',
  breaks: ([mean, sigma]) => [mean - 6 * sigma, mean - 2 * sigma, mean, mean + 2 * sigma, mean + 6 * sigma],
});
