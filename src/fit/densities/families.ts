import { userError } from '../../base/error.js';
import { didYouMean } from '../../base/near.js';
import { singlePdf } from '../compose/single.js';
import type { Density, Range } from '../density.js';
import type { Pdf } from '../pdf.js';
import { argus } from './argus.js';
import { bernstein } from './bernstein.js';
import { breitWigner } from './breit-wigner.js';
import { chebyshev } from './chebyshev.js';
import { crystalBall, doubleCrystalBall } from './crystal-ball.js';
import { doubleGaussian } from './double-gaussian.js';
import { exponential } from './exponential.js';
import { gaussian } from './gaussian.js';
import { histogramTemplate } from './histogram-template.js';
import { johnson } from './johnson.js';
import { kernelTemplate } from './kernel-template.js';
import { voigt } from './voigt.js';

/** What a template is made of: bins, or events. */
export type TemplateData =
  | { readonly edges: ArrayLike<number>; readonly contents: ArrayLike<number> }
  | { readonly values: Float64Array; readonly weights?: Float64Array | undefined };

export interface FamilyOptions {
  /** Degree of a polynomial, default 2. */
  readonly order?: number | undefined;
  /** Side of a Crystal Ball's tail, default left. */
  readonly tail?: 'left' | 'right' | undefined;
  readonly template?: TemplateData | undefined;
  /** Bins of a histogram that is filled from events, default 50. */
  readonly bins?: number | undefined;
  /** Times the kernels' width by Silverman's rule, default 1. */
  readonly factor?: number | undefined;
}

export const DEFAULT_ORDER = 2;

const leaves = {
  gaussian: (range) => gaussian(range),
  crystalBall: (range, { tail }) => crystalBall(range, tail),
  doubleCrystalBall: (range) => doubleCrystalBall(range),
  johnson: (range) => johnson(range),
  voigt: (range) => voigt(range),
  breitWigner: (range) => breitWigner(range),
  argus: (range) => argus(range),
  exponential: (range) => exponential(range),
  chebyshev: (range, { order }) => chebyshev(range, order ?? DEFAULT_ORDER),
  bernstein: (range, { order }) => bernstein(range, order ?? DEFAULT_ORDER),
  histogram(range, { template, bins }) {
    if (!template) throw noTemplate('histogram');
    if ('edges' in template) return histogramTemplate(range, template.edges, template.contents);
    const filled = filledTemplate(range, template, bins);
    return histogramTemplate(range, filled.edges, filled.contents);
  },
  kde(range, { template, factor }) {
    if (!template || 'edges' in template) throw noTemplate('kde');
    return kernelTemplate(range, template.values, { weights: template.weights, factor });
  },
} satisfies Record<string, (range: Range, options: FamilyOptions) => Density>;

export type LeafName = keyof typeof leaves;
export type FamilyName = LeafName | 'doubleGaussian';

/** The names of densities, as study files write them. */
export const FAMILY_NAMES: readonly FamilyName[] = [
  'gaussian',
  'doubleGaussian',
  ...(Object.keys(leaves) as LeafName[]).filter((name) => name !== 'gaussian'),
];

/** What else people call them. */
const OTHER_NAMES: Readonly<Record<string, FamilyName>> = {
  cb: 'crystalBall',
  dcb: 'doubleCrystalBall',
  dscb: 'doubleCrystalBall',
  doublecb: 'doubleCrystalBall',
  normal: 'gaussian',
  bw: 'breitWigner',
  cauchy: 'breitWigner',
  poly: 'chebyshev',
  polynomial: 'chebyshev',
  uniform: 'chebyshev',
  flat: 'chebyshev',
  keys: 'kde',
  template: 'histogram',
};

export const isFamily = (name: string): name is FamilyName => (FAMILY_NAMES as readonly string[]).includes(name);

/** `unknown density "gaus": did you mean "gaussian"?` */
export function unknownFamily(name: string): string {
  const other = OTHER_NAMES[name.toLowerCase()];
  const hint = other ? `did you mean "${other}"?` : didYouMean(name, FAMILY_NAMES);
  return `unknown density "${name}": ${hint ?? `the densities are ${FAMILY_NAMES.join(', ')}`}`;
}

/** A density that is not made of others. */
export const leafDensity = (name: LeafName, range: Range, options: FamilyOptions = {}): Density =>
  leaves[name](range, options);

/**
 * A density by its name, normalised on the range.
 *
 * @example familyPdf('chebyshev', [1.8, 1.95], 'D0_M', { order: 3 })
 */
export const familyPdf = (name: FamilyName, range: Range, variable: string, options: FamilyOptions = {}): Pdf =>
  name === 'doubleGaussian' ? doubleGaussian(range, variable) : singlePdf(leafDensity(name, range, options), variable);

/** The bins of a histogram of events, 50 unless told. */
export function filledTemplate(
  [low, high]: Range,
  { values, weights }: Extract<TemplateData, { readonly values: unknown }>,
  bins = 50,
): { readonly edges: readonly number[]; readonly contents: Float64Array } {
  const contents = new Float64Array(bins);
  values.forEach((x, i) => {
    const t = ((x - low) / (high - low)) * bins;
    if (t >= 0 && t <= bins) contents[Math.min(bins - 1, Math.floor(t))] += weights ? weights[i] : 1;
  });
  const edges = Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + ((high - low) * i) / bins));
  return { edges, contents };
}

const noTemplate = (name: string) =>
  userError({
    code: 'fit.no-template',
    message: `the density ${name} has no template`,
    expected: name === 'kde' ? 'a sample of events' : 'edges and contents, or a sample of events',
    hint: `{ pdf: ${name}, sample: simulation }`,
  });
