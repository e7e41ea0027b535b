import { describe, expect, test } from 'vitest';
import { singlePdf } from '../../../src/fit/compose/single.js';
import { argus } from '../../../src/fit/densities/argus.js';
import { bernstein } from '../../../src/fit/densities/bernstein.js';
import { breitWigner } from '../../../src/fit/densities/breit-wigner.js';
import { chebyshev } from '../../../src/fit/densities/chebyshev.js';
import { crystalBall, doubleCrystalBall } from '../../../src/fit/densities/crystal-ball.js';
import { doubleGaussian } from '../../../src/fit/densities/double-gaussian.js';
import { exponential } from '../../../src/fit/densities/exponential.js';
import { gaussian } from '../../../src/fit/densities/gaussian.js';
import { johnson } from '../../../src/fit/densities/johnson.js';
import { voigt } from '../../../src/fit/densities/voigt.js';
import type { Density, Range } from '../../../src/fit/density.js';
import { faddeeva, rationalFaddeeva } from '../../../src/fit/faddeeva.js';
import { numberAlgebra } from '../../../src/fit/number-algebra.js';
import type { Pdf } from '../../../src/fit/pdf.js';

const RANGE: Range = [1.8, 1.95];
const X = [1.81, 1.85, 1.8648, 1.88, 1.94];

const leaf = (density: Density): Pdf => singlePdf(density, 'm');

/*
 * scipy 1.17.1, numba-stats 1.14.0, each density divided by its integral over [lo, hi] = [1.8, 1.95] (its own cdf, or
 * scipy.integrate.quad with epsrel=1e-13 where it has none), at X = [1.81, 1.85, 1.8648, 1.88, 1.94].
 */
describe.each<[string, Pdf, number[], number[]]>([
  [
    'stats.truncnorm.pdf(X, (lo - 1.8648)/.008, (hi - 1.8648)/.008, 1.8648, .008)',
    leaf(gaussian(RANGE)),
    [1.8648, 0.008],
    [3.2264776812484288e-9, 9.008109292027413, 49.8677850501791, 8.20197684683481, 3.2410808763757352e-18],
  ],
  [
    '.6 * truncnorm(sigma=.0045) + .4 * truncnorm(sigma=.0095)',
    doubleGaussian(RANGE, 'm'),
    [1.8648, 0.0045, 0.0095, 0.6],
    [9.994042305851393e-7, 5.229637790832367, 69.98987375471323, 4.847497535281827, 4.157770230874861e-13],
  ],
  [
    'numba_stats.crystalball.pdf(X, 1.5, 3., 1.8648, .008)',
    leaf(crystalBall(RANGE)),
    [1.8648, 0.008, 1.5, 3],
    [0.3089754032564299, 9.45327600703442, 47.23644769976948, 7.769189066055002, 3.070061105653542e-18],
  ],
  [
    'numba_stats.crystalball_ex.pdf(X, 1.5, 3., .008, 2., 10., .008, 1.8648)',
    leaf(doubleCrystalBall(RANGE)),
    [1.8648, 0.008, 1.5, 3, 2, 10],
    [0.30687051928659675, 9.38887589971228, 46.91465107613148, 7.71626174125378, 0.0007214441539728028],
  ],
  [
    'stats.johnsonsu(-1.3, .7, 1.86, .005).pdf(X)',
    leaf(johnson(RANGE)),
    [1.86, 0.005, -1.3, 0.7],
    [0.019446147865661092, 1.9526700728322222, 35.49940505742389, 15.071281679795023, 2.083321398169205],
  ],
  [
    'special.voigt_profile(X - 1.8648, .006, .004)',
    leaf(voigt(RANGE)),
    [1.8648, 0.006, 0.008],
    [0.453459786302519, 9.647203647554553, 43.444172126508136, 9.057850960165286, 0.23717049556715783],
  ],
  [
    'stats.rel_breitwigner(1.8648/.01, scale=.01).pdf(X)',
    leaf(breitWigner(RANGE)),
    [1.8648, 0.01],
    [0.5657960974867428, 6.866093938520162, 66.54756570452089, 6.4502314340488605, 0.28148577595257035],
  ],
  [
    'm * sqrt(1 - (m/1.945)**2) * exp(-20 * (1 - (m/1.945)**2)), by scipy.integrate.quad',
    leaf(argus(RANGE)),
    [1.945, -20, 0.5],
    [2.769769806077882, 5.176897353304248, 6.424413345440724, 7.893773853220031, 7.648632042225013],
  ],
  [
    'stats.truncexpon(b=.15/.03, loc=1.8, scale=.03).pdf(X)',
    leaf(exponential(RANGE)),
    [-1 / 0.03],
    [24.04640039047612, 6.33856232491439, 3.8702482287070863, 2.3318267659198804, 0.315578435824481],
  ],
  [
    'numpy.polynomial.chebyshev.chebval((2*X - lo - hi)/(hi - lo), [1, -.2, .02, .1])',
    leaf(chebyshev(RANGE, 3)),
    [-0.2, 0.02, 0.1],
    [7.939547601292571, 7.626149639572459, 7.031769514093962, 6.355456127268215, 5.618095948297297],
  ],
  [
    'numba_stats.bernstein.density(X, [.3, .2, .4, 3.1], lo, hi) / (hi - lo)',
    leaf(bernstein(RANGE, 3)),
    [0.2, 0.4, 3.1],
    [0.28465185185185177, 0.3814814814814819, 0.5157290496000001, 0.7297481481481465, 2.592681481481481].map(
      (v) => v / 0.15,
    ),
  ],
])('%s', (_, pdf, parameters, expected) => {
  test.each(X.map((x, i) => [x, expected[i]]))('at %d: %d', (x, reference) => {
    const constants = pdf.constants(numberAlgebra, parameters);
    expect(pdf.density(numberAlgebra, [x], parameters, constants) / reference).toBeCloseTo(1, 10);
  });
});

test('the density of charm masses of the reference study: Chebyshev with norm (b − a)(1 − c2/3)', () => {
  const pdf = leaf(chebyshev(RANGE, 2));
  const [norm] = pdf.constants(numberAlgebra, [-0.2, 0.02]);
  expect(norm).toBeCloseTo(1 / (0.15 * (1 - 0.02 / 3)), 12);
});

describe('Faddeeva function', () => {
  // scipy 1.17.1: special.wofz(z)
  test.each([
    [0.5, 0.3, 0.6148515391469911, 0.303124349647351],
    [3, 1e-3, 0.00020197242455732037, 0.20115654204559785],
    [20, 5, 0.006659221263207825, 0.02657402237908979],
    [1e-6, 1, 0.4275835761556527, 2.732120147838195e-7],
  ])('w(%d + %di)', (x, y, real, imaginary) => {
    const [u, v] = rationalFaddeeva(numberAlgebra, x, y);
    expect(Math.abs(u - real)).toBeLessThan(4e-15);
    expect(Math.abs(v - imaginary)).toBeLessThan(4e-15);
    expect(faddeeva(numberAlgebra, x, y)).toEqual([u, v]);
  });
});
