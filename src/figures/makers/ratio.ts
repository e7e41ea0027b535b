import type { Layer, Panel, Range } from '../figure.js';
import { grey } from '../palette.js';
import { centersOf, placesOf, type Bins } from './bins.js';
import type { Errors } from './data-errors.js';

export interface RatioOf {
  readonly bins: Bins;
  readonly color: string;
  /** Relative band round 1 beyond the statistical one, such as a map's uncertainty: absolute low and high of `bins`. */
  readonly low?: readonly number[] | undefined;
  readonly high?: readonly number[] | undefined;
}

/**
 * Ratio of data to one simulation, split: the points carry the error of the data alone, the simulation's own error is
 * the band round 1. Where the simulation is not positive there is no ratio: NaN, and a flag.
 */
export function splitRatio(data: Bins, errors: Errors, simulation: RatioOf) {
  const { values, variances } = simulation.bins;
  const usable = values.map((v, i) => v > 0 && ((data.values[i] ?? 0) !== 0 || (data.variances[i] ?? 0) > 0));
  const over = (column: readonly number[]): number[] =>
    column.map((v, i) => (usable[i] ? v / (values[i] ?? Number.NaN) : Number.NaN));
  const band = values.map((v, i) => {
    const statistical = Math.sqrt(variances[i] ?? 0);
    const down = simulation.low ? v - (simulation.low[i] ?? v) : 0;
    const up = simulation.high ? (simulation.high[i] ?? v) - v : 0;
    return v > 0
      ? [1 - Math.hypot(statistical, down) / v, 1 + Math.hypot(statistical, up) / v]
      : [Number.NaN, Number.NaN];
  });
  const centers = centersOf(data.edges);
  return {
    ratio: over(data.values),
    low: over(errors.low),
    high: over(errors.high),
    bandLow: band.map((b) => b[0] ?? Number.NaN),
    bandHigh: band.map((b) => b[1] ?? Number.NaN),
    /** Data seen where the simulation has nothing. */
    flagged: centers.filter((_, i) => !((values[i] ?? 0) > 0) && (data.values[i] ?? 0) !== 0),
  };
}

/**
 * A round range about 1: the smallest of a few that holds four of five points with their errors, and 19 of 20 points. It
 * goes a fifth beyond the round number, so that this has its label and points there are seen whole.
 */
export function ratioRange(
  ratios: readonly { readonly ratio: readonly number[]; readonly high: readonly number[] }[],
): Range {
  const points = ratios.flatMap(({ ratio, high }) =>
    ratio.map((r, i) => ({ far: Math.abs(r - 1), reach: Math.abs(r - 1) + (high[i] ?? 0) })),
  );
  const known = points.filter((p) => Number.isFinite(p.far));
  const share = (test: (p: { far: number; reach: number }) => boolean): number =>
    known.filter(test).length / known.length;
  for (const half of [0.1, 0.2, 0.3, 0.5]) {
    if (share((p) => p.reach < half) >= 0.8 && share((p) => p.far < half * 0.97) >= 0.95) return about(half);
  }
  return share((p) => p.far < 0.5) < 0.8 ? [0, 2.2] : about(0.5);
}

const about = (half: number): Range => [Number((1 - 1.2 * half).toFixed(2)), Number((1 + 1.2 * half).toFixed(2))];

/** The panel under data and simulations: one series of points per simulation, the band of the last one. */
export function ratioPanel(
  data: Bins,
  errors: Errors,
  simulations: readonly RatioOf[],
  options: { readonly x: Panel['x']; readonly label?: string | undefined; readonly domain?: Range | undefined },
): Panel {
  const ratios = simulations.map((simulation) => splitRatio(data, errors, simulation));
  const last = ratios.at(-1);
  const layers: Layer[] = [];
  if (last)
    layers.push({ kind: 'band', x: data.edges, low: last.bandLow, high: last.bandHigh, style: 'hatch', color: grey });
  layers.push({ kind: 'rule', y: 1, color: '#000000', width: 1 });
  ratios.forEach((r, i) => {
    layers.push({
      kind: 'points',
      ...placesOf(data.edges, options.x.scale),
      y: r.ratio,
      yLow: r.low,
      yHigh: r.high,
      color: simulations[i]?.color,
      marker: i < ratios.length - 1 ? 'open-circle' : 'circle',
    });
  });
  if (last?.flagged.length) layers.push({ kind: 'flags', x: last.flagged });
  return {
    joined: true,
    height: 0.34,
    x: options.x,
    y: { label: options.label ?? 'Data / sim.', domain: options.domain ?? ratioRange(ratios) },
    legend: false,
    layers,
  };
}
