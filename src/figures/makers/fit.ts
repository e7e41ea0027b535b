import { userError } from '../../base/error.js';
import type { FitResult } from '../../fit/result.js';
import type { AxisSpec, Figure, Layer } from '../figure.js';
import { grey, ink as black, petroff } from '../palette.js';
import { countLabel, placesOf, sum, widthsOf } from './bins.js';
import { dataErrors } from './data-errors.js';
import { head, type Common } from './maker.js';
import { PULLS } from './pull-panel.js';

export interface FitFigure extends Common {
  readonly fit: Pick<FitResult, 'goodnesses' | 'yields' | 'evaluate'>;
  /** Which sample, where several are fitted together; default: the first. */
  readonly category?: string | undefined;
  readonly dataLabel?: string | undefined;
  /** Legend of a component; default: its name with a capital. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly x?: AxisSpec | undefined;
  readonly logY?: boolean | undefined;
  readonly counted?: string | undefined;
}

const POINTS = 600;
// Each component has a dash of its own, so that it is known without its colour; the palette's pale grey is too faint for a thin line.
const DASHES = ['9 5', '3 3', '9 4 2 4', '14 5', '9 3 2 3 2 3'];
const COLORS = [petroff[1], petroff[2], petroff[3], grey, petroff[5]];

/**
 * A fit: data as points, the total density and its components as curves, and the pulls below, with the belts of 1σ and 2σ.
 * Between the points the curves are the densities themselves, times the width of the bins.
 *
 * @example fitFigure({ name: 'mass', fit: await fitModel(model, data), x: { label: 'm(Kπ)', unit: 'GeV' } })
 */
export function fitFigure(options: FitFigure): Figure {
  const { fit } = options;
  const category = options.category ?? Object.keys(fit.goodnesses)[0];
  const { edges, counts, variances, expected, pulls, chi2, ndf, pValue } = fit.goodnesses[category];
  if (edges.length !== counts.length + 1)
    throw userError({
      code: 'figures.fit',
      message: 'this figure draws fits of one variable, with their goodness',
      got: `${counts.length} cells`,
    });
  const n = counts.length;
  const ends = [edges[0], edges[n]] as const;
  const width = sum(widthsOf(edges)) / n;
  const several = Object.keys(fit.goodnesses).length > 1;
  const key = (name: string): string => (several ? `${category}.${name}` : name);
  // Beside the ends a density may fall to zero at once; the curve stays inside.
  const xs = Float64Array.from({ length: POINTS + 1 }, (_, i) => ends[0] + ((ends[1] - ends[0]) * i) / POINTS);
  const names = Object.keys(expected);
  const curves = names.map((name) => {
    const scale = fit.yields[key(name)].value * width;
    return fit.evaluate(key(name), xs).map((v) => v * scale);
  });
  const total = xs.map((_, i) => curves.reduce((s, curve) => s + curve[i], 0));
  // Bins of unequal width are drawn per mean width.
  const scaled = (values: Float64Array, power: number): number[] =>
    Array.from(values, (v, i) => v * (width / (edges[i + 1] - edges[i])) ** power);
  const bins = { edges, values: scaled(counts, 1), variances: scaled(variances, 2) };
  const errors = dataErrors(bins);
  const x: AxisSpec = { ...options.x, domain: options.x?.domain ?? ends };
  const labels = names.map((name) => options.labels?.[name] ?? capital(name));
  // Background stands last, wherever it is among the components.
  const behind = (k: number): number => Number(names[k] === 'background');
  const listed = [...names.keys()].sort((a, b) => behind(a) - behind(b)).map((k) => labels[k]);
  const filled = curves.map((curve, k): Layer => {
    const label = labels[k];
    const color = COLORS[k % COLORS.length];
    return { kind: 'line', x: xs, y: curve, color, width: 2.2, dash: DASHES[k % DASHES.length], label };
  });
  const positive = Math.min(...bins.values.filter((v) => v > 0));
  const goodness = ndf > 0 ? [`χ^{2}/ndf = ${chi2.toFixed(1)}/${ndf}`, `p = ${written(pValue)}`] : [];
  const belt = (sigma: number, opacity: number): Layer => {
    return { kind: 'band', x: [...ends], low: [-sigma], high: [sigma], color: grey, opacity };
  };
  return {
    ...head(options),
    panels: [
      {
        x,
        y: {
          label: countLabel(options.counted ?? 'Candidates', edges, x.unit, false),
          scale: options.logY ? 'log' : 'linear',
          from: options.logY ? 0.3 * positive : Math.min(0, ...bins.values),
        },
        text: options.text ?? goodness,
        legend: { order: [options.dataLabel ?? 'Data', 'Fit', ...listed] },
        layers: [
          ...filled,
          { kind: 'line', x: xs, y: total, color: petroff[0], width: 2.6, label: 'Fit' },
          {
            kind: 'points',
            ...placesOf(edges, 'linear'),
            y: bins.values.map((v, i) => (counts[i] === 0 && variances[i] === 0 ? Number.NaN : v)),
            yLow: errors.low,
            yHigh: errors.high,
            color: black,
            size: n > 120 ? 3 : 4.5,
            label: options.dataLabel ?? 'Data',
          },
        ],
      },
      {
        joined: true,
        height: 0.34,
        x,
        y: { label: 'Pull', domain: PULLS },
        legend: false,
        layers: [
          belt(2, 0.12),
          belt(1, 0.2),
          { kind: 'bars', edges, values: pulls, color: petroff[0] },
          { kind: 'rule', y: 0, color: black, width: 1 },
        ],
      },
    ],
  };
}

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const written = (p: number): string => (p >= 0.001 ? p.toFixed(3) : p.toExponential(1));
