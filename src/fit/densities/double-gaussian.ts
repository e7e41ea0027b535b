import { sumPdf } from '../compose/sum.js';
import { singlePdf } from '../compose/single.js';
import type { Range } from '../density.js';
import type { Pdf } from '../pdf.js';
import { gaussian } from './gaussian.js';
import { plainParameter } from './parameter.js';

/**
 * Two Gaussians of one mean, each normalised on the range: fraction · G(mean, sigma1) + (1 − fraction) · G(mean, sigma2).
 * The narrower one is the first: `exchanges` says how to put them in order after a fit.
 *
 * @example doubleGaussian([1.8, 1.95], 'D0_M').parameters.map((p) => p.name) // ['mean', 'sigma1', 'sigma2', 'fraction']
 */
export function doubleGaussian(range: Range, variable: string): Pdf {
  const [narrow, wide] = [gaussian(range, 0.8), gaussian(range, 1.8)];
  const [mean, sigma1] = narrow.parameters;
  const parameters = [
    mean,
    { ...sigma1, name: 'sigma1' },
    { ...wide.parameters[1], name: 'sigma2' },
    plainParameter('fraction', 0.6, 0, 1),
  ];
  return sumPdf({
    name: 'doubleGaussian',
    variables: [{ name: variable, range }],
    parameters: parameters.map((parameter) => ({ ...parameter, variable: 0 })),
    parts: [
      { pdf: singlePdf(narrow, variable), parameters: [0, 1], variables: [0] },
      { pdf: singlePdf(wide, variable), parameters: [0, 2], variables: [0] },
    ],
    fractions: [3],
    exchanges: [{ first: 1, second: 2, fraction: 3 }],
  });
}
