import type { AxisSpec, Figure, Layer, Numbers, Range } from '../figure.js';
import { ink as black, petroff } from '../palette.js';
import { centersOf } from './bins.js';
import { head, type Common } from './maker.js';

export interface ProfileSeries {
  readonly label: string;
  /** Mean (or quantile, efficiency, …) of each bin; NaN where a bin is empty. */
  readonly value: Numbers;
  readonly low?: Numbers | undefined;
  readonly high?: Numbers | undefined;
  readonly color?: string | undefined;
}

export interface Profile extends Common {
  readonly edges: Numbers;
  /** The first is the reference: black points; the others are compared with it. */
  readonly series: readonly ProfileSeries[];
  readonly x: AxisSpec;
  readonly y: AxisSpec;
  /** A panel below: the first minus, or divided by, each of the others. */
  readonly compare?: 'difference' | 'ratio' | undefined;
  readonly compareRange?: Range | undefined;
  /** Default `Ratio` or `Difference`. */
  readonly compareLabel?: string | undefined;
}

const error = (column: Numbers | undefined, i: number): number => column?.[i] || 0;

/** A quantity against x: one point per bin with its error, bars as wide as the bin; several series, compared below. */
export function profile(options: Profile): Figure {
  const x = centersOf(options.edges);
  const half = x.map((c, i) => c - (options.edges[i] ?? c));
  const layers = options.series.map((s, i): Layer => ({
    kind: 'points',
    x,
    y: s.value,
    xLow: half,
    xHigh: half,
    yLow: s.low,
    yHigh: s.high,
    color: s.color ?? (i ? [petroff[0], petroff[2], petroff[1], petroff[3]][(i - 1) % 4] : black),
    marker: (['circle', 'open-square', 'square', 'triangle'] as const)[i % 4],
    label: s.label,
  }));
  const tight = {
    ...options.x,
    domain: options.x.domain ?? ([options.edges[0] ?? 0, options.edges[x.length] ?? 1] as const),
  };
  // The reference is drawn last, on top of the others.
  const main = {
    x: tight,
    y: options.y,
    layers: [...layers.slice(1), ...layers.slice(0, 1)],
    legend: { order: options.series.map((s) => s.label) },
    text: options.text,
  };
  const [first, ...others] = options.series;
  if (!options.compare || !first || !others.length) return { ...head(options), panels: [main] };
  const ratio = options.compare === 'ratio';
  const compared = others.map((other, k): Layer => {
    const value = (i: number): number => other.value[i] ?? Number.NaN;
    const mine = (i: number): number => first.value[i] ?? Number.NaN;
    // Errors of both, in quadrature: a ratio's through relative errors times the ratio.
    const spread = (i: number, own: Numbers | undefined, against: Numbers | undefined): number =>
      ratio
        ? Math.hypot(error(own, i) / value(i), (error(against, i) * mine(i)) / value(i) ** 2)
        : Math.hypot(error(own, i), error(against, i));
    const layer = layers[k + 1];
    return {
      kind: 'points',
      x,
      y: x.map((_, i) => (ratio ? mine(i) / value(i) : mine(i) - value(i))),
      yLow: x.map((_, i) => spread(i, first.low, other.high)),
      yHigh: x.map((_, i) => spread(i, first.high, other.low)),
      xLow: half,
      xHigh: half,
      color: layer?.kind === 'points' ? layer.color : undefined,
      marker: layer?.kind === 'points' ? layer.marker : undefined,
    };
  });
  return {
    ...head(options),
    panels: [
      main,
      {
        joined: true,
        height: 0.34,
        x: tight,
        y: { label: options.compareLabel ?? (ratio ? 'Ratio' : 'Difference'), domain: options.compareRange },
        legend: false,
        layers: [{ kind: 'rule', y: ratio ? 1 : 0, color: '#000000', width: 1 }, ...compared],
      },
    ],
  };
}
