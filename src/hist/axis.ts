import { userError } from '../base/error.js';
import type { Sample } from '../stats/check.js';
import { weightedQuantile } from '../stats/quantile.js';

/**
 * Bins [edges[i], edges[i+1]) of one variable, lower edge included. Values below the first edge underflow; the last edge
 * itself, everything above and NaN overflow (as in ROOT and boost-histogram).
 */
export interface Axis {
  readonly name: string;
  readonly edges: Float64Array;
  readonly label?: string;
  readonly unit?: string;
}

export interface AxisOptions {
  readonly label?: string | undefined;
  readonly unit?: string | undefined;
}

/**
 * Bins of equal width from low to high.
 *
 * @example regularAxis('p', 2, 0, 4).edges // [0, 2, 4]
 */
export function regularAxis(name: string, bins: number, low: number, high: number, options: AxisOptions = {}): Axis {
  checkBins(name, bins);
  // Both ends as given; the others by one multiplication each, so that equal requests have equal edges.
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) =>
    i === bins ? high : low + ((high - low) * i) / bins,
  );
  return variableAxis(name, edges, options);
}

/**
 * Bins of equal width in log x, for 0 < low < high.
 *
 * @example logAxis('pt', 2, 1, 100).edges // [1, 10, 100]
 */
export function logAxis(name: string, bins: number, low: number, high: number, options: AxisOptions = {}): Axis {
  checkBins(name, bins);
  if (!(low > 0)) throw invalid(name, 'a logarithmic axis starts at or below zero', String(low), 'low > 0');
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) =>
    i === 0 ? low : i === bins ? high : low * (high / low) ** (i / bins),
  );
  return variableAxis(name, edges, options);
}

/**
 * Bins between given, strictly increasing edges; the outermost may be infinite.
 *
 * @example variableAxis('charge', [-2, 0, 2])
 */
export function variableAxis(name: string, edges: ArrayLike<number>, options: AxisOptions = {}): Axis {
  const own = Float64Array.from(edges);
  if (own.length < 2) throw invalid(name, 'an axis has too few edges', String(own.length), 'two or more');
  for (let i = 1; i < own.length; i++) {
    if (!(own[i] > own[i - 1])) {
      throw invalid(
        name,
        'the edges of an axis do not increase',
        `${own[i - 1]}, ${own[i]}`,
        'strictly increasing numbers',
      );
    }
  }
  return {
    name,
    edges: own,
    ...(options.label === undefined ? {} : { label: options.label }),
    ...(options.unit === undefined ? {} : { unit: options.unit }),
  };
}

/**
 * Bins that hold equal shares of a sample's weight. Edges that fall together (many equal values) are merged: there may
 * be fewer bins than asked for. The last edge lies just above the largest value, so that no value of the sample is lost.
 *
 * @example quantileAxis('p', 4, { values: p, weights: sWeight })
 */
export function quantileAxis(name: string, bins: number, sample: Sample, options: AxisOptions = {}): Axis {
  checkBins(name, bins);
  const inner = weightedQuantile(
    sample,
    Array.from({ length: bins - 1 }, (_, i) => (i + 1) / bins),
  );
  let low = Infinity;
  let high = -Infinity;
  for (const v of sample.values) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  const edges = [low];
  for (const edge of inner) if (edge > edges[edges.length - 1] && edge <= high) edges.push(edge);
  edges.push(nextUp(high));
  return variableAxis(name, edges, options);
}

/** The smallest double above v. */
function nextUp(v: number): number {
  if (v === 0) return Number.MIN_VALUE;
  const step = Math.abs(v) * Number.EPSILON;
  return v + step / 2 > v ? v + step / 2 : v + step;
}

export const binCount = (axis: Axis): number => axis.edges.length - 1;

export const centres = (axis: Axis): Float64Array =>
  Float64Array.from({ length: binCount(axis) }, (_, i) => 0.5 * (axis.edges[i] + axis.edges[i + 1]));

export const widths = (axis: Axis): Float64Array =>
  Float64Array.from({ length: binCount(axis) }, (_, i) => axis.edges[i + 1] - axis.edges[i]);

/** The bin of a value: 0 underflow, 1 … n, n + 1 overflow. Equal widths are looked up, others bisected: same answer. */
export function binFinder({ edges }: Axis): (v: number) => number {
  const n = edges.length - 1;
  const low = edges[0];
  const high = edges[n];
  const scale = n / (high - low);
  let regular = Number.isFinite(scale);
  for (let i = 0; regular && i <= n; i++) regular = Math.abs((edges[i] - low) * scale - i) < 1e-6;
  const outside = (v: number): number => (v < low ? 0 : n + 1);
  if (regular) {
    return (v) => {
      if (!(v >= low && v < high)) return outside(v);
      let i = Math.min(n - 1, Math.floor((v - low) * scale));
      // Rounding may put a value next to an edge one bin off; the edges decide.
      if (v < edges[i]) i--;
      else if (v >= edges[i + 1]) i++;
      return i + 1;
    };
  }
  return (v) => {
    if (!(v >= low && v < high)) return outside(v);
    let a = 0;
    let b = n;
    while (b - a > 1) {
      const middle = (a + b) >> 1;
      if (v >= edges[middle]) a = middle;
      else b = middle;
    }
    return a + 1;
  };
}

/** Same name, same edges. */
export const sameAxis = (a: Axis, b: Axis): boolean =>
  a.name === b.name && a.edges.length === b.edges.length && a.edges.every((e, i) => e === b.edges[i]);

function checkBins(name: string, bins: number): void {
  if (!(Number.isInteger(bins) && bins > 0))
    throw invalid(name, 'an axis needs bins', String(bins), 'an integer above zero');
}

const invalid = (name: string, message: string, got: string, expected: string) =>
  userError({ code: 'hist.axis', message, path: `axis "${name}"`, got, expected });
