import type { AxisSpec, Figure, Numbers } from '../figure.js';
import { grey, ink as black, petroff } from '../palette.js';
import { binsOf, centersOf, countLabel, sum, widthsOf, xAxisOf, type HistLike } from './bins.js';
import { dataErrors } from './data-errors.js';
import { head, type Common } from './maker.js';
import { PULLS } from './pull-panel.js';
import { ratioRange } from './ratio.js';

export interface DensityAgainstSample extends Common {
  readonly sample: HistLike;
  readonly sampleLabel?: string | undefined;
  /** The density, normalised to 1, at many places: drawn as a curve, scaled to the sample. */
  readonly curve: { readonly x: Numbers; readonly y: Numbers; readonly label?: string | undefined };
  /** Probability of each bin; found by trapezoids from the curve where absent. */
  readonly expected?: Numbers | undefined;
  readonly x?: AxisSpec | undefined;
  readonly logY?: boolean | undefined;
  readonly counted?: string | undefined;
  /** Name of the axis of sample / density, default `Ratio`. */
  readonly ratioLabel?: string | undefined;
}

// Fewer expected events have pulls that are far from normal: they would spoil a χ².
const ENOUGH_FOR_CHI2 = 5;

/** Integral of a curve over each bin, by trapezoids on its own points and the bin edges. */
export function binProbabilities(curve: { readonly x: Numbers; readonly y: Numbers }, edges: Numbers): number[] {
  const x = Array.from(curve.x);
  const value = (t: number): number => {
    let i = x.findIndex((v) => v > t);
    if (i < 0) i = x.length - (t === x.at(-1) ? 1 : 0);
    if (i <= 0 || i >= x.length) return 0;
    const [x0 = 0, x1 = 1] = [x[i - 1], x[i]];
    return (curve.y[i - 1] ?? 0) + ((t - x0) / (x1 - x0)) * ((curve.y[i] ?? 0) - (curve.y[i - 1] ?? 0));
  };
  return Array.from({ length: edges.length - 1 }, (_, b) => {
    const [low, high] = [edges[b] ?? 0, edges[b + 1] ?? 0];
    const places = [low, ...x.filter((v) => v > low && v < high), high];
    const heights = places.map(value);
    return sum(
      places.slice(1).map((p, i) => ((p - (places[i] ?? 0)) * ((heights[i] ?? 0) + (heights[i + 1] ?? 0))) / 2),
    );
  });
}

/**
 * A fitted density against the sample it describes, with the ratio sample / density and the pulls below.
 * A pull is (sample − expected) / error, the error being √expected for counts (scaled by Σw²/Σw for weighted events):
 * the density is taken as exact and adds no noise. Bins where less than one event is expected have no pull. The χ² beside
 * the legend is the sum of the squared pulls over the bins with at least five expected events.
 */
export function densityAgainstSample(options: DensityAgainstSample): Figure {
  const bins = binsOf(options.sample);
  const total = sum(Array.from(options.sample.sumw));
  const own = xAxisOf(options.sample.axes[0], options.x);
  // A curve that reaches farther than the bins has nothing to be compared with there.
  const x = { ...own, domain: own.domain ?? ([bins.edges[0] ?? 0, bins.edges[bins.edges.length - 1] ?? 1] as const) };
  const expected = Array.from(options.expected ?? binProbabilities(options.curve, bins.edges), (p) => p * total);
  const errors = dataErrors(bins);
  const weight = sum([...bins.variances]) / sum([...bins.values]) || 1;
  const judged = expected.map((e) => e / weight >= 1);
  const only = (i: number, v: number): number => (judged[i] ? v : Number.NaN);
  const ratio = bins.values.map((v, i) => only(i, v / (expected[i] ?? 1)));
  const low = errors.low.map((v, i) => v / (expected[i] ?? 1));
  const high = errors.high.map((v, i) => v / (expected[i] ?? 1));
  const pulls = bins.values.map((v, i) => only(i, (v - (expected[i] ?? 0)) / Math.sqrt((expected[i] ?? 1) * weight)));
  const counted = pulls.filter((_, i) => (expected[i] ?? 0) / weight >= ENOUGH_FOR_CHI2);
  const chi2 = sum(counted.map((p) => p * p));
  const goodness = counted.length > 1 ? [`χ^{2}/ndf = ${chi2.toFixed(1)}/${counted.length - 1}`] : undefined;
  const width = sum(widthsOf(bins.edges)) / (bins.edges.length - 1);
  const centers = centersOf(bins.edges);
  const [seen, least] = [bins.values.map((v) => v || Number.NaN), Math.min(...bins.values.filter((v) => v > 0))];
  return {
    ...head(options),
    panels: [
      {
        x,
        y: {
          label: countLabel(options.counted ?? 'Candidates', bins.edges, x.unit, false),
          scale: options.logY ? 'log' : 'linear',
          from: options.logY ? 0.3 * least : 0,
        },
        text: options.text ?? goodness,
        layers: [
          {
            kind: 'points',
            x: centers,
            y: seen,
            yLow: errors.low,
            yHigh: errors.high,
            label: options.sampleLabel ?? 'Sample',
          },
          {
            kind: 'line',
            x: options.curve.x,
            y: Array.from(options.curve.y, (v) => v * total * width),
            color: petroff[2],
            width: 2.4,
            label: options.curve.label ?? 'Density',
          },
        ],
      },
      {
        joined: true,
        height: 0.3,
        x,
        y: { label: options.ratioLabel ?? 'Ratio', domain: ratioRange([{ ratio, high }]) },
        layers: [
          { kind: 'rule', y: 1, color: petroff[2], width: 1.6 },
          { kind: 'points', x: centers, y: ratio, yLow: low, yHigh: high, color: black },
        ],
      },
      {
        joined: true,
        height: 0.3,
        x,
        y: { label: 'Pull', domain: PULLS },
        layers: [
          { kind: 'bars', edges: bins.edges, values: pulls, color: petroff[0] },
          { kind: 'rule', y: 0, color: '#000000', width: 1 },
          { kind: 'rule', y: 2, color: grey, width: 1, dash: '5 4' },
          { kind: 'rule', y: -2, color: grey, width: 1, dash: '5 4' },
        ],
      },
    ],
  };
}
