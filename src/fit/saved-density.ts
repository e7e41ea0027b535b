import { userError } from '../base/error.js';
import { binFinder, variableAxis } from '../hist/axis.js';
import type { Component } from './component.js';
import type { Range } from './density.js';
import { bernsteinTerm, legendreTerm, type SavedBernstein, type SavedLegendre } from './cow-terms.js';
import { restorePdf, type SavedPdf } from './saved-pdf.js';

/** A density as plain data. */
export type SavedDensity =
  /** A functional form and its parameters. */
  | SavedPdf
  /** Terms of COWs. */
  | SavedBernstein
  | SavedLegendre
  /** Cubic interpolation between values at equal steps, piece by piece; 0 outside. */
  | {
      readonly kind: 'table';
      readonly pieces: readonly { readonly low: number; readonly high: number; readonly values: readonly number[] }[];
      /** Largest interpolation error found, as a share of the largest value. */
      readonly error: number;
    }
  /** Constant in each bin [low, high); the last edge belongs to the last bin; 0 outside. */
  | { readonly kind: 'histogram'; readonly edges: readonly number[]; readonly values: readonly number[] };

const ACCURACY = 1e-9;
const STEPS = 32;
const MOST_PIECES = 1024;

/**
 * Writes a density down: as it knows itself, or tabulated, in pieces that are halved until halfway between the nodes the cubic
 * is off by at most 10⁻⁹ of the largest value; the error found is kept.
 */
export function saveDensity(component: Component, [low, high]: Range): SavedDensity {
  if (component.saved) return component.saved;
  const inside = (component.breaks ?? []).filter((b) => b > low && b < high);
  const edges = [low, ...[...new Set(inside)].sort((a, b) => a - b), high];
  const top = component.density(nodes(low, high, 4096)).reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  // The end of the list is tried first: pieces come out in order.
  const open = edges
    .slice(1)
    .map((end, i) => [edges[i], end] as const)
    .reverse();
  const pieces: { low: number; high: number; values: number[] }[] = [];
  let error = 0;
  for (let range = open.pop(); range; range = open.pop()) {
    const [from, to] = range;
    const piece = tabulate(component, from, to, top);
    const middle = 0.5 * (from + to);
    if (piece.error > ACCURACY && pieces.length + open.length < MOST_PIECES && to - from > (high - low) * 1e-6) {
      open.push([middle, to], [from, middle]);
      continue;
    }
    error = Math.max(error, piece.error);
    pieces.push({ low: from, high: to, values: [...piece.values] });
  }
  return { kind: 'table', pieces, error };
}

function tabulate({ density }: Component, low: number, high: number, top: number) {
  // A density may jump at the very ends of a piece: the nodes there stand a rounding inside.
  const at = nodes(low, high, STEPS);
  at[0] = low + (high - low) * 1e-12;
  at[STEPS] = high - (high - low) * 1e-12;
  const values = density(at);
  const between = nodes(low, high, 2 * STEPS).filter((_, i) => i % 2 === 1);
  const there = density(between);
  let worst = 0;
  between.forEach((x, i) => (worst = Math.max(worst, Math.abs(cubic(values, low, high, x) - there[i]))));
  return { values, error: top > 0 ? worst / top : 0 };
}

const nodes = (low: number, high: number, steps: number): Float64Array =>
  Float64Array.from({ length: steps + 1 }, (_, i) => (i === steps ? high : low + ((high - low) * i) / steps));

/** The cubic through the four nodes around x (the nearest four at the ends). */
function cubic(values: ArrayLike<number>, low: number, high: number, x: number): number {
  const steps = values.length - 1;
  const u = ((x - low) / (high - low)) * steps;
  const first = Math.min(steps - 3, Math.max(0, Math.floor(u) - 1));
  const t = u - first;
  const [a, b, c, d] = [values[first], values[first + 1], values[first + 2], values[first + 3]];
  return (
    (-a * (t - 1) * (t - 2) * (t - 3)) / 6 +
    (b * t * (t - 2) * (t - 3)) / 2 -
    (c * t * (t - 1) * (t - 3)) / 2 +
    (d * t * (t - 1) * (t - 2)) / 6
  );
}

/** The component that a saved density stands for. */
export function restoreDensity(name: string, saved: SavedDensity): Component {
  if (saved.kind === 'pdf') return restorePdf(name, saved);
  if (saved.kind === 'bernstein') return bernsteinTerm(name, saved);
  if (saved.kind === 'legendre') return legendreTerm(name, restoreDensity(name, saved.of), saved.degree, saved.range);
  if (saved.kind === 'histogram') return histogramComponent(name, saved.edges, saved.values);
  const { pieces } = saved;
  const starts = pieces.map((p) => p.low);
  const end = pieces[pieces.length - 1].high;
  return {
    name,
    breaks: starts.slice(1),
    saved,
    density: (xs) =>
      xs.map((x) => {
        if (!(x >= starts[0] && x <= end)) return 0;
        let [i, above] = [0, pieces.length];
        while (above - i > 1) {
          const middle = (i + above) >> 1;
          if (x >= starts[middle]) i = middle;
          else above = middle;
        }
        return cubic(pieces[i].values, pieces[i].low, pieces[i].high, x);
      }),
  };
}

/** A density that is constant in each bin; `values` are densities, not contents. */
export function histogramComponent(name: string, edges: readonly number[], values: readonly number[]): Component {
  if (values.length !== edges.length - 1)
    throw userError({
      code: 'fit.histogram',
      message: `the histogram "${name}" has ${values.length} values`,
      expected: `${edges.length - 1}, one for each bin`,
    });
  const find = binFinder(variableAxis(name, edges));
  const last = edges[edges.length - 1];
  return {
    name,
    breaks: edges.slice(1, -1),
    saved: { kind: 'histogram', edges: [...edges], values: [...values] },
    density: (xs) =>
      xs.map((x) => {
        const bin = x === last ? values.length : find(x);
        return bin >= 1 && bin <= values.length ? values[bin - 1] : 0;
      }),
  };
}
