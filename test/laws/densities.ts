import type { Pdf } from '../../src/fit/pdf.js';
import { doubleGaussian } from '../../src/fit/densities/double-gaussian.js';
import { exponential } from '../../src/fit/densities/exponential.js';
import { gaussian } from '../../src/fit/densities/gaussian.js';
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
