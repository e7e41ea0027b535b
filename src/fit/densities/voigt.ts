import type { Density, Range } from '../density.js';
import { faddeeva } from '../faddeeva.js';
import { peakParameter, widthParameter } from './parameter.js';

/**
 * A Lorentz curve of full width `width`, 1/((x − mean)² + width²/4), convoluted with a Gaussian of deviation `sigma`:
 * Re w(((x − mean) + i width/2)/(√2 sigma)). Its integral is taken by quadrature.
 */
export const voigt = (range: Range): Density => ({
  name: 'voigt',
  range,
  parameters: [peakParameter('mean', range), widthParameter('sigma', range, 0.7), widthParameter('width', range, 1)],
  shape(a, x, [mean, sigma, width]) {
    const scale = a.div(a.constant(Math.SQRT1_2), sigma);
    const y = a.mul(a.mul(a.constant(0.5), width), scale);
    return faddeeva(a, a.mul(a.sub(x, mean), scale), y)[0];
  },
  smeared: 'it has its own, sigma',
  breaks([mean, sigma, width]) {
    const reach = sigma + 0.5 * width;
    return [-60, -20, -7, -3, -1, 0, 1, 3, 7, 20, 60].map((t) => mean + t * reach);
  },
});
