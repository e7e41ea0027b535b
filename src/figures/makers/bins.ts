import { userError } from '../../base/error.js';
import type { AxisSpec, Numbers } from '../figure.js';

/** As much of `Axis` and `Hist` (src/hist) as a figure needs. */
export interface AxisLike {
  readonly name: string;
  readonly edges: Numbers;
  readonly label?: string | undefined;
  readonly unit?: string | undefined;
}
export interface HistLike {
  readonly axes: readonly AxisLike[];
  /** C order, last axis fastest, with under- and overflow bins. */
  readonly sumw: Numbers;
  readonly sumw2: Numbers;
}

/** One-dimensional bins without flow. */
export interface Bins {
  readonly edges: Numbers;
  readonly values: readonly number[];
  readonly variances: readonly number[];
}

/** The bins of a one-dimensional histogram without flow. */
export function binsOf(hist: HistLike): Bins {
  const axis = hist.axes[0];
  if (!axis || hist.axes.length !== 1)
    throw userError({
      code: 'figures.dimension',
      message: 'this figure draws histograms of one axis',
      got: `${hist.axes.length} axes`,
      hint: 'draw two axes as a map (map2d)',
    });
  const n = axis.edges.length - 1;
  return {
    edges: axis.edges,
    values: Array.from({ length: n }, (_, i) => hist.sumw[i + 1] ?? 0),
    variances: Array.from({ length: n }, (_, i) => hist.sumw2[i + 1] ?? 0),
  };
}

export const centersOf = (edges: Numbers): number[] =>
  Array.from({ length: edges.length - 1 }, (_, i) => ((edges[i] ?? 0) + (edges[i + 1] ?? 0)) / 2);

export const widthsOf = (edges: Numbers): number[] =>
  Array.from({ length: edges.length - 1 }, (_, i) => (edges[i + 1] ?? 0) - (edges[i] ?? 0));

/** True where all bins have one width. */
export function areUniform(edges: Numbers): boolean {
  const widths = widthsOf(edges);
  return widths.every((w) => Math.abs(w / (widths[0] ?? 1) - 1) < 1e-6);
}

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Bins times a number: values by c, variances by c². */
export const scaled = ({ edges, values, variances }: Bins, c: number): Bins => ({
  edges,
  values: values.map((v) => v * c),
  variances: variances.map((v) => v * c * c),
});

/** Contents per unit of x, for bins of unequal width. */
export function perWidth({ edges, values, variances }: Bins): Bins {
  const widths = widthsOf(edges);
  return {
    edges,
    values: values.map((v, i) => v / (widths[i] ?? 1)),
    variances: variances.map((v, i) => v / (widths[i] ?? 1) ** 2),
  };
}

/** The x axis of a figure: label and unit of the histogram's own axis where the caller gives none. */
export const xAxisOf = (axis: AxisLike | undefined, given: AxisSpec | undefined): AxisSpec => ({
  label: given?.label ?? axis?.label ?? axis?.name,
  unit: given?.label ? given.unit : (given?.unit ?? axis?.unit),
  scale: given?.scale,
  domain: given?.domain,
});

const written = (width: number): string => String(Number(width.toPrecision(3))).replace('-', '−');

/** `Candidates / 0.1 GeV`, `Candidates / bin`, `Candidates / GeV` (per width). */
export function countLabel(what: string, edges: Numbers, unit: string | undefined, density: boolean): string {
  if (density) return unit ? `${what} / ${unit}` : `${what} / unit`;
  if (!areUniform(edges)) return `${what} / bin`;
  const width = written(widthsOf(edges)[0] ?? 1);
  return `${what} / ${[width === '1' && unit ? '' : width, unit ?? ''].filter(Boolean).join(' ')}`;
}
