import type { Pdf } from '../../src/fit/pdf.js';
import { argus } from '../../src/fit/densities/argus.js';
import { bernstein } from '../../src/fit/densities/bernstein.js';
import { breitWigner } from '../../src/fit/densities/breit-wigner.js';
import { chebyshev } from '../../src/fit/densities/chebyshev.js';
import { crystalBall, doubleCrystalBall } from '../../src/fit/densities/crystal-ball.js';
import { doubleGaussian } from '../../src/fit/densities/double-gaussian.js';
import { exponential } from '../../src/fit/densities/exponential.js';
import { gaussian } from '../../src/fit/densities/gaussian.js';
import { johnson } from '../../src/fit/densities/johnson.js';
import { voigt } from '../../src/fit/densities/voigt.js';
import { singlePdf } from '../../src/fit/compose/single.js';
import type { Density, Range } from '../../src/fit/density.js';

export const RANGE: Range = [1.8, 1.95];

export interface DensityCase {
  readonly density: Density;
  /** Parameters at which the laws are tried. */
  readonly points: readonly (readonly number[])[];
}

/** Every leaf, with parameters in the middle and at the corners of what a fit meets. */
export const DENSITIES: Readonly<Record<string, DensityCase>> = {
  gaussian: {
    density: gaussian(RANGE),
    points: [
      [1.8648, 0.008],
      [1.801, 0.05],
      [1.95, 0.0004],
    ],
  },
  exponential: { density: exponential(RANGE), points: [[-3.2], [0], [25], [1e-3], [-1900]] },
  crystalBall: {
    density: crystalBall(RANGE),
    points: [
      [1.8648, 0.008, 1.5, 3],
      [1.83, 0.02, 0.3, 1],
      [1.94, 0.001, 2.5, 140],
      [1.87, 0.01, 4, 0.4],
    ],
  },
  'crystalBall, right': { density: crystalBall(RANGE, 'right'), points: [[1.8648, 0.008, 1.5, 3]] },
  doubleCrystalBall: {
    density: doubleCrystalBall(RANGE),
    points: [
      [1.8648, 0.008, 1.5, 3, 2, 10],
      [1.8, 0.03, 0.7, 1, 0.4, 1.0001],
      [1.949, 0.003, 1.2, 5, 1.1, 2],
    ],
  },
  johnson: {
    density: johnson(RANGE),
    points: [
      [1.8648, 0.012, 0, 1.5],
      [1.86, 0.005, -1.3, 0.7],
      [1.93, 0.1, 6, 9],
    ],
  },
  voigt: {
    density: voigt(RANGE),
    points: [
      [1.8648, 0.006, 0.008],
      [1.85, 0.02, 1e-4],
      [1.94, 0.0004, 0.03],
    ],
  },
  breitWigner: {
    density: breitWigner(RANGE),
    points: [
      [1.8648, 0.01],
      [1.82, 1.5e-5],
      [1.95, 0.15],
    ],
  },
  argus: {
    density: argus(RANGE),
    points: [
      [1.94, -20, 0.5],
      [1.97, 3, 0.7],
      [1.91, -300, 1],
    ],
  },
  chebyshev: {
    density: chebyshev(RANGE, 3),
    points: [
      [-0.2, 0.02, 0.1],
      [0.9, 0.3, -0.1],
    ],
  },
  'chebyshev, negative in places': {
    density: chebyshev(RANGE, 2),
    points: [
      [1.3, 0.4],
      [0.1, 0.95],
    ],
  },
  'chebyshev of order 1': { density: chebyshev(RANGE, 1), points: [[-0.3], [1]] },
  flat: { density: chebyshev(RANGE, 0), points: [[]] },
  bernstein: {
    density: bernstein(RANGE, 3),
    points: [
      [1, 1, 1],
      [0.2, 0.4, 3.1],
      [0.5, 0.1, 0.3],
    ],
  },
  'bernstein, negative in places': { density: bernstein(RANGE, 2), points: [[0.5, 2.9]] },
};

export interface PdfCase {
  readonly pdf: Pdf;
  readonly points: readonly (readonly number[])[];
}

/** Compositions, and every leaf as a normalised density. */
export const PDFS: Readonly<Record<string, PdfCase>> = {
  ...Object.fromEntries(
    Object.entries(DENSITIES).map(([name, { density, points }]) => [name, { pdf: singlePdf(density, 'm'), points }]),
  ),
  doubleGaussian: {
    pdf: doubleGaussian(RANGE, 'm'),
    points: [
      [1.8648, 0.0045, 0.0095, 0.6],
      [1.81, 0.03, 0.06, 0.1],
    ],
  },
};
