import { userError } from '../../base/error.js';
import type { BandLayer, Layer } from '../figure.js';
import { grey, petroff } from '../palette.js';
import { binsOf, perWidth, scaled, sum, widthsOf, type Bins, type HistLike } from './bins.js';

export interface Simulation {
  readonly hist: HistLike;
  readonly label: string;
  readonly color?: string | undefined;
  /** Filled area or outline; default: the first of several is filled, the others are outlines. */
  readonly style?: 'fill' | 'line' | undefined;
  /** Contents of each bin under the down and the up variation, drawn with the statistical error as one band. */
  readonly low?: ArrayLike<number> | undefined;
  readonly high?: ArrayLike<number> | undefined;
}

/** A simulation as it is drawn: scaled, per width. */
export interface Drawn {
  readonly bins: Bins;
  readonly low?: readonly number[] | undefined;
  readonly high?: readonly number[] | undefined;
  readonly label: string;
  readonly color: string;
  readonly filled: boolean;
}

// Before in blue, after in red, then the others of the palette.
const colors = [petroff[0], petroff[2], petroff[1], petroff[3], petroff[5], petroff[4]];

/** Scales every simulation (or their sum, in a stack) to the data and divides by bin widths, as asked. */
export function drawnSimulations(
  options: {
    readonly simulations: readonly Simulation[];
    readonly stack?: boolean | undefined;
    readonly normalise?: 'data' | 'none' | undefined;
  },
  data: Bins,
  density: boolean,
): Drawn[] {
  const all = options.simulations.map(({ hist }) => binsOf(hist));
  const together = sum(all.map((bins) => sum(bins.values)));
  const widths = widthsOf(data.edges).map((w) => (density ? w : 1));
  return options.simulations.map((simulation, i) => {
    const bins = all[i] as Bins;
    sameEdges(data, bins, simulation.label);
    const own = options.stack ? together : sum(bins.values);
    const factor = options.normalise === 'none' || !(own > 0) ? 1 : sum(data.values) / own;
    const moved = scaled(bins, factor);
    const variation = (column: ArrayLike<number> | undefined): number[] | undefined =>
      column && Array.from(column, (v, j) => (v * factor) / (widths[j] ?? 1));
    return {
      bins: density ? perWidth(moved) : moved,
      low: variation(simulation.low),
      high: variation(simulation.high),
      label: simulation.label,
      color: simulation.color ?? colors[i % colors.length] ?? petroff[0],
      filled: simulation.style ? simulation.style === 'fill' : i === 0,
    };
  });
}

function sameEdges(a: Bins, b: Bins, label: string): void {
  const same = a.edges.length === b.edges.length && Array.from(a.edges).every((edge, i) => edge === b.edges[i]);
  if (same) return;
  throw userError({
    code: 'figures.edges',
    message: `"${label}" has other bins than the data`,
    got: `${b.edges.length - 1} bins from ${b.edges[0]} to ${b.edges[b.edges.length - 1]}`,
    expected: `${a.edges.length - 1} bins from ${a.edges[0]} to ${a.edges[a.edges.length - 1]}`,
  });
}

export const outlineLayers = ({ bins, color, filled, label }: Drawn): Layer[] => [
  {
    kind: 'steps',
    edges: bins.edges,
    values: bins.values,
    color,
    width: 2.2,
    ...(filled ? { fill: color, opacity: 0.3 } : {}),
    label,
  },
];

/** Filled areas on each other, the first at the bottom. */
export function stackLayers(drawn: readonly Drawn[]): Layer[] {
  let base: readonly number[] = drawn[0]?.bins.values.map(() => 0) ?? [];
  const layers = drawn.map(({ bins, color, label }): Layer => {
    const from = base;
    base = bins.values.map((v, i) => v + (from[i] ?? 0));
    return { kind: 'steps', edges: bins.edges, values: base, base: from, fill: color, label };
  });
  // The topmost stands first in the legend, as on the page.
  return layers.reverse();
}

/** The sum of a stack. */
export function totalOf(drawn: readonly Drawn[]): Drawn | undefined {
  const [first, ...others] = drawn;
  if (!first) return undefined;
  const add = (a: readonly number[], b: readonly number[]): number[] => a.map((v, i) => v + (b[i] ?? 0));
  const bins = others.reduce(
    (so, { bins: b }) => ({ ...so, values: add(so.values, b.values), variances: add(so.variances, b.variances) }),
    first.bins,
  );
  const variation = (side: 'low' | 'high'): number[] | undefined =>
    drawn.some((d) => d[side])
      ? drawn.map((d) => [...(d[side] ?? d.bins.values)]).reduce((a, b) => add(a, b))
      : undefined;
  return { ...first, bins, low: variation('low'), high: variation('high'), label: 'Simulation' };
}

/** Statistical error, and the variations where there are some, in quadrature. */
export function uncertaintyBand({ bins, low, high }: Drawn, label?: string): BandLayer {
  const error = (i: number): number => Math.sqrt(bins.variances[i] ?? 0);
  return {
    kind: 'band',
    x: bins.edges,
    low: bins.values.map((v, i) => v - Math.hypot(error(i), low ? v - (low[i] ?? v) : 0)),
    high: bins.values.map((v, i) => v + Math.hypot(error(i), high ? (high[i] ?? v) - v : 0)),
    style: 'hatch',
    color: grey,
    label: label ?? (low || high ? 'Stat. + syst. unc.' : 'Sim. stat. unc.'),
  };
}
