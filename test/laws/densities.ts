import type { Pdf } from '../../src/fit/pdf.js';
import { overlapPdf } from '../../src/fit/compose/overlap.js';
import { separateParts } from '../../src/fit/compose/part.js';
import { productPdf } from '../../src/fit/compose/product.js';
import { sumPdf } from '../../src/fit/compose/sum.js';
import { argus } from '../../src/fit/densities/argus.js';
import { bernstein } from '../../src/fit/densities/bernstein.js';
import { breitWigner } from '../../src/fit/densities/breit-wigner.js';
import { chebyshev } from '../../src/fit/densities/chebyshev.js';
import { convolution } from '../../src/fit/densities/convolution.js';
import { histogramTemplate } from '../../src/fit/densities/histogram-template.js';
import { kernelTemplate } from '../../src/fit/densities/kernel-template.js';
import { normals, seedKey } from '../../src/stats/key.js';
import { plainParameter } from '../../src/fit/densities/parameter.js';
import { crystalBall, doubleCrystalBall } from '../../src/fit/densities/crystal-ball.js';
import { doubleGaussian } from '../../src/fit/densities/double-gaussian.js';
import { exponential } from '../../src/fit/densities/exponential.js';
import { gaussian } from '../../src/fit/densities/gaussian.js';
import { johnson } from '../../src/fit/densities/johnson.js';
import { voigt } from '../../src/fit/densities/voigt.js';
import { singlePdf } from '../../src/fit/compose/single.js';
import type { Density, Range } from '../../src/fit/density.js';

export const RANGE: Range = [1.8, 1.95];

const SAMPLE = normals(seedKey(5), 300).map((z, i) => (i % 3 ? 1.865 + 0.01 * z : 1.8 + 0.03 * Math.abs(z)));

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
  histogram: {
    density: histogramTemplate(RANGE, [1.79, 1.82, 1.86, 1.87, 1.88, 1.95], [3, 5, 20, 0, 7]),
    points: [[]],
  },
  kde: { density: kernelTemplate(RANGE, SAMPLE, { factor: 0.7 }), points: [[]] },
  'breitWigner with resolution': {
    density: convolution(breitWigner(RANGE)),
    points: [
      [1.8648, 0.01, 0.004],
      [1.94, 0.02, 0.012],
    ],
  },
  'argus with resolution': { density: convolution(argus(RANGE)), points: [[1.92, -20, 0.5, 0.006]] },
  'kde with resolution': { density: convolution(kernelTemplate(RANGE, SAMPLE)), points: [[0.005]] },
  'histogram with resolution': {
    density: convolution(histogramTemplate(RANGE, [1.8, 1.82, 1.86, 1.87, 1.9, 1.95], [3, 5, 20, 1, 7])),
    points: [[0.02]],
  },
  'bernstein, negative in places': { density: bernstein(RANGE, 2), points: [[0.5, 2.9]] },
};

export interface PdfCase {
  readonly pdf: Pdf;
  readonly points: readonly (readonly number[])[];
}

const OTHER: Range = [0.14, 0.16];

/** Three densities, each with fewer events than the one before. */
function three(): Pdf {
  const pdfs = [gaussian(RANGE), chebyshev(RANGE, 1), histogramTemplate(RANGE, [1.8, 1.85, 1.95], [1, 2])];
  const { parts, parameters } = separateParts(
    pdfs.map((d) => singlePdf(d, 'm')),
    ['peak', 'line', 'steps'],
    [[0], [0], [0]],
  );
  const n = parameters.length;
  const fractions = ['fraction1', 'fraction2'].map((f) => ({ ...plainParameter(f, 0.5, 0, 1), variable: 0 }));
  return sumPdf({
    name: 'sum',
    variables: [{ name: 'm', range: RANGE }],
    parameters: [...parameters, ...fractions],
    parts,
    fractions: [n, n + 1],
  });
}

/** A peak in two variables, the second with two widths. */
function plane(): Pdf {
  const pdfs = [doubleGaussian(RANGE, 'm'), singlePdf(histogramTemplate(OTHER, [0.14, 0.15, 0.16], [2, 1]), 'dm')];
  const { parts, parameters } = separateParts(pdfs, ['m', 'dm'], [[0], [1]]);
  const variables = [
    { name: 'm', range: RANGE },
    { name: 'dm', range: OTHER },
  ];
  return productPdf({ name: 'plane', variables, parameters, parts });
}

/** A peak whose efficiency falls. */
function overlap(): Pdf {
  const pdfs = [doubleGaussian(RANGE, 'm'), singlePdf(chebyshev(RANGE, 1), 'm', false)];
  const { parts, parameters } = separateParts(pdfs, ['peak', 'efficiency'], [[0], [0]]);
  return overlapPdf({ name: 'overlap', variable: { name: 'm', range: RANGE }, parameters, parts });
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
  'sum of three': { pdf: three(), points: [[1.86, 0.01, -0.4, 0.5, 0.6]] },
  'product in two variables': { pdf: plane(), points: [[1.8648, 0.0045, 0.0095, 0.6]] },
  'product in one variable': { pdf: overlap(), points: [[1.8648, 0.0045, 0.0095, 0.6, -0.7]] },
};
