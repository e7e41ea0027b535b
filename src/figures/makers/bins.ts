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
    edges: finiteEdges(axis.edges),
    values: Array.from({ length: n }, (_, i) => hist.sumw[i + 1] ?? 0),
    variances: Array.from({ length: n }, (_, i) => hist.sumw2[i + 1] ?? 0),
  };
}

/** An edge at infinity is drawn as if its bin were as wide as the next one. */
function finiteEdges(edges: Numbers): Numbers {
  if (Array.from(edges).every(Number.isFinite)) return edges;
  const out = Array.from(edges);
  const n = out.length - 1;
  const width = (i: number): number => (out[i + 1] ?? 1) - (out[i] ?? 0);
  if (!Number.isFinite(out[0])) out[0] = (out[1] ?? 0) - (n > 2 ? width(1) : 1);
  if (!Number.isFinite(out[n])) out[n] = (out[n - 1] ?? 0) + (n > 1 ? width(n - 2) : 1);
  return out;
}

export const centersOf = (edges: Numbers): number[] =>
  Array.from({ length: edges.length - 1 }, (_, i) => ((edges[i] ?? 0) + (edges[i + 1] ?? 0)) / 2);

/**
 * Where the points of bins stand: in the middle of what is drawn, so the geometric mean on a logarithmic axis;
 * bins of unequal width show it by a horizontal bar.
 */
export function placesOf(
  edges: Numbers,
  scale: 'linear' | 'log' | undefined,
): { readonly x: number[]; readonly xLow?: number[]; readonly xHigh?: number[] } {
  const low = Array.from({ length: edges.length - 1 }, (_, i) => edges[i] ?? 0);
  const high = low.map((_, i) => edges[i + 1] ?? 0);
  const x = centersOf(edges).map((c, i) => {
    const product = (low[i] ?? 0) * (high[i] ?? 0);
    return scale === 'log' && product > 0 ? Math.sqrt(product) : c;
  });
  if (areUniform(edges)) return { x };
  return { x, xLow: x.map((c, i) => c - (low[i] ?? c)), xHigh: x.map((c, i) => (high[i] ?? c) - c) };
}

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

/** `Candidates / (0.1 GeV)`, `Candidates / (5 MeV)`, `Candidates / 0.02`, `Candidates / bin`, `Candidates / GeV` (per width). */
export function countLabel(what: string, edges: Numbers, unit: string | undefined, density: boolean): string {
  if (density) return unit ? `${what} / ${unit}` : `${what} / unit`;
  if (!areUniform(edges)) return `${what} / bin`;
  const width = widthsOf(edges)[0] ?? 1;
  if (unit === undefined) return written(width) === '1' ? `${what} / bin` : `${what} / ${written(width)}`;
  // Few hundredths of a GeV are read as MeV.
  const small = /^GeV(?=$|\/)/.test(unit) && width < 0.0999;
  return `${what} / (${written(small ? 1000 * width : width)} ${small ? unit.replace('GeV', 'MeV') : unit})`;
}
